# Mails an Autoren, und die Seiten, auf die sie führen.

mail-author-confirm-subject = [{ $site }] Bitte bestätige deine E-Mail-Adresse
mail-author-confirm-words = Jemand hat mit dieser Adresse bei { $site } einen Kommentar geschrieben und möchte Mails bekommen, wenn jemand antwortet. Warst du das, bestätige deine Adresse. Der Link gilt sieben Tage.
mail-author-confirm-unasked = Warst du es nicht, brauchst du nichts zu tun: Ohne Bestätigung bekommst du keine Mails über Kommentare.
mail-author-confirm-link = Adresse bestätigen
mail-author-never = Nie wieder danach fragen
mail-author-approved = Dein Kommentar zu „{ $page }“ ist veröffentlicht.
mail-author-rejected = Dein Kommentar zu „{ $page }“ wurde nicht veröffentlicht.
mail-author-own = Deinen Kommentar ansehen
mail-author-news = Es gibt Neues zu „{ $page }“.
mail-author-read = Auf der Seite lesen
mail-author-more = { $count ->
    [one] 1 weiterer neuer Kommentar steht auf der Seite.
   *[other] { $count } weitere neue Kommentare stehen auf der Seite.
}
mail-author-why = Du bekommst diese Mail, weil du bei { $site } kommentiert und deine Adresse bestätigt hast. Mails abbestellen

confirm-title = Deine E-Mail-Adresse
confirm-words = Bestätige, dass du bei { $site } Mails zu Kommentaren bekommen möchtest.
confirm-done = Deine Adresse ist bestätigt. Du bekommst Mails von { $site }.
confirm-scope = Mails zu „{ $page }“
confirm-choose = Bitte wähle zuerst, welche Mails du bekommen möchtest.
confirm-answers = Antworten auf meine Kommentare
confirm-thread = Alle neuen Kommentare
confirm-none = Nichts
confirm-submit = Adresse bestätigen
confirm-keep = Speichern
confirm-note = Jede Mail hat einen Link, mit dem du sie wieder abbestellst.

unsubscribe-title = Mails abbestellen
unsubscribe-words = Welche Mails von { $site } möchtest du abbestellen?
unsubscribe-thread = Keine Mails mehr zu „{ $page }“
unsubscribe-all = Gar keine Mails mehr von { $site }
unsubscribe-thread-done = Du bekommst keine Mails mehr zu „{ $page }“.
unsubscribe-all-done = Du bekommst keine Mails mehr von { $site }.
unsubscribe-again = Doch wieder Mails bekommen

outbox-to-author = an jemanden, der kommentiert hat
outbox-suppressed = An diese Adresse geht vorerst nichts mehr: Der Server lehnt sie ab. Ein neuer Versuch hebt das auf.
mail-kind-confirmation = Bestätigung der Adresse
mail-kind-decision = Entscheidung über einen Kommentar
mail-kind-news = Neue Kommentare
means-rule = Regel

receipt-mails = Mails zu Antworten
receipt-mails-confirmed = Deine Adresse ist bestätigt. Du bekommst eine Mail, wenn jemand antwortet.
receipt-mails-wanted = Wenn jemand antwortet, bekommst du eine Mail, sobald deine Adresse bestätigt ist. Den Link dazu schicken wir dir einmal.
receipt-mails-unwanted = Zu diesem Kommentar bekommst du keine Mails.
receipt-mails-stop = Keine Mails zu diesem Kommentar

setting-mail-undo-seconds = So viele Sekunden warten Mails an Autoren nach einer Entscheidung, damit du sie zurücknehmen kannst
setting-mail-decisions = Autoren erfahren per Mail, wie über ihren Kommentar entschieden wurde
setting-note-mail-decisions = Nur an bestätigte Adressen, und nur wenn Mails zum Kommentar gewünscht sind. Über Spam geht nie eine Mail hinaus.
