reason-honeypot = Unsichtbares Feld ausgefüllt
reason-form-too-fast = Zu schnell abgeschickt: nach { $evidence }
reason-form-pasted = Mehr Text, als in der Zeit zu tippen ist: { $evidence }
reason-form-old = Formular vor langer Zeit geöffnet: { $evidence }
reason-form-unsigned = Formular ohne gültigen Nachweis abgeschickt
reason-text-long = Zu lang: nur der Anfang ist geprüft ({ $evidence } Zeichen)

reason-blocked-word = Gesperrtes Wort: { $evidence }

reason-links-foreign = Links nach außen: { $evidence }
reason-links-many = Viele Links nach außen: { $evidence }
reason-links-only = Fast nur Links: { $evidence }
reason-links-shortened = Kurzlink, der sein Ziel verbirgt: { $evidence }
reason-links-numeric-host = Link auf eine Zahlenadresse: { $evidence }
reason-links-disguised = Verschleierte Adresse: { $evidence }
reason-links-cheap-ending = Adresse mit Billig-Endung: { $evidence }
reason-links-own-look-alike = Adresse, die der eigenen ähnlich sieht: { $evidence }
reason-name-is-address = Webadresse als Name: { $evidence }
reason-name-keywords = Suchbegriffe als Name: { $evidence }
reason-website-deep = Website-Angabe führt auf eine Unterseite: { $evidence }

reason-markup-bbcode = BBCode-Links: { $evidence }
reason-markup-html-link = HTML-Links: { $evidence }
reason-markup-template = Nicht ausgefüllte Textvorlage: { $evidence }

reason-repeated-spam = Gleicher Text schon im Spam: { $evidence }-mal
reason-repeated-elsewhere = Gleicher Text an anderer Stelle: { $evidence }-mal
reason-repeated-within = Text aus Wiederholungen (verschiedene / alle Wörter): { $evidence }

reason-script-mixed = Fremde Buchstaben mitten im Wort: { $evidence }
reason-script-foreign = Text in fremder Schrift: { $evidence }
reason-script-hidden-characters = Unsichtbare Zeichen in Wörtern: { $evidence }
reason-script-decorated = Zierbuchstaben: { $evidence }
reason-script-direction = Zeichen, die die Schreibrichtung ändern: { $evidence }
reason-script-stacked-marks = Übereinandergestapelte Akzente: { $evidence }
reason-script-spaced-letters = Gesperrt geschriebene Buchstaben: { $evidence }

reason-shouting-capitals = Großbuchstaben: { $evidence }
reason-shouting-stretched = Ein Zeichen { $evidence }-mal hintereinander
reason-shouting-marks = Ausrufezeichen: { $evidence }

reason-words-pharmacy = Medikamentenwerbung: { $evidence }
reason-words-gambling = Glücksspiel: { $evidence }
reason-words-money = Kredite und leichtes Geld: { $evidence }
reason-words-finance = Krypto und Geldanlage: { $evidence }
reason-words-seo = Suchmaschinenwerbung: { $evidence }
reason-words-self-promotion = Eigenwerbung: { $evidence }
reason-words-adult = Erotikwerbung: { $evidence }
reason-words-goods = Warenwerbung: { $evidence }
reason-words-site-praise = Lob nach Spam-Art: { $evidence }
reason-words-flattery = Allgemeines Lob: { $evidence }
reason-words-disguised = Verschleiertes Werbewort: { $evidence }

reason-form-reused = Formularmarke schon einmal benutzt
reason-form-no-browser = Es fehlen Angaben, die jeder Browser sendet: { $evidence }
reason-contact-phone = Telefonnummer: { $evidence }
reason-contact-messenger = Kontakt über einen Messenger: { $evidence }
reason-evasion-leet = Ziffern oder Zeichen statt Buchstaben: { $evidence }
reason-evasion-split = Zerlegte Wörter: { $evidence }-mal
reason-language-foreign = Text in einer anderen Sprache: { $evidence }
reason-layout-wrapped = Zeilen, die mitten im Satz abbrechen: { $evidence }
reason-learned-spam = Ähnelt dem, was als Spam entschieden wurde: { $evidence }
reason-learned-fine = Ähnelt dem, was freigegeben wurde: { $evidence }
reason-start-spam = Ähnelt Werbung, wie sie andernorts kommt: { $evidence }
reason-markup-titled-link = Link mit einem Titel für Suchmaschinen: { $evidence }
reason-neighbour-domain = Link auf eine aus Spam bekannte Adresse: { $evidence }-mal
reason-neighbour-network = Aus einem Netz, aus dem Spam kam: { $evidence }-mal
reason-neighbour-address = E-Mail-Adresse aus Spam bekannt: { $evidence }-mal
reason-neighbour-burst = Viele Kommentare auf einmal zu einer alten Seite: { $evidence }
reason-similar-spam = Fast gleicher Text schon im Spam: { $evidence }-mal
reason-similar-elsewhere = Fast gleicher Text an anderer Stelle: { $evidence }-mal
reason-trust-approved = Frühere Freigaben dieser bestätigten Adresse: { $evidence }
reason-name-of-staff = Name wie der von Moderation oder Redaktion: { $evidence }
reason-website-praise = Allgemeines Lob neben einer Website: { $evidence }
reason-praise-only = Nichts als Lob: { $evidence }
