second-factor-title = Zweiter Faktor
second-factor-off = Aus. Mit einem zweiten Faktor genügt ein fremd gewordenes Passwort niemandem: Beim Anmelden fragen wir zusätzlich nach einem Code aus einer App auf deinem Telefon.
second-factor-on = { $count ->
    [one] An. Ein Wiederherstellungscode ist übrig.
   *[other] An. { $count } Wiederherstellungscodes sind übrig.
}
second-factor-set-up = Einrichten
second-factor-scan = Lies das Bild mit einer App für Einmalcodes ein, etwa Aegis, 2FAS oder der deines Passwortspeichers. Gib dann den Code ein, den sie zeigt.
second-factor-picture = Bild mit dem Geheimnis für die App; es steht auch als Text darunter
second-factor-secret = Oder tippe das Geheimnis ab:
second-factor-code = Code
second-factor-confirm = Einschalten
second-factor-is-on = Der zweite Faktor ist eingeschaltet. Überall sonst bist du abgemeldet.
second-factor-codes = Wiederherstellungscodes
second-factor-codes-note = Jeder dieser Codes gilt einmal an Stelle der App, etwa wenn dein Telefon weg ist. Sie stehen nur jetzt hier: Bewahre sie getrennt von deinem Telefon auf.
second-factor-codes-kept = Ich habe sie aufbewahrt
second-factor-end = Ausschalten
second-factor-end-note = Dafür brauchst du dein Passwort und einen Code aus der App oder einen Wiederherstellungscode.
second-factor-renew = Neue Wiederherstellungscodes
second-factor-renewed = Hier sind neue Wiederherstellungscodes. Die alten gelten nicht mehr.
account-password-note-with-code = Mindestens 8 Zeichen, weil du einen zweiten Faktor hast.
code-title = Code eingeben
code-note = Sechs Ziffern aus deiner App, oder ein Wiederherstellungscode.
code-refused = Dieser Code gilt nicht oder nicht mehr. Warte auf den nächsten.
code-back = Zurück zum Anfang
sign-in-too-short = Dein Passwort ist zu kurz, um ohne zweiten Faktor zu gelten. Lass dir unten einen Link für ein neues schicken.
team-reset-second-factor = Zweiten Faktor zurücksetzen
team-second-factor-reset = Der zweite Faktor ist zurückgesetzt. Wer betroffen ist, erfährt es per Mail.
fault-code-wrong = Dieser Code gilt nicht oder nicht mehr.
fault-current-too-short-alone = Ohne zweiten Faktor braucht dein Passwort mindestens 15 Zeichen. Ändere es zuerst.
fault-password-too-short-with-code = Das Passwort braucht mindestens 8 Zeichen.

mail-kind-second-factor-on = Zweiter Faktor eingeschaltet
mail-changed-second-factor-on-subject = Zweiter Faktor eingeschaltet
mail-changed-second-factor-on-words = Für dein Konto wurde ein zweiter Faktor eingeschaltet.
mail-kind-second-factor-off = Zweiter Faktor ausgeschaltet
mail-changed-second-factor-off-subject = Zweiter Faktor ausgeschaltet
mail-changed-second-factor-off-words = Der zweite Faktor deines Kontos wurde ausgeschaltet.
mail-kind-second-factor-reset = Zweiter Faktor zurückgesetzt
mail-changed-second-factor-reset-subject = Zweiter Faktor zurückgesetzt
mail-changed-second-factor-reset-words = Der zweite Faktor deines Kontos wurde von einem Inhaber zurückgesetzt. Es genügt wieder das Passwort, bis du einen neuen einrichtest.
mail-kind-recovery-code-used = Wiederherstellungscode benutzt
mail-changed-recovery-code-used-subject = Wiederherstellungscode benutzt
mail-changed-recovery-code-used-words = Mit einem Wiederherstellungscode hat sich jemand in deinem Konto angemeldet.
mail-kind-recovery-codes-renewed = Wiederherstellungscodes erneuert
mail-changed-recovery-codes-renewed-subject = Wiederherstellungscodes erneuert
mail-changed-recovery-codes-renewed-words = Für dein Konto wurden neue Wiederherstellungscodes ausgestellt. Die alten gelten nicht mehr.
