# Mails. No word of a commenter belongs into a subject.

mail-held-subject = [{ $site }] New comments are waiting
mail-held-subject-page = [{ $site }] New comments on “{ $page }”
mail-held-waiting = { $count ->
    [one] 1 comment is waiting for you at { $site }.
   *[other] { $count } comments are waiting for you at { $site }.
}
mail-held-more = { $count ->
    [one] 1 more comment is waiting and is not in this mail.
   *[other] { $count } more comments are waiting and are not in this mail.
}
mail-held-by = { $author } wrote on { $moment }
mail-held-changed-by = { $author } changed a public comment of theirs on { $moment }
mail-held-page = On:
mail-held-points = Spam points: { $points }
mail-held-no-reasons = Nothing unusual was found.
mail-held-decide = Look and decide
mail-held-links = Links in comments are defused: “hxxps” stands for “https”, “[.]” for a dot.
mail-held-why = You get this mail because you moderate the comments of { $site }. When it comes is set in the panel under “My account”.

mail-test-subject = Test mail
mail-test-text = If you read this, mail from Leserbrief arrives.
