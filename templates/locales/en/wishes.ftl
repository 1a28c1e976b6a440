# When somebody wants mail about held comments.

wishes-title = Mails about held comments
wishes-about = When you hear of comments that wait, and when you are left in peace.
wishes-change = Set up mails
wishes-note = No mail ever comes about likely spam, and none when nothing waits any more.
wishes-zone = Time zone
wishes-telling = Mails
telling-soon = The first comment at once, then several together
telling-daily = Once a day
telling-never = None
wishes-hour = Time of the daily mail
wishes-quiet = Quiet hours: no mail comes then; afterwards everything comes together. Both fields empty: no quiet hours.
wishes-from = From
wishes-until = Until
wishes-switched-off = An admin of this site has switched these mails to you off.
wishes-fault-zone = Please choose a time zone from the list.
wishes-fault-telling = Please choose whether mails shall come.
wishes-fault-hour = Please choose an hour.
wishes-fault-from = Please say when the quiet hours begin, such as 22:00.
wishes-fault-until = Please say when the quiet hours end, such as 07:00. They cannot end when they begin.

setting-mail-show-address = These mails show the e-mail address of the commenter
setting-note-mail-show-address = Mails lie in mailboxes for long; the panel always shows the address. An IP address stands nowhere: it is not kept.
mail-held-address = E-mail address: { $address }
