thread-comments = { $count ->
    [0] Noch keine Kommentare
    [one] Ein Kommentar
   *[other] { $count } Kommentare
}
thread-pending = Dein Kommentar wartet auf Freischaltung.
thread-from-start = Die ersten Kommentare zeigen
thread-empty = Noch hat niemand kommentiert.
thread-answers = Antwort an { $name }
thread-reply = Antworten
thread-more = Weitere Kommentare
thread-closed = Die Kommentare sind geschlossen.

form-title = Schreibe einen Kommentar
form-answer-title = Antworte auf den Kommentar von { $name }
form-email-note = Deine E-Mail-Adresse wird nicht veröffentlicht.
form-required-note = Erforderliche Felder sind mit * markiert
form-text = Kommentar
form-name = Name
form-email = E-Mail-Adresse
form-website = Website
form-homepage = Dieses Feld bleibt leer
form-notify = Gib mir per E-Mail Bescheid, wenn jemand antwortet
form-submit = Kommentar abschicken
form-send-again = Lies deinen Kommentar noch einmal und schicke ihn dann ab.

receipt-title = Dein Kommentar
receipt-pending = Dein Kommentar wartet auf Freischaltung.
receipt-approved = Dein Kommentar ist veröffentlicht.
receipt-rejected = Dein Kommentar wurde nicht veröffentlicht.
receipt-withdrawn = Du hast deinen Kommentar zurückgezogen.
receipt-erased = Dein Kommentar wurde gelöscht.
receipt-reason = Begründung:
receipt-text = Du kannst deinen Kommentar noch ändern, solange er wartet
receipt-mend = Änderung speichern
receipt-edit = Du kannst deinen Kommentar noch bis { $until } ändern. Öffentlich wird die Änderung erst, wenn sie freigegeben ist
receipt-edit-waits = Deine Änderung wartet auf Freigabe. Bis dahin bleibt der bisherige Text öffentlich.
receipt-edit-refused = Deine Änderung wurde nicht veröffentlicht. Der bisherige Text bleibt öffentlich.
receipt-edit-late = Das kam zu spät: Über den Kommentar wurde inzwischen entschieden, oder die Zeit für Änderungen ist vorbei. Nichts wurde geändert; dein Text steht noch hier.
receipt-withdraw = Kommentar zurückziehen
receipt-withdraw-note = Du kannst deinen Kommentar zurückziehen. Er verschwindet dann von der Seite; das ist endgültig.
receipt-keep = Diese Seite gehört dir allein. Merke dir ihre Adresse, wenn du wiederkommen willst.

feed-title = Kommentare: { $title }
feed-entry = { $name } zu „{ $title }“
