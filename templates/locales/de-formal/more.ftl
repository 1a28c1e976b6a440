# The words of what the script loads only when it is needed. A `%s` is filled in by the script.

more-new-one = 1 neuen Kommentar anzeigen
more-new-many = %s neue Kommentare anzeigen
more-why = Was stimmt mit diesem Kommentar nicht? (freiwillig)
more-send = Meldung abschicken
more-away = Abbrechen
more-thanks = Danke, die Redaktion sieht sich den Kommentar an.
more-not-sent = Das Senden hat nicht geklappt. Versuchen Sie es später noch einmal.
