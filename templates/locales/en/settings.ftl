panel-sections = { $site }
section-settings = Settings

language-de = German (du)
language-de-formal = German (Sie)
language-en = English
hold-everything = All comments wait
hold-untrusted = Only comments without trust wait
order-oldest-first = Oldest first
order-newest-first = Newest first

setting-saved = Saved. It holds from now on.
setting-refused = Nothing has been changed. Please look at these fields again:
setting-conflict = Somebody changed the settings while you were here. If you save now, yours hold.
setting-save = Save
setting-save-tried = Save these
setting-try = Try on the past

setting-group-site = Site
setting-group-trust = Trust
setting-group-rules = Spam rules
setting-group-rules-note = Before changed rules hold, you see what they would have done to the last 500 decided comments.
setting-group-limits = Limits
setting-group-limits-note = So many comments are taken at most. 0 means: no limit.
setting-group-thread = Thread and form
setting-group-mail = Who gets a mail when comments wait
setting-group-privacy = Privacy

setting-title = Name of the site
setting-note-title = What it is called in mails and here.
setting-locale = Language of the readers
setting-origins = Addresses of the site
setting-note-origins = One a line, such as https://www.example.org. Comments are taken from there only.
setting-trust-hold = Which comments wait for approval
setting-note-trust-hold = Trust counts for confirmed e-mail addresses alone: an unconfirmed one can be typed by anybody. Whoever knows a confirmed address can still pass for its owner with it.
setting-trust-after-approved = Trust after so many approved comments
setting-rules-blocked-words = Words that hold a comment
setting-note-rules-blocked-words = One a line. * stands for any letters; capitals and look-alike characters make no difference.
setting-rules-max-links = Links that do not count yet
setting-rules-check-points = From so many points on: look closely
setting-rules-spam-points = From so many points on: likely spam
setting-drift-sample-percent = Of what is taken for spam, percent shown to you unmarked
setting-paste-title = Paste a list
setting-paste = List
setting-paste-note = Such as moderation_keys or disallowed_keys from WordPress, or a published block list. All of it holds a comment, also what WordPress would throw away; text, name and website are searched. Lines with #, e-mail and IP addresses are left out.
setting-paste-as = Where it comes from
setting-paste-words = Whole words, as here
setting-paste-wordpress = WordPress: inside of words too
setting-paste-left-out = { $count ->
    [0] The list has been pasted and is not saved yet.
    [one] The list has been pasted and is not saved yet. 1 line was there already or no word.
   *[other] The list has been pasted and is not saved yet. { $count } lines were there already or no words.
}
setting-limits-network-per-minute = From one network in a minute
setting-limits-network-per-hour = From one network in an hour
setting-limits-address-per-hour = From one e-mail address in an hour
setting-limits-page-per-minute = On one page in a minute
setting-limits-site-per-minute = On the whole site in a minute
setting-thread-order = Order
setting-thread-depth = How deep answers are indented
setting-thread-close-after-days = Pages close after so many days (0: never)
setting-thread-edit-minutes = Authors may change an approved comment for so many minutes; the change waits for approval (0: never)
setting-form-title = Title of the form
setting-note-form-title = Empty: “Leave a comment”.
setting-form-note = Note above the form
setting-note-form-note = The house rules in a sentence, say.
setting-privacy-network-days = Forget the networks of comments after so many days

setting-fault-range = Please enter a number from { $least } to { $most }.
setting-fault-order = “Likely spam” needs at least as many points as “look closely”.
setting-fault-choice = There is no such choice.
setting-fault-title = Please use 1 to { $most } characters.
setting-fault-origins = Please enter at least one address such as https://www.example.org, one a line. This is none: “{ $origin }”
setting-fault-too-many = { $most } words at most.
setting-fault-too-long = { $most } characters at most.

trial-title = What these rules would have done
trial-nothing = Nothing has been decided yet that the rules could be tried on.
trial-caught = Of the last { $decided } decided comments, { $unwanted } were unwanted. These rules would have held { $caught } of them; those that hold now catch { $now }.
trial-scope = This counts what the text says and what was known when the comment came: how the form was filled in, where the comment came from, and what it was like. What has been learned from decisions is left out, since it was learned from these comments.
trial-wrongly = { $count ->
    [0] They would have held no approved comment.
    [one] They would have wrongly held 1 approved comment:
   *[other] They would have wrongly held { $count } approved comments:
}
trial-new = new
trial-more = … and { $count } more
trial-missed = { $count ->
    [one] 1 unwanted comment would not be caught any more:
   *[other] { $count } unwanted comments would not be caught any more:
}

setting-signals = Switch signals off
setting-signals-note = What is ticked no longer counts on this site. What always holds a comment cannot be switched off.
setting-signal-proposed = Proposed: spoke for spam { $spoke } times, wrongly { $approved } times
