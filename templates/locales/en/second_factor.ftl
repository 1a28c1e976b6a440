second-factor-title = Second factor
second-factor-off = Off. With a second factor a stolen password is of no use to anybody: when you sign in, we also ask for a code from an app on your phone.
second-factor-on = { $count ->
    [one] On. One recovery code is left.
   *[other] On. { $count } recovery codes are left.
}
second-factor-set-up = Set it up
second-factor-scan = Scan the picture with an app for one-time codes, such as Aegis, 2FAS or your password manager. Then enter the code that it shows.
second-factor-picture = Picture with the secret for the app; it is written below as well
second-factor-secret = Or type the secret:
second-factor-code = Code
second-factor-confirm = Turn it on
second-factor-is-on = The second factor is on. You are signed out everywhere else.
second-factor-codes = Recovery codes
second-factor-codes-note = Each of these codes works once in place of the app, for instance when your phone is gone. They are shown only now: keep them apart from your phone.
second-factor-codes-kept = I have kept them
second-factor-end = Turn it off
second-factor-end-note = This takes your password and a code from the app, or a recovery code.
second-factor-renew = New recovery codes
second-factor-renewed = Here are new recovery codes. The old ones hold no more.
account-password-note-with-code = At least 8 characters, because you have a second factor.
code-title = Enter the code
code-note = Six digits from your app, or a recovery code.
code-refused = This code is not valid, or not any more. Please wait for the next one.
code-back = Back to the beginning
sign-in-too-short = Your password is too short to be used without a second factor. Please have a link for a new one sent to you below.
team-reset-second-factor = Reset the second factor
team-second-factor-reset = The second factor is reset. Whoever is concerned is told by mail.
fault-code-wrong = This code is not valid, or not any more.
fault-current-too-short-alone = Without a second factor your password needs at least 15 characters. Please change it first.
fault-password-too-short-with-code = The password needs at least 8 characters.

mail-kind-second-factor-on = Second factor turned on
mail-changed-second-factor-on-subject = Second factor turned on
mail-changed-second-factor-on-words = A second factor was turned on for your account.
mail-kind-second-factor-off = Second factor turned off
mail-changed-second-factor-off-subject = Second factor turned off
mail-changed-second-factor-off-words = The second factor of your account was turned off.
mail-kind-second-factor-reset = Second factor reset
mail-changed-second-factor-reset-subject = Second factor reset
mail-changed-second-factor-reset-words = The second factor of your account was reset by an owner. The password alone is enough again, until you set up a new one.
mail-kind-recovery-code-used = Recovery code used
mail-changed-recovery-code-used-subject = Recovery code used
mail-changed-recovery-code-used-words = Somebody has signed in to your account with a recovery code.
mail-kind-recovery-codes-renewed = Recovery codes renewed
mail-changed-recovery-codes-renewed-subject = Recovery codes renewed
mail-changed-recovery-codes-renewed-words = New recovery codes were made for your account. The old ones hold no more.
