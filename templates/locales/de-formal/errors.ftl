error-invalid = Einige Felder brauchen einen zweiten Blick
error-invalid-detail = Bitte korrigieren Sie die Felder unten. Nichts von dem, was Sie geschrieben haben, ist verloren.
error-malformed = Die Anfrage war nicht lesbar
error-malformed-detail = Etwas fehlt oder ist durcheinandergeraten. Bitte gehen Sie zurück und versuchen Sie es noch einmal.
error-too-large = Das ist zu lang
error-too-large-detail = Der Kommentar ist länger als alles, was wir annehmen können. Bitte kürzen Sie ihn.
error-unknown-format = Unbekanntes Format
error-unknown-format-detail = Kommentare kommen als JSON oder als Formular.
error-not-found = Nicht gefunden
error-not-found-detail = Unter dieser Adresse gibt es nichts, oder sie gilt nicht mehr.
error-closed = Die Kommentare sind geschlossen
error-closed-detail = Diese Seite nimmt keine Kommentare mehr an.
error-origin-refused = Von hier aus nicht erlaubt
error-origin-refused-detail = Diese Seite gehört nicht zu denen, die Kommentare an die Website schicken dürfen.
error-forbidden = Nicht erlaubt
error-forbidden-detail = Das Formular ist abgelaufen oder gehört Ihnen nicht. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.
error-sign-in-needed = Bitte melden Sie sich an
error-sign-in-needed-detail = Dafür müssen Sie angemeldet sein.
error-duplicate = Das haben Sie schon gesagt
error-duplicate-detail = Genau dieser Kommentar ist von Ihnen schon angekommen.
error-conflict = Jemand war schneller
error-conflict-detail = Der Kommentar hat sich inzwischen geändert. Bitte sehen Sie ihn sich noch einmal an.
error-conflict-by = { $who } hat über diesen Kommentar inzwischen entschieden ({ $at }): { $status }.
error-too-many = Das ging etwas schnell
error-too-many-detail = { $seconds ->
    [one] Bitte warten Sie eine Sekunde und schicken Sie es dann noch einmal ab. Nichts von dem, was Sie geschrieben haben, ist verloren.
   *[other] Bitte warten Sie { $seconds } Sekunden und schicken Sie es dann noch einmal ab. Nichts von dem, was Sie geschrieben haben, ist verloren.
}
error-unavailable = Gerade nicht erreichbar
error-unavailable-detail = Der Dienst ist gerade nicht erreichbar. Bitte versuchen Sie es in einer Minute noch einmal.
error-internal = Da ist etwas schiefgegangen
error-internal-detail = Der Fehler liegt bei uns. Bitte versuchen Sie es gleich noch einmal.

fault-text-required = Bitte schreiben Sie einen Kommentar.
fault-text-too-short = Der Kommentar braucht mindestens drei Zeichen.
fault-text-too-long = Der Kommentar darf höchstens 65.525 Zeichen haben.
fault-text-invalid = Der Kommentar enthält ein Zeichen, das niemand darstellen kann.
fault-name-required = Bitte geben Sie einen Namen an.
fault-name-too-long = Der Name ist zu lang.
fault-name-invalid = Der Name enthält Zeichen, die sich nicht zeigen lassen.
fault-email-required = Bitte geben Sie Ihre E-Mail-Adresse an. Sie wird nicht veröffentlicht.
fault-email-invalid = Das sieht nicht nach einer E-Mail-Adresse aus.
fault-email-taken = Zu dieser Adresse gibt es schon ein Konto.
fault-website-too-long = Die Website darf höchstens 200 Zeichen haben.
fault-website-invalid = Das sieht nicht nach der Adresse einer Website aus.
fault-password-too-short = Das Passwort braucht mindestens 15 Zeichen. Ein kurzer Satz eignet sich gut.
fault-password-too-long = Das Passwort darf höchstens 128 Zeichen haben.
fault-password-too-common = Dieses Passwort wäre schnell erraten. Bitte wählen Sie ein anderes.
