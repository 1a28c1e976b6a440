thread-comments = { $count ->
    [0] Noch keine Kommentare
    [one] Ein Kommentar
   *[other] { $count } Kommentare
}
thread-pending = Ihr Kommentar wartet auf Freischaltung.
thread-from-start = Die ersten Kommentare zeigen
thread-empty = Noch hat niemand kommentiert.
thread-answers = Antwort an { $name }
thread-reply = Antworten
thread-more = Weitere Kommentare
thread-closed = Die Kommentare sind geschlossen.

form-title = Schreiben Sie einen Kommentar
form-answer-title = Antworten Sie auf den Kommentar von { $name }
form-email-note = Ihre E-Mail-Adresse wird nicht veröffentlicht.
form-required-note = Erforderliche Felder sind mit * markiert
form-text = Kommentar
form-name = Name
form-email = E-Mail-Adresse
form-website = Website
form-homepage = Dieses Feld bleibt leer
form-notify = Geben Sie mir per E-Mail Bescheid, wenn jemand antwortet
form-submit = Kommentar abschicken
form-send-again = Lesen Sie Ihren Kommentar noch einmal und schicken Sie ihn dann ab.

receipt-title = Ihr Kommentar
receipt-pending = Ihr Kommentar wartet auf Freischaltung.
receipt-approved = Ihr Kommentar ist veröffentlicht.
receipt-rejected = Ihr Kommentar wurde nicht veröffentlicht.
receipt-withdrawn = Sie haben Ihren Kommentar zurückgezogen.
receipt-erased = Ihr Kommentar wurde gelöscht.
receipt-reason = Begründung:
receipt-text = Sie können Ihren Kommentar noch ändern, solange er wartet
receipt-mend = Änderung speichern
receipt-edit = Sie können Ihren Kommentar noch bis { $until } ändern. Öffentlich wird die Änderung erst, wenn sie freigegeben ist
receipt-edit-waits = Ihre Änderung wartet auf Freigabe. Bis dahin bleibt der bisherige Text öffentlich.
receipt-edit-refused = Ihre Änderung wurde nicht veröffentlicht. Der bisherige Text bleibt öffentlich.
receipt-edit-late = Das kam zu spät: Über den Kommentar wurde inzwischen entschieden, oder die Zeit für Änderungen ist vorbei. Nichts wurde geändert; Ihr Text steht noch hier.
receipt-withdraw = Kommentar zurückziehen
receipt-withdraw-note = Sie können Ihren Kommentar zurückziehen. Er verschwindet dann von der Seite; das ist endgültig.
receipt-keep = Diese Seite gehört Ihnen allein. Merken Sie sich ihre Adresse, wenn Sie wiederkommen wollen.

feed-title = Kommentare: { $title }
feed-entry = { $name } zu „{ $title }“
