# The words of what the script loads only when it is needed. A `%s` is filled in by the script.

more-new-one = Show 1 new comment
more-new-many = Show %s new comments
more-why = What is wrong with this comment? (optional)
more-send = Send report
more-away = Cancel
more-thanks = Thank you, a moderator will look at the comment.
more-not-sent = Sending did not work. Please try again later.
