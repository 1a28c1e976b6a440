thread-comments = { $count ->
    [0] No comments yet
    [one] One comment
   *[other] { $count } comments
}
thread-pending = Your comment is awaiting moderation.
thread-from-start = Show the first comments
thread-empty = Nobody has commented yet.
thread-answers = in reply to { $name }
thread-reply = Reply
thread-more = More comments
thread-closed = Comments are closed.

form-title = Leave a comment
form-answer-title = Reply to { $name }
form-email-note = Your email address will not be published.
form-required-note = Required fields are marked *
form-text = Comment
form-name = Name
form-email = Email
form-website = Website
form-homepage = Leave this field empty
form-notify = Tell me about replies by email
form-submit = Post comment
form-send-again = Please read your comment once more and send it off.

receipt-title = Your comment
receipt-pending = Your comment is awaiting moderation.
receipt-approved = Your comment has been published.
receipt-rejected = Your comment has not been published.
receipt-withdrawn = You have withdrawn your comment.
receipt-erased = Your comment has been erased.
receipt-reason = Reason:
receipt-text = You can still change your comment while it waits
receipt-mend = Save the change
receipt-edit = You may still change your comment until { $until }. The change becomes public once it is approved
receipt-edit-waits = Your change waits for approval. Until then, the former text stays public.
receipt-edit-refused = Your change was not published. The former text stays public.
receipt-edit-late = That was too late: the comment has been decided meanwhile, or the time for changes is over. Nothing was changed; your text is still here.
receipt-withdraw = Withdraw the comment
receipt-withdraw-note = You can withdraw your comment. It disappears from the page, and that is final.
receipt-keep = This page is yours alone. Keep its address if you want to come back.

feed-title = Comments: { $title }
feed-entry = { $name } on “{ $title }”
