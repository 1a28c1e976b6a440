section-team = Team
mail-invitation-subject = Einladung zum Moderieren
mail-invitation-words = Sie sind eingeladen, bei { $site } Kommentare zu moderieren.
mail-invitation-link = Einladung annehmen
mail-password-subject = Neues Passwort
mail-password-words = Für Ihr Konto wurde ein neues Passwort angefragt. Der Link gilt eine Stunde und nur einmal.
mail-password-link = Passwort setzen
mail-account-unasked = Haben Sie das nicht erwartet, brauchen Sie nichts zu tun.
