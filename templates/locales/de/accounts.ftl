section-team = Team
mail-invitation-subject = Einladung zum Moderieren
mail-invitation-words = Du bist eingeladen, bei { $site } Kommentare zu moderieren.
mail-invitation-link = Einladung annehmen
mail-password-subject = Neues Passwort
mail-password-words = Für dein Konto wurde ein neues Passwort angefragt. Der Link gilt eine Stunde und nur einmal.
mail-password-link = Passwort setzen
mail-account-unasked = Hast du das nicht erwartet, brauchst du nichts zu tun.
