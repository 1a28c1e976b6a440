# What readers see in an article. A `%s` is filled in by the script.

embed-comments = Comments
embed-count-one = %s comment
embed-count-many = %s comments
embed-none = No comments yet
embed-show = Show comments
embed-loading = Loading comments …
embed-load-failed = The comments could not be loaded.
embed-retry = Try again
embed-more = Load more comments
embed-newest = Newest first
embed-oldest = Oldest first
embed-closed = Comments are closed.

embed-reply = Reply
embed-report = Report

embed-write = Leave a comment
embed-reply-to = Reply to %s
embed-cancel = Cancel reply
embed-email-note = Your email address will not be published.
embed-required-note = Required fields are marked *
embed-comment = Comment
embed-name = Name
embed-email = Email
embed-website = Website
embed-remember = Remember my details in this browser
embed-notify = Email me when someone replies
embed-submit = Post comment
embed-sending = Sending …
embed-wait = Wait %s more seconds

embed-pending = Your comment is awaiting moderation.
embed-published = Your comment has been published.
embed-receipt = Status of your comment

embed-check = Please check these details:
embed-failed = Sending did not work. Your text is still here; please try again later.
embed-offline = You are offline. Your text is still here; please try again later.
