# Mails an Autoren, und die Seiten, auf die sie führen.

mail-author-confirm-subject = [{ $site }] Bitte bestätigen Sie Ihre E-Mail-Adresse
mail-author-confirm-words = Jemand hat mit dieser Adresse bei { $site } einen Kommentar geschrieben und möchte Mails bekommen, wenn jemand antwortet. Waren Sie das, bestätigen Sie Ihre Adresse. Der Link gilt sieben Tage.
mail-author-confirm-unasked = Waren Sie es nicht, brauchen Sie nichts zu tun: Ohne Bestätigung bekommen Sie keine Mails über Kommentare.
mail-author-confirm-link = Adresse bestätigen
mail-author-never = Nie wieder danach fragen
mail-author-approved = Ihr Kommentar zu „{ $page }“ ist veröffentlicht.
mail-author-rejected = Ihr Kommentar zu „{ $page }“ wurde nicht veröffentlicht.
mail-author-own = Ihren Kommentar ansehen
mail-author-news = Es gibt Neues zu „{ $page }“.
mail-author-read = Auf der Seite lesen
mail-author-more = { $count ->
    [one] 1 weiterer neuer Kommentar steht auf der Seite.
   *[other] { $count } weitere neue Kommentare stehen auf der Seite.
}
mail-author-why = Sie bekommen diese Mail, weil Sie bei { $site } kommentiert und Ihre Adresse bestätigt haben. Mails abbestellen

confirm-title = Ihre E-Mail-Adresse
confirm-words = Bestätigen Sie, dass Sie bei { $site } Mails zu Kommentaren bekommen möchten.
confirm-done = Ihre Adresse ist bestätigt. Sie bekommen Mails von { $site }.
confirm-scope = Mails zu „{ $page }“
confirm-choose = Bitte wählen Sie zuerst, welche Mails Sie bekommen möchten.
confirm-answers = Antworten auf meine Kommentare
confirm-thread = Alle neuen Kommentare
confirm-none = Nichts
confirm-submit = Adresse bestätigen
confirm-keep = Speichern
confirm-note = Jede Mail hat einen Link, mit dem Sie sie wieder abbestellen.

unsubscribe-title = Mails abbestellen
unsubscribe-words = Welche Mails von { $site } möchten Sie abbestellen?
unsubscribe-thread = Keine Mails mehr zu „{ $page }“
unsubscribe-all = Gar keine Mails mehr von { $site }
unsubscribe-thread-done = Sie bekommen keine Mails mehr zu „{ $page }“.
unsubscribe-all-done = Sie bekommen keine Mails mehr von { $site }.
unsubscribe-again = Doch wieder Mails bekommen

outbox-to-author = an jemanden, der kommentiert hat
outbox-suppressed = An diese Adresse geht vorerst nichts mehr: Der Server lehnt sie ab. Ein neuer Versuch hebt das auf.
mail-kind-confirmation = Bestätigung der Adresse
mail-kind-decision = Entscheidung über einen Kommentar
mail-kind-news = Neue Kommentare
means-rule = Regel

receipt-mails = Mails zu Antworten
receipt-mails-confirmed = Ihre Adresse ist bestätigt. Sie bekommen eine Mail, wenn jemand antwortet.
receipt-mails-wanted = Wenn jemand antwortet, bekommen Sie eine Mail, sobald Ihre Adresse bestätigt ist. Den Link dazu schicken wir Ihnen einmal.
receipt-mails-unwanted = Zu diesem Kommentar bekommen Sie keine Mails.
receipt-mails-stop = Keine Mails zu diesem Kommentar

setting-mail-undo-seconds = So viele Sekunden warten Mails an Autoren nach einer Entscheidung, damit Sie sie zurücknehmen können
setting-mail-decisions = Autoren erfahren per Mail, wie über ihren Kommentar entschieden wurde
setting-note-mail-decisions = Nur an bestätigte Adressen, und nur wenn Mails zum Kommentar gewünscht sind. Über Spam geht nie eine Mail hinaus.
