reason-honeypot = Invisible field filled in
reason-form-too-fast = Sent too fast: after { $evidence }
reason-form-pasted = More text than can be typed in the time: { $evidence }
reason-form-old = Form opened long ago: { $evidence }
reason-form-unsigned = Form sent without valid proof of origin
reason-text-long = Too long: only the beginning was checked ({ $evidence } characters)

reason-blocked-word = Blocked word: { $evidence }

reason-links-foreign = Links to other sites: { $evidence }
reason-links-many = Many links to other sites: { $evidence }
reason-links-only = Hardly anything but links: { $evidence }
reason-links-shortened = Short link that hides its target: { $evidence }
reason-links-numeric-host = Link to a numeric address: { $evidence }
reason-links-disguised = Disguised address: { $evidence }
reason-links-cheap-ending = Address under a cheap ending: { $evidence }
reason-links-own-look-alike = Address that looks like your own: { $evidence }
reason-name-is-address = Web address as name: { $evidence }
reason-name-keywords = Search terms as name: { $evidence }
reason-website-deep = Website given is a subpage: { $evidence }

reason-markup-bbcode = BBCode links: { $evidence }
reason-markup-html-link = HTML links: { $evidence }
reason-markup-template = Text template not filled in: { $evidence }

reason-repeated-spam = Same text already in spam: { $evidence }×
reason-repeated-elsewhere = Same text elsewhere: { $evidence }×
reason-repeated-within = Text made of repetitions (distinct / all words): { $evidence }

reason-script-mixed = Foreign letters within a word: { $evidence }
reason-script-foreign = Text in a foreign script: { $evidence }
reason-script-hidden-characters = Invisible characters in words: { $evidence }
reason-script-decorated = Decorated letters: { $evidence }
reason-script-direction = Characters that change the writing direction: { $evidence }
reason-script-stacked-marks = Stacked accents: { $evidence }
reason-script-spaced-letters = Spaced-out letters: { $evidence }

reason-shouting-capitals = Capital letters: { $evidence }
reason-shouting-stretched = One character { $evidence } times in a row
reason-shouting-marks = Exclamation marks: { $evidence }

reason-words-pharmacy = Drug advertising: { $evidence }
reason-words-gambling = Gambling: { $evidence }
reason-words-money = Loans and easy money: { $evidence }
reason-words-finance = Crypto and investment: { $evidence }
reason-words-seo = Search engine marketing: { $evidence }
reason-words-self-promotion = Self-promotion: { $evidence }
reason-words-adult = Sex advertising: { $evidence }
reason-words-goods = Product advertising: { $evidence }
reason-words-site-praise = Praise in the manner of spam: { $evidence }
reason-words-flattery = Generic praise: { $evidence }
reason-words-disguised = Disguised advertising word: { $evidence }

reason-form-reused = Form token used before
reason-form-no-browser = Headers that every browser sends are missing: { $evidence }
reason-contact-phone = Telephone number: { $evidence }
reason-contact-messenger = Messenger contact: { $evidence }
reason-evasion-leet = Digits or signs in the place of letters: { $evidence }
reason-evasion-split = Words taken apart: { $evidence }×
reason-language-foreign = Text in another language: { $evidence }
reason-layout-wrapped = Lines that break off in a sentence: { $evidence }
reason-learned-spam = Like what was decided to be spam: { $evidence }
reason-learned-fine = Like what was approved: { $evidence }
reason-start-spam = Like advertisements that come elsewhere: { $evidence }
reason-markup-titled-link = Link with a title for search engines: { $evidence }
reason-neighbour-domain = Links to a host known from spam: { $evidence }×
reason-neighbour-network = From a network known from spam: { $evidence }×
reason-neighbour-address = E-mail address known from spam: { $evidence }×
reason-neighbour-burst = Many comments at once on an old page: { $evidence }
reason-similar-spam = Nearly the same text already in spam: { $evidence }×
reason-similar-elsewhere = Nearly the same text elsewhere: { $evidence }×
reason-trust-approved = Earlier approvals of this confirmed address: { $evidence }
reason-name-of-staff = Name like that of a moderator or author: { $evidence }
reason-website-praise = General praise beside a website: { $evidence }
reason-praise-only = Nothing but praise: { $evidence }
