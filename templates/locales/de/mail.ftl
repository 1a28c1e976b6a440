# Mails. No word of a commenter belongs into a subject.

mail-held-subject = [{ $site }] Neue Kommentare warten
mail-held-subject-page = [{ $site }] Neue Kommentare zu „{ $page }“
mail-held-waiting = { $count ->
    [one] Bei { $site } wartet 1 Kommentar auf dich.
   *[other] Bei { $site } warten { $count } Kommentare auf dich.
}
mail-held-more = { $count ->
    [one] 1 weiterer Kommentar wartet und steht nicht in dieser Mail.
   *[other] { $count } weitere Kommentare warten und stehen nicht in dieser Mail.
}
mail-held-by = { $author } schrieb am { $moment }
mail-held-changed-by = { $author } hat am { $moment } den eigenen Kommentar geändert, der öffentlich ist
mail-held-page = Zu:
mail-held-points = Spam-Punkte: { $points }
mail-held-no-reasons = Nichts Auffälliges gefunden.
mail-held-decide = Ansehen und entscheiden
mail-held-links = Links in Kommentaren sind unschädlich gemacht: „hxxps“ steht für „https“, „[.]“ für einen Punkt.
mail-held-why = Du bekommst diese Mail, weil du bei { $site } Kommentare moderierst. Wann sie kommt, stellst du im Panel unter „Mein Konto“ ein.

mail-test-subject = Testmail
mail-test-text = Wenn du das liest, kommt die Mail von Leserbrief an.
