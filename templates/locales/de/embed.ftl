# What readers see in an article. A `%s` is filled in by the script.

embed-comments = Kommentare
embed-count-one = %s Kommentar
embed-count-many = %s Kommentare
embed-none = Noch keine Kommentare
embed-show = Kommentare anzeigen
embed-loading = Kommentare werden geladen …
embed-load-failed = Die Kommentare konnten nicht geladen werden.
embed-retry = Erneut versuchen
embed-more = Weitere Kommentare laden
embed-newest = Neueste zuerst
embed-oldest = Älteste zuerst
embed-closed = Die Kommentare sind geschlossen.

embed-reply = Antworten
embed-report = Melden

embed-write = Schreibe einen Kommentar
embed-reply-to = Antworte auf den Kommentar von %s
embed-cancel = Antwort abbrechen
embed-email-note = Deine E-Mail-Adresse wird nicht veröffentlicht.
embed-required-note = Erforderliche Felder sind mit * markiert.
embed-comment = Kommentar
embed-name = Name
embed-email = E-Mail-Adresse
embed-website = Website
embed-remember = Meine Angaben in diesem Browser merken
embed-notify = Schick mir eine E-Mail, wenn jemand antwortet
embed-submit = Kommentar abschicken
embed-sending = Wird gesendet …
embed-wait = Noch %s Sekunden warten

embed-pending = Dein Kommentar wartet auf Freischaltung.
embed-published = Dein Kommentar ist veröffentlicht.
embed-receipt = Status deines Kommentars

embed-check = Bitte prüfe diese Angaben:
embed-failed = Das Senden hat nicht geklappt. Dein Text bleibt hier stehen; versuche es später noch einmal.
embed-offline = Du bist gerade offline. Dein Text bleibt hier stehen; versuche es später noch einmal.
