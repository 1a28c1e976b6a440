# The page behind the link in a mail about a held comment.

review-title = Decide about a comment
review-choice = What shall become of it?
review-choose = Please choose first what shall become of the comment.
review-submit = Decide so
review-note = The link holds for seven days, for this one comment and for one decision. Do not pass it on: whoever has it can decide in your place.
review-by = by { $who } on { $at }
review-decided = This comment has been decided. That can be changed in the panel.
review-changed = The comment has changed since the mail was written. It can only be decided in the panel now.
review-late = The link held for seven days. The comment can only be decided in the panel now.
review-dismissed = You do not moderate here any more, so this link decides nothing.
review-panel = Look at it in the panel
means-mail = Mail
