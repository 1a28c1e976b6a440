# Mails to authors, and the pages they lead to.

mail-author-confirm-subject = [{ $site }] Please confirm your e-mail address
mail-author-confirm-words = Somebody has written a comment at { $site } with this address and would like mails when somebody answers. If that was you, confirm your address. The link holds for seven days.
mail-author-confirm-unasked = If it was not you, there is nothing to do: without a confirmation you get no mails about comments.
mail-author-confirm-link = Confirm the address
mail-author-never = Never ask again
mail-author-approved = Your comment on “{ $page }” is published.
mail-author-rejected = Your comment on “{ $page }” was not published.
mail-author-own = See your comment
mail-author-news = There is news on “{ $page }”.
mail-author-read = Read on the page
mail-author-more = { $count ->
    [one] 1 more new comment is on the page.
   *[other] { $count } more new comments are on the page.
}
mail-author-why = You get this mail because you commented at { $site } and confirmed your address. Unsubscribe

confirm-title = Your e-mail address
confirm-words = Confirm that you would like mails about comments at { $site }.
confirm-done = Your address is confirmed. You get mails from { $site }.
confirm-scope = Mails about “{ $page }”
confirm-choose = Please choose first which mails you want.
confirm-answers = Answers to my comments
confirm-thread = Every new comment
confirm-none = Nothing
confirm-submit = Confirm the address
confirm-keep = Save
confirm-note = Each mail has a link by which you unsubscribe.

unsubscribe-title = Unsubscribe
unsubscribe-words = Which mails from { $site } shall stop?
unsubscribe-thread = No more mails about “{ $page }”
unsubscribe-all = No more mails from { $site } at all
unsubscribe-thread-done = You get no more mails about “{ $page }”.
unsubscribe-all-done = You get no more mails from { $site }.
unsubscribe-again = Get mails again after all

outbox-to-author = to somebody who commented
outbox-suppressed = Nothing goes to this address for now: its server refuses it. Another try lifts that.
mail-kind-confirmation = Confirmation of the address
mail-kind-decision = Decision on a comment
mail-kind-news = New comments
means-rule = Rule

receipt-mails = Mails about answers
receipt-mails-confirmed = Your address is confirmed. You get a mail when somebody answers.
receipt-mails-wanted = When somebody answers you get a mail, once your address is confirmed. We send you the link for that once.
receipt-mails-unwanted = You get no mails about this comment.
receipt-mails-stop = No mails about this comment

setting-mail-undo-seconds = Seconds that mails to authors wait after a decision, so that you can take it back
setting-mail-decisions = Authors are told by mail what was decided about their comment
setting-note-mail-decisions = Only to confirmed addresses, and only where mails about the comment are wanted. No mail ever tells of spam.
