second-factor-title = Zweiter Faktor
second-factor-off = Aus. Mit einem zweiten Faktor genügt ein fremd gewordenes Passwort niemandem: Beim Anmelden fragen wir zusätzlich nach einem Code aus einer App auf Ihrem Telefon.
second-factor-on = { $count ->
    [one] An. Ein Wiederherstellungscode ist übrig.
   *[other] An. { $count } Wiederherstellungscodes sind übrig.
}
second-factor-set-up = Einrichten
second-factor-scan = Lesen Sie das Bild mit einer App für Einmalcodes ein, etwa Aegis, 2FAS oder der Ihres Passwortspeichers. Geben Sie dann den Code ein, den sie zeigt.
second-factor-picture = Bild mit dem Geheimnis für die App; es steht auch als Text darunter
second-factor-secret = Oder tippen Sie das Geheimnis ab:
second-factor-code = Code
second-factor-confirm = Einschalten
second-factor-is-on = Der zweite Faktor ist eingeschaltet. Überall sonst sind Sie abgemeldet.
second-factor-codes = Wiederherstellungscodes
second-factor-codes-note = Jeder dieser Codes gilt einmal an Stelle der App, etwa wenn Ihr Telefon weg ist. Sie stehen nur jetzt hier: Bewahren Sie sie getrennt von Ihrem Telefon auf.
second-factor-codes-kept = Ich habe sie aufbewahrt
second-factor-end = Ausschalten
second-factor-end-note = Dafür brauchen Sie Ihr Passwort und einen Code aus der App oder einen Wiederherstellungscode.
second-factor-renew = Neue Wiederherstellungscodes
second-factor-renewed = Hier sind neue Wiederherstellungscodes. Die alten gelten nicht mehr.
account-password-note-with-code = Mindestens 8 Zeichen, weil Sie einen zweiten Faktor haben.
code-title = Code eingeben
code-note = Sechs Ziffern aus Ihrer App, oder ein Wiederherstellungscode.
code-refused = Dieser Code gilt nicht oder nicht mehr. Bitte warten Sie auf den nächsten.
code-back = Zurück zum Anfang
sign-in-too-short = Ihr Passwort ist zu kurz, um ohne zweiten Faktor zu gelten. Lassen Sie sich unten einen Link für ein neues schicken.
team-reset-second-factor = Zweiten Faktor zurücksetzen
team-second-factor-reset = Der zweite Faktor ist zurückgesetzt. Wer betroffen ist, erfährt es per Mail.
fault-code-wrong = Dieser Code gilt nicht oder nicht mehr.
fault-current-too-short-alone = Ohne zweiten Faktor braucht Ihr Passwort mindestens 15 Zeichen. Bitte ändern Sie es zuerst.
fault-password-too-short-with-code = Das Passwort braucht mindestens 8 Zeichen.

mail-kind-second-factor-on = Zweiter Faktor eingeschaltet
mail-changed-second-factor-on-subject = Zweiter Faktor eingeschaltet
mail-changed-second-factor-on-words = Für Ihr Konto wurde ein zweiter Faktor eingeschaltet.
mail-kind-second-factor-off = Zweiter Faktor ausgeschaltet
mail-changed-second-factor-off-subject = Zweiter Faktor ausgeschaltet
mail-changed-second-factor-off-words = Der zweite Faktor Ihres Kontos wurde ausgeschaltet.
mail-kind-second-factor-reset = Zweiter Faktor zurückgesetzt
mail-changed-second-factor-reset-subject = Zweiter Faktor zurückgesetzt
mail-changed-second-factor-reset-words = Der zweite Faktor Ihres Kontos wurde von einem Inhaber zurückgesetzt. Es genügt wieder das Passwort, bis Sie einen neuen einrichten.
mail-kind-recovery-code-used = Wiederherstellungscode benutzt
mail-changed-recovery-code-used-subject = Wiederherstellungscode benutzt
mail-changed-recovery-code-used-words = Mit einem Wiederherstellungscode hat sich jemand in Ihrem Konto angemeldet.
mail-kind-recovery-codes-renewed = Wiederherstellungscodes erneuert
mail-changed-recovery-codes-renewed-subject = Wiederherstellungscodes erneuert
mail-changed-recovery-codes-renewed-words = Für Ihr Konto wurden neue Wiederherstellungscodes ausgestellt. Die alten gelten nicht mehr.
