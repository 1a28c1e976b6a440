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

embed-write = Schreiben Sie einen Kommentar
embed-reply-to = Antworten Sie auf den Kommentar von %s
embed-cancel = Antwort abbrechen
embed-email-note = Ihre E-Mail-Adresse wird nicht veröffentlicht.
embed-required-note = Erforderliche Felder sind mit * markiert.
embed-comment = Kommentar
embed-name = Name
embed-email = E-Mail-Adresse
embed-website = Website
embed-remember = Meine Angaben in diesem Browser merken
embed-notify = Schicken Sie mir eine E-Mail, wenn jemand antwortet
embed-submit = Kommentar abschicken
embed-sending = Wird gesendet …
embed-wait = Noch %s Sekunden warten

embed-pending = Ihr Kommentar wartet auf Freischaltung.
embed-published = Ihr Kommentar ist veröffentlicht.
embed-receipt = Status Ihres Kommentars

embed-check = Bitte prüfen Sie diese Angaben:
embed-failed = Das Senden hat nicht geklappt. Ihr Text bleibt hier stehen; versuchen Sie es später noch einmal.
embed-offline = Sie sind gerade offline. Ihr Text bleibt hier stehen; versuchen Sie es später noch einmal.
