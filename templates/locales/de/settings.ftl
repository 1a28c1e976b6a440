panel-sections = { $site }
section-settings = Einstellungen

language-de = Deutsch (du)
language-de-formal = Deutsch (Sie)
language-en = Englisch
hold-everything = Alle Kommentare warten
hold-untrusted = Nur Kommentare ohne Vertrauen warten
order-oldest-first = Älteste zuerst
order-newest-first = Neueste zuerst

setting-saved = Gespeichert. Ab jetzt gilt es.
setting-refused = Nichts wurde geändert. Bitte sieh dir diese Felder noch einmal an:
setting-conflict = Jemand hat die Einstellungen geändert, während du hier warst. Wenn du jetzt speicherst, gilt deine Fassung.
setting-save = Speichern
setting-save-tried = So speichern
setting-try = An der Vergangenheit ausprobieren

setting-group-site = Website
setting-group-trust = Vertrauen
setting-group-rules = Spam-Regeln
setting-group-rules-note = Bevor geänderte Regeln gelten, siehst du, was sie mit den letzten 500 entschiedenen Kommentaren gemacht hätten.
setting-group-limits = Grenzen
setting-group-limits-note = So viele Kommentare werden höchstens angenommen. 0 heißt: keine Grenze.
setting-group-thread = Diskussion und Formular
setting-group-mail = Wer eine Mail bekommt, wenn Kommentare warten
setting-group-privacy = Datenschutz

setting-title = Name der Website
setting-note-title = So heißt sie in Mails und hier.
setting-locale = Sprache der Leser
setting-origins = Adressen der Website
setting-note-origins = Eine je Zeile, etwa https://www.example.org. Nur von dort werden Kommentare angenommen.
setting-trust-hold = Welche Kommentare auf Freigabe warten
setting-note-trust-hold = Vertrauen zählt nur für bestätigte E-Mail-Adressen: Eine unbestätigte kann jeder eintippen. Wer eine bestätigte Adresse kennt, kann sich damit freilich als deren Besitzer ausgeben.
setting-trust-after-approved = Vertrauen nach so vielen freigegebenen Kommentaren
setting-rules-blocked-words = Wörter, die einen Kommentar aufhalten
setting-note-rules-blocked-words = Eines je Zeile. * steht für beliebige Buchstaben; Großschreibung und ähnliche Zeichen sind egal.
setting-rules-max-links = Links, die noch nicht zählen
setting-rules-check-points = Ab so vielen Punkten: genau ansehen
setting-rules-spam-points = Ab so vielen Punkten: wohl Spam
setting-drift-sample-percent = So viel Prozent des vermuteten Spams zeigen wir dir zur Probe ohne Hinweis
setting-paste-title = Eine Liste einfügen
setting-paste = Liste
setting-paste-note = Etwa moderation_keys oder disallowed_keys aus WordPress, oder eine veröffentlichte Sperrliste. Alles darin hält einen Kommentar auf, auch was WordPress verwerfen würde; gesucht wird in Text, Name und Website. Zeilen mit #, E-Mail- und IP-Adressen werden weggelassen.
setting-paste-as = Woher sie kommt
setting-paste-words = Ganze Wörter, wie hier
setting-paste-wordpress = WordPress: auch mitten in Wörtern
setting-paste-left-out = { $count ->
    [0] Die Liste ist eingefügt und noch nicht gespeichert.
    [one] Die Liste ist eingefügt und noch nicht gespeichert. 1 Zeile war doppelt oder kein Wort.
   *[other] Die Liste ist eingefügt und noch nicht gespeichert. { $count } Zeilen waren doppelt oder kein Wort.
}
setting-limits-network-per-minute = Je Netz und Minute
setting-limits-network-per-hour = Je Netz und Stunde
setting-limits-address-per-hour = Je E-Mail-Adresse und Stunde
setting-limits-page-per-minute = Je Seite und Minute
setting-limits-site-per-minute = Auf der ganzen Website je Minute
setting-thread-order = Reihenfolge
setting-thread-depth = So tief werden Antworten eingerückt
setting-thread-close-after-days = Seiten schließen nach so vielen Tagen (0: nie)
setting-thread-edit-minutes = Autoren können einen freigegebenen Kommentar so viele Minuten lang ändern; die Änderung wartet auf Freigabe (0: nie)
setting-form-title = Überschrift des Formulars
setting-note-form-title = Leer: „Schreibe einen Kommentar“.
setting-form-note = Hinweis über dem Formular
setting-note-form-note = Etwa die Hausregeln in einem Satz.
setting-privacy-network-days = Netze von Kommentaren vergessen nach so vielen Tagen

setting-fault-range = Bitte eine Zahl von { $least } bis { $most }.
setting-fault-order = „Wohl Spam“ braucht mindestens so viele Punkte wie „genau ansehen“.
setting-fault-choice = Das steht nicht zur Wahl.
setting-fault-title = Bitte 1 bis { $most } Zeichen.
setting-fault-origins = Bitte mindestens eine Adresse wie https://www.example.org, eine je Zeile. Das ist keine: „{ $origin }“
setting-fault-too-many = Höchstens { $most } Wörter.
setting-fault-too-long = Höchstens { $most } Zeichen.

trial-title = Was diese Regeln getan hätten
trial-nothing = Noch ist nichts entschieden, woran sich die Regeln ausprobieren ließen.
trial-caught = Von den letzten { $decided } entschiedenen Kommentaren waren { $unwanted } unerwünscht. Diese Regeln hätten davon { $caught } aufgehalten; die jetzigen halten { $now } auf.
trial-scope = Gezählt ist, was der Text sagt und was beim Eintreffen bekannt war: wie das Formular ausgefüllt wurde, woher der Kommentar kam und was ihm glich. Was aus Entscheidungen gelernt wurde, bleibt außen vor, denn gelernt wurde aus diesen Kommentaren.
trial-wrongly = { $count ->
    [0] Keinen freigegebenen Kommentar hätten sie aufgehalten.
    [one] 1 freigegebenen Kommentar hätten sie zu Unrecht aufgehalten:
   *[other] { $count } freigegebene Kommentare hätten sie zu Unrecht aufgehalten:
}
trial-new = neu
trial-more = … und { $count } weitere
trial-missed = { $count ->
    [one] 1 unerwünschter Kommentar würde nicht mehr aufgehalten:
   *[other] { $count } unerwünschte Kommentare würden nicht mehr aufgehalten:
}

setting-signals = Merkmale abschalten
setting-signals-note = Was angehakt ist, zählt auf dieser Website nicht mehr. Was einen Kommentar immer aufhält, lässt sich nicht abschalten.
setting-signal-proposed = Vorschlag: sprach { $spoke }-mal für Spam, { $approved }-mal zu Unrecht
