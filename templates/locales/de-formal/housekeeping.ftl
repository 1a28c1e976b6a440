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
journal-reached-nothing = Bis zurück zum { $day } steht dazu nichts im Journal.
journal-further = Auch vor dem { $day } nachsehen
journal-when = Wann (UTC)
journal-change = Was
journal-reason = Warum
journal-of-edit = Änderung des Autors:

section-numbers = Zahlen
outbox-title = Postausgang
outbox-fails = Mails kommen zurzeit nicht an.
outbox-look = Warum?
outbox-test = Testmail an mich
outbox-test-note = Sie geht denselben Weg wie jede andere Mail.
outbox-empty = Hier liegt keine Mail.
outbox-to = an { $name }
outbox-attempts = { $count ->
    [one] 1 Versuch
   *[other] { $count } Versuche
}
outbox-retry = Noch einmal versuchen
mail-state-waiting = Wartet
mail-state-sent = Verschickt
mail-state-failed = Gescheitert
mail-kind-held-comments = Wartende Kommentare
mail-kind-invitation = Einladung
mail-kind-password = Neues Passwort
mail-kind-role = Neue Rolle
mail-kind-test = Testmail

numbers-note = Die letzten 90 Tage, höchstens eine Minute alt. Tage beginnen um Mitternacht UTC.
numbers-per-day = Kommentare je Tag
numbers-total = { $count ->
    [one] 1 Kommentar; am meisten an einem Tag: { $highest }.
   *[other] { $count } Kommentare; am meisten an einem Tag: { $highest }.
}
numbers-as-table = Als Tabelle
numbers-day = Tag
numbers-hour = Innerhalb einer Stunde entschieden
numbers-hour-note = { $share } von { $count } Kommentaren, über die jemand entschieden hat.
numbers-agreement = Wie oft die Moderation dem Urteil folgt
numbers-judged = Urteil
numbers-agreed = Bestätigt
numbers-disagreed = Anders entschieden
numbers-share = Anteil
numbers-fine = Wohl in Ordnung
numbers-signals = Welche Merkmale recht behalten
numbers-signals-note = Wie über die Kommentare entschieden wurde, gegen die ein Merkmal sprach: unter den letzten 1000, die jemand freigegeben oder als Spam markiert hat.
numbers-signal = Merkmal
numbers-signal-proposed = besser abschalten
numbers-signals-settings = In den Einstellungen abschalten
numbers-reasons = Die häufigsten Begründungen
numbers-count = Wie oft
numbers-load = Wer wie viel entscheidet
numbers-decisions = Entscheidungen
journal-batch = Was hier steht, wurde auf einmal entschieden.
journal-whole = Das ganze Journal

# Comments taken over from another program
means-import = Übernahme
import-nameless = Anonym
