section-team = Team
mail-invitation-subject = Invitation to moderate
mail-invitation-words = You are invited to moderate comments at { $site }.
mail-invitation-link = Accept the invitation
mail-password-subject = New password
mail-password-words = A new password was asked for your account. The link holds for an hour, and once.
mail-password-link = Set the password
mail-account-unasked = If you did not expect this, there is nothing to do.
