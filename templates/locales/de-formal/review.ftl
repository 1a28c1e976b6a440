# The page behind the link in a mail about a held comment.

review-title = Über einen Kommentar entscheiden
review-choice = Was soll damit geschehen?
review-choose = Bitte wählen Sie zuerst, was mit dem Kommentar geschehen soll.
review-submit = So entscheiden
review-note = Der Link gilt sieben Tage, für diesen einen Kommentar und für eine Entscheidung. Geben Sie ihn nicht weiter: Wer ihn hat, kann an Ihrer Stelle entscheiden.
review-by = von { $who } am { $at }
review-decided = Über diesen Kommentar ist entschieden. Ändern lässt sich das im Panel.
review-changed = Der Kommentar hat sich geändert, seit die Mail geschrieben wurde. Entscheiden lässt sich darüber nur noch im Panel.
review-late = Der Link hat sieben Tage gegolten. Entscheiden lässt sich nur noch im Panel.
review-dismissed = Sie moderieren hier nicht mehr, deshalb entscheidet dieser Link nichts.
review-panel = Im Panel ansehen
means-mail = Mail
