//! The built-in words, English and German. They are looked up folded: capitals, accents and look-alikes do not matter,
//! umlauts do. Which words are strong and which are weak was measured on labelled comments; a list on its own never
//! reaches the usual 5.0 points of likely spam, since people also talk about medicine, money and games.

/// Medicines that are sold to people who should not buy them.
pub(in crate::spam) const PHARMACY: &str = "words-pharmacy";
/// Games for money.
pub(in crate::spam) const GAMBLING: &str = "words-gambling";
/// Loans and money without work.
pub(in crate::spam) const MONEY: &str = "words-money";
/// Crypto and trading, which honest people talk about as well.
pub(in crate::spam) const FINANCE: &str = "words-finance";
/// Search engine optimisation and the trade in links.
pub(in crate::spam) const SEO: &str = "words-seo";
/// "My channel", "my page".
pub(in crate::spam) const SELF_PROMOTION: &str = "words-self-promotion";
/// Sex for sale.
pub(in crate::spam) const ADULT: &str = "words-adult";
/// Goods and papers that are not what they seem.
pub(in crate::spam) const GOODS: &str = "words-goods";
/// Praise of the site itself, in the words of programs that comment anywhere.
pub(in crate::spam) const SITE_PRAISE: &str = "words-site-praise";
/// Praise that fits any article, and is often meant.
pub(in crate::spam) const FLATTERY: &str = "words-flattery";

/// Words that speak for one kind of advertisement.
pub(super) struct WordList {
    /// The signal.
    pub signal: &'static str,
    /// What the first phrase found adds; each further one adds half.
    pub points: f64,
    /// What the list adds at most.
    pub at_most: f64,
    /// Whether its longer words are also looked for inside of hosts.
    pub inside_hosts: bool,
    /// Words, or words in a row.
    pub phrases: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) const LISTS: &[WordList] = &[
    WordList { signal: PHARMACY, points: 2.0, at_most: 4.5, inside_hosts: true, phrases: &[
        "abnehmpillen", "accutane", "adderall", "ambien", "amoxicillin", "antabuse", "canadian pharmacy", "cbd gummies",
        "cbd oil", "cbd öl", "chloroquine", "cialis", "cipro", "clomid", "dapoxetine", "diet pills", "doxycycline", "erectile",
        "hydrocodone", "hydroxychloroquine", "ivermectin", "kamagra", "keto gummies", "keto pills", "lasix", "levitra",
        "male enhancement", "modafinil", "no prescription", "ohne rezept", "online apotheke", "online pharmacy", "oxycodone",
        "oxycontin", "penis enlargement", "penisverlängerung", "pharmacies", "phentermine", "potenzmittel", "prednisone",
        "priligy", "propecia", "rezeptfrei", "sildenafil", "steroide kaufen", "tadalafil", "testosterone booster", "tramadol",
        "valtrex", "vardenafil", "viagra", "weight loss pills", "weight loss supplement", "without prescription", "xanax",
        "zithromax",
    ] },
    WordList { signal: GAMBLING, points: 2.0, at_most: 4.5, inside_hosts: true, phrases: &[
        "1xbet", "agen judi", "baccarat", "bandar", "betting", "blackjack", "bonus ohne einzahlung", "bookmaker", "casino",
        "casinos", "daftar", "free spins", "freispiele", "gacor", "gambling", "glücksspiel online", "jackpot", "judi", "kasino",
        "mostbet", "no deposit bonus", "online poker", "poker online", "pokies", "roulette", "sbobet", "slot", "slot machine",
        "slot machines", "slot online", "slots", "spielautomaten", "sportsbook", "sportwetten", "togel", "wettanbieter",
    ] },
    WordList { signal: MONEY, points: 1.6, at_most: 4.0, inside_hosts: true, phrases: &[
        "account manager", "airdrop", "bank loan", "binäre optionen", "cash advance", "credit repair", "earn money",
        "expert trader", "extra cash", "fast cash", "finanzielle freiheit", "forex trading", "giveaway", "guaranteed profit",
        "kredit ohne schufa", "loan", "loan offer", "loans", "make money online", "making money", "mining platform",
        "online kredit", "passives einkommen", "payday", "recovery expert", "schnelles geld", "sofortkredit", "trading signals",
        "usdt", "western union", "withdrawals",
    ] },
    WordList { signal: FINANCE, points: 0.7, at_most: 3.0, inside_hosts: false, phrases: &[
        "binary options", "bitcoin", "bitcoins", "broker", "btc", "crypto", "cryptocurrency", "dm me", "ethereum",
        "financial freedom", "forex", "free money", "fx", "geld verdienen", "invested", "investing", "investment",
        "investment platform", "kryptowährung", "kryptowährungen", "make money", "passive income", "payout", "profit",
        "profits", "reichtum", "telegram", "trader", "trading", "wallet", "withdraw", "withdrawal",
    ] },
    WordList { signal: SEO, points: 1.5, at_most: 4.0, inside_hosts: false, phrases: &[
        "backlink", "backlinks", "buy followers", "buy likes", "content writing services", "digital marketing",
        "domain authority", "essay writing", "essay writing service", "guest blog", "guest post", "guest posting",
        "internet marketing", "keyword research", "link building", "linkaufbau", "linkbuilding", "linktausch",
        "marketing agency", "mehr besucher", "rank higher", "search engine optimization", "search engine rankings",
        "search engines", "seo", "suchmaschinenoptimierung", "unique articles", "viral", "web design company", "web traffic",
        "website traffic",
    ] },
    WordList { signal: SELF_PROMOTION, points: 1.5, at_most: 4.0, inside_hosts: false, phrases: &[
        "abonniere", "abonniert", "auf meinem kanal", "besuche meine", "besucht meine", "check my", "check out my",
        "check this out", "checkout my", "feel free to surf", "feel free to visit", "follow me", "follow my", "look at my",
        "look into my", "mein kanal", "mein shop", "meinen kanal", "meinen shop", "my blog", "my blog post", "my channel",
        "my homepage", "my new song", "my new video", "my page", "my site", "my video", "my videos", "my web blog",
        "my web page", "my web site", "my weblog", "my webpage", "my website", "my youtube", "schau auf meiner", "sub to",
        "subscribe", "subscribe to", "subscribe to my", "subscribers", "take a look at my", "visit my", "visit our", "watch my",
    ] },
    WordList { signal: ADULT, points: 2.0, at_most: 4.5, inside_hosts: true, phrases: &[
        "adult dating", "call girl", "call girls", "cam girls", "camgirls", "camsex", "dating site", "dating sites", "erotik",
        "escort", "escorts", "hookup", "hot girls", "huren", "milf", "nude", "nudes", "porn", "pornhub", "porno",
        "seitensprung", "sex chat", "sex video", "sex videos", "sexcam", "sexkontakte", "sexy", "webcam sex",
    ] },
    WordList { signal: GOODS, points: 1.2, at_most: 4.0, inside_hosts: true, phrases: &[
        "air jordan", "best price", "best prices", "billig kaufen", "buy cheap", "buy now", "buy online", "cheap",
        "cheap jerseys", "christian louboutin", "counterfeit", "coupon", "coupons", "discount", "fake documents",
        "fake passport", "for sale", "free download", "free shipping", "führerschein kaufen", "gefälschte pässe", "gucci",
        "günstig kaufen", "handbags", "jerseys", "jetzt bestellen", "jetzt kaufen", "jordan shoes", "kaufen online",
        "kostenloser versand", "license key", "louis vuitton", "michael kors", "moncler", "nike air", "online kaufen",
        "order now", "outlet", "prada", "product key", "promo code", "ray ban", "replica", "replicas", "rolex", "serial key",
        "shoes", "sunglasses", "tiffany", "torrent", "uggs", "vape", "wholesale",
    ] },
    WordList { signal: SITE_PRAISE, points: 1.3, at_most: 4.0, inside_hosts: false, phrases: &[
        "amazing blog", "awesome blog", "blog loading", "bookmark your", "bookmarked", "bookmarking", "excellent blog",
        "fantastic blog", "great blog", "great site", "great website", "i am impressed", "i stumbled upon", "informative",
        "magnificent", "nice blog", "this paragraph", "this site", "this web page", "this web site", "this weblog",
        "this webpage", "this website", "toller blog", "useful information", "valuable information", "very informative",
        "web site", "weblog", "webmaster", "webmasters", "well written", "wonderful blog", "write ups", "writeup", "your site",
        "your web site", "your weblog", "your website", "your writing",
    ] },
    WordList { signal: FLATTERY, points: 0.5, at_most: 1.5, inside_hosts: false, phrases: &[
        "amazing article", "awesome article", "came across your", "danke für diesen tollen beitrag", "excellent article",
        "excellent post", "fantastic post", "great article", "great post", "helpful article", "i simply", "informative article",
        "informative post", "interesting article", "keep it up", "keep up", "keep writing", "nice article", "nice post",
        "quality content", "really enjoyed", "sehr informativ", "sehr informativer", "sharing", "such a great", "this blog",
        "tolle seite", "wonderful article", "wonderful post", "writer", "your article", "your blog", "your content",
        "your post", "your posts",
    ] },
];

#[cfg(test)]
mod tests {
    use super::LISTS;

    #[test]
    fn no_list_reaches_the_usual_spam_threshold_alone_and_none_says_a_phrase_twice() {
        for list in LISTS {
            assert!(list.points > 0.0 && list.points <= list.at_most && list.at_most < 5.0, "{}", list.signal);
            for (at, phrase) in list.phrases.iter().enumerate() {
                assert!(!list.phrases.iter().skip(at + 1).any(|other| other == phrase), "{phrase}");
            }
        }
    }
}
