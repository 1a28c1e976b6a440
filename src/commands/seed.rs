//! `leserbrief seed`: a store of made-up comments, as large as a newspaper's of ten years, to measure with.

use anyhow::ensure;
use clap::Args;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::print;
use crate::clock::{Clock, Timestamp};
use crate::config::StorageSettings;
use crate::email_address::EmailAddress;
use crate::i18n::Locale;
use crate::moderation::words::Document;
use crate::page::Page;
use crate::secrets::Keys;
use crate::server::open_store;
use crate::site::{Origin, Site, SiteSettings};
use crate::spam::{self, Likeness};
use crate::store::seed::{self, Seeded};
use crate::store::{Store, full_text, moderators, pages, sites};

/// Comments added with one statement.
const TOGETHER: usize = 500;

/// How much.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Comments in all
    #[arg(long, default_value_t = 1_000_000)]
    pub comments: u64,
    /// Comments among them that wait for a moderator; they are spread over the whole time
    #[arg(long, default_value_t = 100_000)]
    pub pending: u64,
}

/// Fills the store of these settings.
pub async fn run(storage: &StorageSettings, arguments: &Arguments) -> anyhow::Result<()> {
    let (store, keys) = open_store(storage).await?;
    fill(&store, &keys, &Clock::System, arguments).await?;
    store.close().await;
    print(&format!("{} comments, {} of them pending", arguments.comments, arguments.pending))
}

/// Fills a store with a site `seeded`, its pages, and comments that are decided by the first moderator there is.
///
/// # Errors
/// There is such a site already, or the database cannot be reached.
pub async fn fill(store: &Store, keys: &Keys, clock: &Clock, arguments: &Arguments) -> anyhow::Result<()> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let site = Site {
        id: clock.new_id(),
        name: "seeded".into(),
        title: "Seeded".into(),
        locale: Locale::De,
        origins: Origin::parse("https://seeded.example").into_iter().collect(),
        settings: SiteSettings::default(),
    };
    let now = clock.now();
    let mut tx = store.write().await?;
    ensure!(sites::add(&mut tx, &site, now).await?, "The store has been seeded already.");
    let moderator = moderators::all(&mut tx).await?.first().map(|moderator| moderator.id);
    let mut articles = Vec::new();
    for number in 0..(arguments.comments / 50).max(1) {
        let title = dice.words(4, 8);
        let url = format!("https://seeded.example/{number}");
        let page = Page { id: clock.new_id(), url: Some(url.clone()), title: title.clone(), closed_at: None, created_at: now };
        pages::add(&mut tx, site.id, &page).await?;
        pages::add_alias(&mut tx, site.id, &url, page.id).await?;
        articles.push((page.id, title));
    }
    tx.commit().await?;
    let address = EmailAddress::parse("seeded@example.org").ok_or_else(|| anyhow::anyhow!("an address is none"))?;
    let sealed = keys.seal(&address)?.bytes;
    let maker =
        Maker { site_id: site.id, moderator, articles, arguments: arguments.clone(), start: now.plus(-10 * 365 * 86_400_000) };
    let mut number = 0;
    while number < arguments.comments {
        let until = (number + TOGETHER as u64).min(arguments.comments);
        let made: Vec<(Seeded, String)> = (number..until).map(|number| maker.comment(number, &mut dice)).collect();
        let (comments, words): (Vec<Seeded>, Vec<String>) = made.into_iter().unzip();
        let document = |(comment, words): (&Seeded, String)| full_text::Document {
            id: comment.id,
            site_id: comment.site_id,
            stamp: 0,
            words,
        };
        let documents: Vec<full_text::Document> = comments.iter().zip(words).map(document).collect();
        let mut tx = store.write().await?;
        seed::add(&mut tx, &comments, &sealed).await?;
        full_text::index(&mut tx, &documents).await?;
        tx.commit().await?;
        number = until;
    }
    let mut tx = store.write().await?;
    seed::finish(&mut tx).await?;
    tx.commit().await
}

struct Maker {
    site_id: Uuid,
    moderator: Option<Uuid>,
    articles: Vec<(Uuid, String)>,
    arguments: Arguments,
    start: Timestamp,
}

impl Maker {
    /// A comment and the words under which it is found.
    fn comment(&self, number: u64, dice: &mut Dice) -> (Seeded, String) {
        let total = self.arguments.comments.max(1);
        let at = self.start.plus(i64::try_from(number * 10 * 365 * 86_400 / total * 1000).unwrap_or_default());
        let id = id_at(at, number);
        let is_pending = (number * self.arguments.pending) / total != ((number + 1) * self.arguments.pending) / total;
        let (status, bucket) = match (is_pending, dice.below(100)) {
            (true, 0..60) => ("pending", "likely-fine"),
            (true, _) => ("pending", "check"),
            (false, 0..2) => ("pending", "likely-spam"),
            (false, 2..10) => ("spam", "likely-spam"),
            (false, 10..20) => ("rejected", "check"),
            (false, _) => ("approved", "likely-fine"),
        };
        // One of fifty is one of a hundred texts that are sent again and again.
        let text = if dice.below(50) == 0 { Dice(1 + dice.below(100)).words(12, 30) } else { dice.words(8, 60) };
        let (page_id, title) = self.articles.get(dice.index(self.articles.len())).cloned().unwrap_or_default();
        let author = Dice(7 + dice.below(50_000)).words(2, 2);
        let is_suspect = bucket != "likely-fine";
        let signal = if bucket == "check" { "links-foreign" } else { "words-money" };
        let reasons = if is_suspect { format!(r#"[{{"signal":"{signal}","points":2.5,"evidence":"2"}}]"#) } else { "[]".into() };
        let html = format!("<p>{text}</p>");
        let rules = if is_suspect { vec![signal.to_owned()] } else { Vec::new() };
        let words = Document { author: &author, title: &title, text: &text, html: &html, website: None, rules: &rules }.words();
        let folded = spam::fingerprint_text(&text);
        let hash = |kind: &str, value: &str| Sha256::digest(format!("{kind}{value}")).to_vec();
        let comment = Seeded {
            id,
            site_id: self.site_id,
            page_id,
            status,
            bucket,
            points: if is_suspect { 2.5 } else { 0.3 },
            reasons,
            address: hash("address", &author),
            network: hash("network", &dice.below(30_000).to_string()),
            fingerprint: Sha256::digest(&folded).to_vec(),
            likeness: Likeness::of_folded(&folded),
            author,
            text,
            html,
            submitted_at: at.millis(),
            decision: self.moderator.filter(|_| status != "pending").map(|moderator| (id_at(at.plus(60_000), number), moderator)),
        };
        (comment, words)
    }
}

/// An id of that moment; the number keeps two of one moment apart.
fn id_at(at: Timestamp, number: u64) -> Uuid {
    let millis = u128::try_from(at.millis()).unwrap_or_default();
    Uuid::from_u128(millis << 80 | 0x7 << 76 | 0x2 << 62 | u128::from(number))
}

/// A generator that gives the same each time (SplitMix64): what is measured on one machine is made on another.
struct Dice(u64);

const SYLLABLES: [&str; 40] = [
    "ab", "an", "auf", "bahn", "bau", "berg", "brück", "bus", "dorf", "en", "er", "fahr", "feld", "fluss", "ge", "haus", "heim",
    "kirch", "kom", "land", "lich", "li", "markt", "mei", "nie", "nung", "ort", "park", "platz", "rad", "schul", "see", "stadt",
    "stein", "straß", "tal", "un", "ver", "wald", "zug",
];
const FREQUENT: [&str; 24] = [
    "der",
    "die",
    "und",
    "das",
    "nicht",
    "ist",
    "eine",
    "wir",
    "auch",
    "haben",
    "werden",
    "mehr",
    "Stadt",
    "Verkehr",
    "Leute",
    "Jahre",
    "immer",
    "endlich",
    "warum",
    "Kommentar",
    "Artikel",
    "Politik",
    "Straßenbahn",
    "Bürgermeister",
];

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    fn words(&mut self, least: u64, most: u64) -> String {
        let count = least + self.below(most - least + 1);
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// Half of all words are of the few that every text has; the others are put together, as German does.
    fn word(&mut self) -> String {
        if self.below(2) == 0 {
            return (*FREQUENT.get(self.index(FREQUENT.len())).unwrap_or(&"und")).to_owned();
        }
        let syllables = 2 + self.below(3);
        let word: String = (0..syllables).map(|_| *SYLLABLES.get(self.index(SYLLABLES.len())).unwrap_or(&"e")).collect();
        if self.below(3) == 0 { word[..1].to_uppercase() + &word[1..] } else { word }
    }
}
