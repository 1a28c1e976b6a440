section-pages = Seiten
section-journal = Journal

pages-find = Kennung oder Adresse einer Seite
pages-go = Öffnen
pages-not-found = Eine solche Seite gibt es noch nicht.
pages-empty = Noch hat keine Seite einen Kommentar.
page-approved = { $count ->
    [one] 1 freigegebener Kommentar
   *[other] { $count } freigegebene Kommentare
}
page-open = Offen
page-closed = Geschlossen
page-closed-by-age = Wegen ihres Alters; das ändern die Einstellungen.
page-close = Seite schließen
page-reopen = Seite wieder öffnen
page-move = Neue Adresse
page-move-note = Unter der alten Adresse bleibt die Seite weiter bekannt.
page-move-submit = Seite umziehen
page-names = Bekannt unter
page-comments = Kommentare
fault-url-invalid = Bitte eine Adresse auf einer der Adressen der Website.
fault-url-taken = Unter dieser Adresse ist schon eine andere Seite bekannt.

journal-note = Hier steht jede Entscheidung, auch die zurückgenommenen. Ändern lässt sich daran nichts.
journal-by = Wer
journal-anybody = Alle
journal-any = Alles
journal-to = Wozu
journal-means = Auf welchem Weg
journal-from = Vom
journal-until = Bis zum
journal-filter = Filtern
journal-export = Als CSV herunterladen
journal-empty = Dazu steht nichts im Journal.
journal-when = Wann (UTC)
journal-change = Was
journal-reason = Warum
