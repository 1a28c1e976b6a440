//! Every query by itself, on both databases: a test reads the sources and asks for each.

use std::path::Path;
use std::sync::Arc;

use leserbrief::clock::{Clock, FixedClock, Timestamp};
use leserbrief::comment::{Comment, Status};
use leserbrief::email_address::EmailAddress;
use leserbrief::i18n::Locale;
use leserbrief::moderator::Moderator;
use leserbrief::page::Page;
use leserbrief::secrets::{Keys, SealedAddress};
use leserbrief::site::{Site, SiteSettings};
use leserbrief::spam::{Bucket, Likeness};
use leserbrief::store::arrivals::{self, Arrival};
use leserbrief::store::changes::{self, Change, Changes};
use leserbrief::store::decisions::{self, Decision};
use leserbrief::store::intake::{self, LIMITS, Question};
use leserbrief::store::moderators::{self, Newcomer};
use leserbrief::store::networks::{self, Sent};
use leserbrief::store::queue::{self, Card, Part};
use leserbrief::store::{Tx, comments, lessons, pages, sites, threads};
use uuid::Uuid;

use crate::harness::{Database, NOON, TestDatabase, on_both};

pub fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millis(NOON + milliseconds)
}

/// An id of that moment.
pub fn id_at(milliseconds: i64) -> Uuid {
    Clock::Fixed(Arc::new(FixedClock::new(NOON + milliseconds))).new_id()
}

pub fn id() -> Uuid {
    Clock::System.new_id()
}

pub fn sealed(keys: &Keys, address: &str) -> (SealedAddress, Vec<u8>) {
    let address = EmailAddress::parse(address).unwrap();
    (keys.seal(&address).unwrap(), keys.address_index(&address))
}

pub async fn add_site(tx: &mut Tx, name: &str) -> Site {
    let settings = SiteSettings::default();
    let site = Site { id: id(), name: name.into(), title: "Nordblatt".into(), locale: Locale::De, origins: Vec::new(), settings };
    assert!(sites::add(tx, &site, at(0)).await.unwrap());
    site
}

pub async fn add_moderator(tx: &mut Tx, keys: &Keys, address: &str) -> Option<Moderator> {
    let moderator = Moderator { id: id(), name: address.into(), is_owner: false, locale: Locale::En };
    let (address, address_index) = sealed(keys, address);
    let domain_index = b"domain";
    let newcomer =
        Newcomer { moderator: &moderator, address: &address, address_index: &address_index, domain_index, password_hash: "hash" };
    moderators::add(tx, &newcomer, at(0)).await.unwrap().then_some(moderator)
}

pub async fn add_page(tx: &mut Tx, site: &Site) -> Page {
    let page =
        Page { id: id(), url: Some("https://a.example/x".into()), title: "Titel".into(), closed_at: None, created_at: at(0) };
    pages::add(tx, site.id, &page).await.unwrap();
    page
}

/// A comment that waits, in a transaction of its own or somebody's.
pub async fn add_comment(tx: &mut Tx, site: &Site, page: &Page, bucket: Bucket, came: i64) -> Comment {
    add_alike(tx, site, page, bucket, came, None).await
}

async fn add_alike(tx: &mut Tx, site: &Site, page: &Page, bucket: Bucket, came: i64, likeness: Option<Likeness>) -> Comment {
    let comment = Comment {
        id: id_at(came),
        site_id: site.id,
        page_id: page.id,
        parent_id: None,
        status: Status::Pending,
        revision: 1,
        author: "Eva".into(),
        website: None,
        text: format!("Text {came}"),
        html: "<p>Text</p>".into(),
        points: 0.5,
        bucket,
        reasons: Vec::new(),
        submitted_at: at(came),
        last_decision_id: None,
        proposed_at: None,
    };
    let arrival = Arrival {
        comment: &comment,
        address: &SealedAddress { key_id: 1, bytes: b"sealed".to_vec() },
        question: &Question { likeness, ..question(site, Some(comment.id)) },
        notify: false,
        is_sampled: false,
    };
    arrivals::add(tx, &[arrival]).await.unwrap();
    comment
}

fn question(site: &Site, token_id: Option<Uuid>) -> Question<'static> {
    Question {
        site_id: site.id,
        page_name: "a",
        token_id,
        network: b"network",
        address: b"address",
        stray_token_id: None,
        fingerprint: b"fingerprint",
        likeness: None,
        now: at(0),
        allowed: [2, 0, 0, 0, 1],
    }
}

on_both! {
    async fn a_store_knows_its_key_and_what_was_not_committed_never_was(database: TestDatabase) {
        let store = database.store().await;
        assert_eq!(store.key_check().await.unwrap(), None);
        store.tie_to_key(b"one").await.unwrap();
        store.tie_to_key(b"other").await.unwrap();
        assert_eq!(store.key_check().await.unwrap().as_deref(), Some(&b"one"[..]), "the first one holds");
        let mut tx = store.write().await.unwrap();
        add_site(&mut tx, "lost").await;
        drop(tx);
        let mut tx = store.write().await.unwrap();
        add_site(&mut tx, "kept").await;
        tx.commit().await.unwrap();
        let names: Vec<String> = sites::all(&mut store.read().await.unwrap()).await.unwrap().into_iter().map(|site| site.name).collect();
        assert_eq!(names, ["kept"]);
        store.close().await;
        assert!(store.read().await.is_err());
    }
}

on_both! {
    async fn sites_are_added_once_and_changed(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let mut site = add_site(&mut tx, "nordblatt").await;
        site.title = "Nordblatt, neu".into();
        site.settings.set("limits.page_per_minute", "7").unwrap();
        sites::keep(&mut tx, &site).await.unwrap();
        let kept = sites::all(&mut tx).await.unwrap().remove(0);
        assert_eq!((kept.title, kept.settings.limits.page_per_minute), (site.title.clone(), 7));
        assert_eq!(sites::get(&mut tx, site.id).await.unwrap().unwrap().name, "nordblatt");
        assert!(sites::get(&mut tx, id()).await.unwrap().is_none());
        assert!(!sites::add(&mut tx, &Site { id: id(), ..site }, at(0)).await.unwrap(), "the name is taken");
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn pages_are_known_by_all_their_names(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        assert!(pages::add_alias(&mut tx, site.id, "a", page.id).await.unwrap());
        assert!(pages::add_alias(&mut tx, site.id, "b", page.id).await.unwrap());
        assert_eq!(pages::find(&mut tx, site.id, "b").await.unwrap().unwrap().id, page.id);
        assert!(pages::find(&mut tx, id(), "b").await.unwrap().is_none(), "another site");
        pages::count_approved(&mut tx, page.id, 3).await.unwrap();
        pages::count_approved(&mut tx, page.id, -1).await.unwrap();
        assert_eq!(threads::count(&mut tx, page.id).await.unwrap(), 2);
        assert_eq!(pages::get(&mut tx, page.id).await.unwrap().unwrap().title, "Titel");
        assert!(!pages::add_alias(&mut tx, site.id, "a", page.id).await.unwrap(), "taken");
        drop(tx);
        store.close().await;
    }
}

/// PostgreSQL keeps the plan that it made of what it knew at the first question, where collecting and sorting all that is alike
/// looked cheap.
#[tokio::test]
async fn what_is_asked_before_a_comment_costs_no_more_in_a_flood() {
    let database = TestDatabase::new(Database::Postgres).await;
    let store = database.store().await;
    let mut tx = intake::begin(&store).await.unwrap();
    let site = add_site(&mut tx, "nordblatt").await;
    let page = add_page(&mut tx, &site).await;
    pages::add_alias(&mut tx, site.id, "a", page.id).await.unwrap();
    let likeness = Likeness::of_folded("die neue buslinie faehrt leider nur alle zwei stunden und haelt nicht am rathaus");
    assert!(likeness.is_some());
    let read = async |tx: &mut Tx| {
        let Tx::Postgres(tx) = tx else { unreachable!() };
        let sql = "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'comment'";
        sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut **tx).await.unwrap()
    };
    let mut costs = Vec::new();
    for came in 0..1000 {
        if [800, 999].contains(&came) {
            let before = read(&mut tx).await;
            let asked = Question { likeness, fingerprint: b"another", allowed: [0; LIMITS], ..question(&site, None) };
            let known = intake::ask(&mut tx, &[asked]).await.unwrap().remove(0);
            assert_eq!(known.candidates().count(), 8);
            costs.push(read(&mut tx).await - before);
        }
        add_alike(&mut tx, &site, &page, Bucket::LikelySpam, came, likeness).await;
    }
    assert_eq!(costs[0], costs[1]);
    drop(tx);
    store.close().await;
}

on_both! {
    async fn a_comment_is_taken_in_seen_decided_and_read(database: TestDatabase) {
        let store = database.store().await;
        let mut changes = Changes::of(&store);
        if let Some(changes) = &mut changes {
            assert_eq!(changes.next().await.unwrap(), Change::Anything);
        }
        let mut tx = intake::begin(&store).await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let known = intake::ask(&mut tx, &[question(&site, None)]).await.unwrap().remove(0);
        assert_eq!((known.page_id, known.earlier_id, known.counted(), known.identical()), (None, None, [0; 5], (0, 0)));
        let page = add_page(&mut tx, &site).await;
        pages::add_alias(&mut tx, site.id, "a", page.id).await.unwrap();
        let fine = add_comment(&mut tx, &site, &page, Bucket::LikelyFine, 1).await;
        add_comment(&mut tx, &site, &page, Bucket::LikelySpam, 2).await;
        let check = add_comment(&mut tx, &site, &page, Bucket::Check, 3).await;
        let all_known = intake::ask(&mut tx, &[None, Some(fine.id), Some(check.id)].map(|token| question(&site, token))).await.unwrap();
        assert_eq!(all_known.iter().map(|known| known.earlier_id).collect::<Vec<_>>(), [None, Some(fine.id), Some(check.id)]);
        let known = &all_known[1];
        assert_eq!((known.page_id, known.earlier_id, known.is_duplicate()), (Some(page.id), Some(fine.id), true));
        assert_eq!(known.counted(), [3, 0, 0, 0, 3], "what has no limit is not counted");
        assert_eq!(known.identical(), (3, 1));
        let question = question(&site, None);
        let [network, .., site_wide] = intake::filled_at(&mut tx, &question, Some(page.id), [0; 5]).await.unwrap();
        assert_eq!((network, site_wide), (Some(NOON + 2), Some(NOON + 3)));
        let [network, ..] = intake::filled_at(&mut tx, &question, Some(page.id), [1, 0, 0, 0, 0]).await.unwrap();
        assert_eq!(network, Some(NOON + 3), "one more has come");

        let ids = |cards: Vec<Card>| cards.into_iter().map(|card| card.comment.id).collect::<Vec<_>>();
        let part = Part { after: None, limit: 10 };
        assert_eq!(ids(queue::urgent(&mut tx, site.id, part).await.unwrap()), [check.id, fine.id]);
        let before = Part { after: Some(check.id), limit: 10 };
        assert_eq!(ids(queue::urgent(&mut tx, site.id, before).await.unwrap()), [fine.id]);
        assert_eq!(queue::count_pending(&mut tx, site.id, 1).await.unwrap(), 1, "it stops counting");
        assert_eq!(ids(queue::held_between(&mut tx, site.id, NOON + 2, NOON + 3, 10).await.unwrap()), [check.id]);
        assert_eq!(comments::sealed_address(&mut tx, fine.id).await.unwrap().unwrap().bytes, b"sealed");

        assert!(!arrivals::may_be_answered(&mut tx, page.id, fine.id).await.unwrap());
        let decision = Decision {
            id: id(), comment_id: fine.id, moderator_id: None, from: Status::Pending, to: Status::Approved,
            code: None, reason: Some("gut".into()), means: "panel", undoes: None,
            of_edit: false, batch_id: None, revision: 1, at: at(4),
        };
        assert!(comments::change_status(&mut tx, fine.id, 1, Status::Approved, decision.id).await.unwrap());
        assert!(!comments::change_status(&mut tx, fine.id, 1, Status::Spam, decision.id).await.unwrap(), "seen too long ago");
        decisions::add(&mut tx, &decision).await.unwrap();
        changes::announce(&mut tx, page.id).await.unwrap();
        tx.commit().await.unwrap();
        if let Some(changes) = &mut changes {
            assert_eq!(changes.next().await.unwrap(), Change::Page(page.id));
        }
        let mut tx = store.write().await.unwrap();
        assert_eq!(decisions::get(&mut tx, decision.id).await.unwrap().unwrap().to_status, "approved");
        assert_eq!(decisions::of_comment(&mut tx, fine.id, 10).await.unwrap().len(), 1);
        let decided = comments::get(&mut tx, fine.id).await.unwrap().unwrap();
        assert_eq!((decided.status, decided.revision, decided.last_decision_id), (Status::Approved, 2, Some(decision.id)));
        assert!(arrivals::may_be_answered(&mut tx, page.id, fine.id).await.unwrap());
        let (public, next) = threads::oldest(&mut tx, page.id, Uuid::nil(), 10).await.unwrap();
        assert_eq!(next, None);
        assert_eq!(public.iter().map(|comment| comment.id).collect::<Vec<_>>(), [fine.id]);
        assert_eq!(networks::forget(&mut tx, Sent::Comments, site.id, at(3), 10).await.unwrap(), 2);
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn lessons_are_numbered_taken_back_and_added_up(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        let (one, other) = (add_comment(&mut tx, &site, &page, Bucket::Check, 1).await, add_comment(&mut tx, &site, &page, Bucket::Check, 2).await);
        assert_eq!(lessons::folded(&mut tx, site.id).await.unwrap(), None);
        for (comment, sign) in [(one.id, 1), (other.id, 1), (one.id, -1)] {
            let about = lessons::Text { hash: -7, is_spam: true };
            lessons::add(&mut tx, site.id, comment, sign, b"delta", Some(about)).await.unwrap();
        }
        for (hash, is_spam, taught) in [(-7, true, true), (-7, false, false), (8, true, false)] {
            assert_eq!(lessons::is_taught(&mut tx, site.id, lessons::Text { hash, is_spam }).await.unwrap(), taught);
        }
        assert_eq!(lessons::heir(&mut tx, one.id, true).await.unwrap(), None, "the other one waits");
        assert!(comments::change_status(&mut tx, other.id, 1, Status::Spam, id()).await.unwrap());
        assert_eq!(lessons::heir(&mut tx, one.id, true).await.unwrap(), Some(other.id));
        assert_eq!(lessons::heir(&mut tx, one.id, false).await.unwrap(), None);
        let after = lessons::after(&mut tx, site.id, 1).await.unwrap();
        assert_eq!(after.iter().map(|lesson| (lesson.number, lesson.sign)).collect::<Vec<_>>(), [(2, 1), (3, -1)]);
        assert_eq!(lessons::of_comment(&mut tx, other.id).await.unwrap().unwrap().delta, b"delta");
        assert!(lessons::of_comment(&mut tx, one.id).await.unwrap().is_none(), "taken back");
        assert_eq!(lessons::to_be_folded(&mut tx, 2).await.unwrap(), [site.id]);
        assert!(lessons::to_be_folded(&mut tx, 3).await.unwrap().is_empty());
        for content in [Some(&b"first"[..]), Some(&b"second"[..])] {
            lessons::keep_piece(&mut tx, site.id, 7, content).await.unwrap();
        }
        assert_eq!(lessons::pieces(&mut tx, site.id).await.unwrap(), [(7, b"second".to_vec())]);
        lessons::keep_piece(&mut tx, site.id, 7, None).await.unwrap();
        assert!(lessons::pieces(&mut tx, site.id).await.unwrap().is_empty());
        assert!(lessons::note_folded(&mut tx, site.id, 0, 3).await.unwrap());
        assert!(!lessons::note_folded(&mut tx, site.id, 0, 3).await.unwrap(), "another one was faster");
        assert_eq!(lessons::folded(&mut tx, site.id).await.unwrap(), Some((3, 3)));
        drop(tx);
        store.close().await;
    }
}

/// Queries that no story here calls by name: stories of the front door reach them on both databases, in the file named.
const AT_THE_FRONT_DOOR: &[(&str, &[&str])] = &[
    (
        include_str!("reports.rs"),
        &[
            "reports::limit_filled_at",
            "reports::is_told",
            "reports::add",
            "reports::open_of",
            "reports::count_comments",
            "reports::resolve",
            "queue::reported",
        ],
    ),
    (
        include_str!("importing.rs"),
        &["imports::known", "imports::add", "imports::hang", "imports::hold_back", "imports::release", ".have_written"],
    ),
    (include_str!("privacy.rs"), &["questions::forget_unconfirmed"]),
    (include_str!("account_journal.rs"), &["account_events::add", "account_events::read", "account_events::forget"]),
    (include_str!("feeds.rs"), &["threads::newest_of_site", "threads::newest_of_page"]),
    (include_str!("doctor.rs"), &[".examine"]),
    (include_str!("plain_forms.rs"), &["comments::revise"]),
    (
        include_str!("second_thoughts.rs"),
        &["proposals::of", "proposals::put", "proposals::settle", "proposals::exchange", "decisions::approved_at"],
    ),
    (
        include_str!("correspondence.rs"),
        &[
            "author_addresses::get",
            "author_addresses::of_comment",
            "author_addresses::ask",
            "questions::asked_from_network",
            "questions::who_wants",
            "questions::unask",
            "author_addresses::keep_domain",
            "author_addresses::confirm",
            "author_addresses::stop",
            "author_mails::queue_confirmation",
            "author_mails::queue_decision",
            "author_mails::interested_in",
            "author_mails::queue_news",
            "author_mails::news",
            "author_mails::is_wanted",
            "author_mails::want",
            "suppressions::of_mail",
            "suppressions::note",
            "suppressions::lift",
            "thread_wishes::get",
            "thread_wishes::keep",
        ],
    ),
    (
        include_str!("wishes.rs"),
        &[
            "mail_wishes::told_of",
            "mail_wishes::of",
            "mail_wishes::keep",
            "mail_wishes::keep_zone",
            "outbox::put_off",
            "outbox::look_anew",
        ],
    ),
];

/// The stories above and those of the outbox call each function of the store by its name, and each runs on both databases.
#[test]
fn every_query_is_reached_on_both_databases() {
    let told = concat!(
        include_str!("store.rs"),
        include_str!("store_accounts.rs"),
        include_str!("store_housekeeping.rs"),
        include_str!("store_queue.rs"),
        include_str!("webhooks.rs"),
        include_str!("neighbours.rs"),
        include_str!("outbox.rs"),
        include_str!("harness.rs")
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let Some((before, rest)) = line.split_once("pub async fn ") else { continue };
            let name = rest.split(['(', '<']).next().unwrap();
            // A method is called on a value.
            names.push(if before.is_empty() { format!("{room}::{name}(") } else { format!(".{name}(") });
        }
    }
    assert!(names.len() > 50, "{names:?}");
    for (stories, _) in AT_THE_FRONT_DOOR {
        assert!(stories.contains("on_both!"), "stories run on both databases");
    }
    let at_the_door = |name: &str| AT_THE_FRONT_DOOR.iter().any(|(_, queries)| queries.contains(&name.trim_end_matches('(')));
    let is_missing =
        |name: &&String| !at_the_door(name) && !told.contains(name.as_str()) && !told.contains(&name.replacen('.', "Store::", 1));
    let missing: Vec<&String> = names.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "no story of tests/it/store.rs or outbox.rs calls {missing:?}");
}
