error-invalid = Some fields need a second look
error-invalid-detail = Please correct the fields below. Nothing you typed is lost.
error-malformed = The request could not be read
error-malformed-detail = Something is missing or garbled. Please go back and try again.
error-too-large = That is too long
error-too-large-detail = The comment is longer than anything we can take. Please shorten it.
error-unknown-format = Unknown format
error-unknown-format-detail = Send comments as JSON or as a form.
error-not-found = Not found
error-not-found-detail = There is nothing at this address, or it is no longer valid.
error-closed = Comments are closed
error-closed-detail = This page takes no more comments.
error-origin-refused = Not allowed from here
error-origin-refused-detail = This page is not among those that may send comments to the site.
error-forbidden = Not allowed
error-forbidden-detail = The form has expired or is not yours. Please reload the page and try again.
error-sign-in-needed = Please sign in
error-sign-in-needed-detail = You have to be signed in for this.
error-duplicate = You have said that already
error-duplicate-detail = We have received exactly this comment from you already.
error-conflict = Somebody was faster
error-conflict-detail = The comment has changed in the meantime. Please look at it again.
error-conflict-by = { $who } decided on this comment in the meantime ({ $at }): { $status }.
error-too-many = That was a bit fast
error-too-many-detail = { $seconds ->
    [one] Please wait one second and send it again. Nothing you typed is lost.
   *[other] Please wait { $seconds } seconds and send it again. Nothing you typed is lost.
}
error-unavailable = Out of reach for the moment
error-unavailable-detail = The service cannot be reached for the moment. Please try again in a minute.
error-internal = Something went wrong
error-internal-detail = The fault is ours. Please try again in a moment.

fault-text-required = Please write a comment.
fault-text-too-short = The comment needs at least three characters.
fault-text-too-long = The comment may have at most 65,525 characters.
fault-text-invalid = The comment contains a character that nobody can show.
fault-name-required = Please enter a name.
fault-name-too-long = The name is too long.
fault-name-invalid = The name contains characters that cannot be shown.
fault-email-required = Please enter your email address. It will not be published.
fault-email-invalid = This does not look like an email address.
fault-email-taken = This address has an account already.
fault-website-too-long = The website may have at most 200 characters.
fault-website-invalid = This does not look like the address of a website.
fault-password-too-short = The password needs at least 15 characters. A short sentence works well.
fault-password-too-long = The password may have at most 128 characters.
fault-password-too-common = This password would be guessed quickly. Please choose another.
