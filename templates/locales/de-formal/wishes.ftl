# When somebody wants mail about held comments.

wishes-title = Mails über wartende Kommentare
wishes-about = Wann Sie von wartenden Kommentaren erfahren, und wann Sie Ihre Ruhe haben.
wishes-change = Mails einstellen
wishes-note = Über wahrscheinlichen Spam kommt nie eine Mail, und keine, wenn nichts mehr wartet.
wishes-zone = Zeitzone
wishes-telling = Mails
telling-soon = Beim ersten Kommentar gleich, danach mehrere zusammen
telling-daily = Einmal am Tag
telling-never = Keine
wishes-hour = Uhrzeit der täglichen Mail
wishes-quiet = Ruhezeit: In dieser Zeit kommt keine Mail, danach kommt alles zusammen. Beide Felder leer: keine Ruhezeit.
wishes-from = Von
wishes-until = Bis
wishes-switched-off = Die Leitung dieser Website hat diese Mails an Sie abgeschaltet.
wishes-fault-zone = Bitte wählen Sie eine Zeitzone aus der Liste.
wishes-fault-telling = Bitte wählen Sie aus, ob Mails kommen sollen.
wishes-fault-hour = Bitte wählen Sie eine Stunde.
wishes-fault-from = Bitte geben Sie an, wann die Ruhezeit beginnt, etwa 22:00.
wishes-fault-until = Bitte geben Sie an, wann die Ruhezeit endet, etwa 07:00. Sie darf nicht enden, wenn sie beginnt.

setting-mail-show-address = Diese Mails zeigen die E-Mail-Adresse des Kommentators
setting-note-mail-show-address = Mails liegen lange in fremden Postfächern; im Panel steht die Adresse immer. Eine IP-Adresse steht nirgends: Sie wird nicht gespeichert.
mail-held-address = E-Mail-Adresse: { $address }
