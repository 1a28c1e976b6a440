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
journal-when = When (UTC)
journal-change = What
journal-reason = Why
