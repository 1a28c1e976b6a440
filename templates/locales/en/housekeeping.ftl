section-pages = Pages
section-journal = Journal

pages-find = Id or address of a page
pages-go = Open
pages-not-found = There is no such page yet.
pages-empty = No page has had a comment yet.
page-approved = { $count ->
    [one] 1 approved comment
   *[other] { $count } approved comments
}
page-open = Open
page-closed = Closed
page-closed-by-age = For its age; the settings change that.
page-close = Close the page
page-reopen = Open the page again
page-move = New address
page-move-note = The page stays known by its old address.
page-move-submit = Move the page
page-names = Known as
page-comments = Comments
fault-url-invalid = Please enter an address on one of the site’s own.
fault-url-taken = Another page is known by this address already.

journal-note = Every decision stands here, those taken back too. Nothing of it can be changed.
journal-by = Who
journal-anybody = Everybody
journal-any = Everything
journal-to = To what
journal-means = By what means
journal-from = From
journal-until = Until
journal-filter = Filter
journal-export = Download as CSV
journal-empty = The journal says nothing about that.
journal-reached-nothing = Back to { $day }, the journal says nothing about that.
journal-further = Look before { $day }, too
journal-when = When (UTC)
journal-change = What
journal-reason = Why
journal-of-edit = The author’s change:

section-numbers = Numbers
outbox-title = Outbox
outbox-fails = Mails do not arrive at present.
outbox-look = Why?
outbox-test = Test mail to me
outbox-test-note = It goes the way of every other mail.
outbox-empty = There is no mail here.
outbox-to = to { $name }
outbox-attempts = { $count ->
    [one] 1 attempt
   *[other] { $count } attempts
}
outbox-retry = Try again
mail-state-waiting = Waiting
mail-state-sent = Sent
mail-state-failed = Failed
mail-kind-held-comments = Waiting comments
mail-kind-invitation = Invitation
mail-kind-password = New password
mail-kind-role = New role
mail-kind-test = Test mail

numbers-note = The last 90 days, at most a minute old. Days begin at midnight UTC.
numbers-per-day = Comments a day
numbers-total = { $count ->
    [one] 1 comment; most on one day: { $highest }.
   *[other] { $count } comments; most on one day: { $highest }.
}
numbers-as-table = As a table
numbers-day = Day
numbers-hour = Decided within an hour
numbers-hour-note = { $share } of { $count } comments that somebody decided.
numbers-agreement = How often moderators follow the judgement
numbers-judged = Judgement
numbers-agreed = Confirmed
numbers-disagreed = Decided otherwise
numbers-share = Share
numbers-fine = Likely fine
numbers-signals = Which signals turn out right
numbers-signals-note = What was decided about the comments that a signal spoke against: among the last 1,000 that somebody approved or marked as spam.
numbers-signal = Signal
numbers-signal-proposed = better off
numbers-signals-settings = Switch off in the settings
numbers-reasons = The reasons given most often
numbers-count = How often
numbers-load = Who decides how much
numbers-decisions = Decisions
journal-batch = What stands here was decided as one.
journal-whole = The whole journal

# Comments taken over from another program
means-import = An import
import-nameless = Anonymous
