//! A card of the queue: a comment with everything that a moderator decides by.

use std::collections::HashMap;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::comment::Comment;
use crate::error::Result;
use crate::i18n::Locale;
use crate::moderation::difference::{self, Piece};
use crate::moderation::passages;
use crate::moderation::words::host_of;
use crate::moderator::Moderator;
use crate::store::authors::{self, Record};
use crate::store::notes::{self, Note};
use crate::store::proposals::{self, Proposal};
use crate::store::queue::Card;
use crate::store::reports::{self, Report};
use crate::store::{Tx, clusters, comments, presence};

/// Domains of links that a card offers to look for.
const DOMAINS: usize = 3;

/// A card, in words.
pub struct CardView {
    /// The comment.
    pub comment: Comment,
    /// The text to decide, with the passages marked that its reasons speak of.
    pub html: String,
    /// What its author has changed since it was approved, where that is to be decided.
    pub change: Option<Change>,
    /// Points and what they are for.
    pub reasons: Vec<String>,
    /// The article's title.
    pub page_title: String,
    /// Where the article can be read.
    pub page_url: Option<String>,
    /// The comment that it answers.
    pub parent: Option<Comment>,
    /// What became of the author's earlier comments.
    pub record: String,
    /// How many other comments say the same.
    pub alike: i64,
    /// What colleagues have noted.
    pub notes: Vec<Note>,
    /// What readers have told of it, that nobody has looked at yet.
    pub reports: Vec<Report>,
    /// Who is reading it at the moment.
    pub reader: Option<String>,
    /// Whether a moderator has changed the text.
    pub is_edited: bool,
    /// How long it has been there.
    pub age: String,
    /// Where its links lead.
    pub domains: Vec<String>,
}

/// A text that waits beside the approved one.
pub struct Change {
    /// The approved text, which is public.
    pub approved_html: String,
    /// The words that went and came.
    pub pieces: Vec<Piece>,
}

/// What there is to decide of a comment: itself, or the comment as its author proposes it, and what has changed.
pub fn to_decide(comment: &Comment, proposal: Option<Proposal>) -> (Comment, Option<Change>) {
    let Some(proposal) = proposal.filter(|_| comment.proposed_at.is_some()) else { return (comment.clone(), None) };
    let proposed = proposal.instead_of(comment);
    let pieces = difference::between(&comment.text, &proposed.text);
    (proposed, Some(Change { approved_html: comment.html.clone(), pieces }))
}

/// Fills cards in, with a handful of queries for all of them together.
pub async fn fill(tx: &mut Tx, cards: Vec<Card>, by: &Moderator, now: Timestamp) -> Result<Vec<CardView>> {
    let locale = by.locale;
    let ids: Vec<Uuid> = cards.iter().map(|card| card.comment.id).collect();
    let Some(site_id) = cards.first().map(|card| card.comment.site_id) else { return Ok(Vec::new()) };
    let records = authors::records(tx, &ids).await?;
    let sizes = clusters::sizes(tx, &ids).await?;
    let mut notes: HashMap<Uuid, Vec<Note>> = HashMap::new();
    for note in notes::of(tx, &ids).await? {
        notes.entry(note.comment_id).or_default().push(note);
    }
    let mut told: HashMap<Uuid, Vec<Report>> = HashMap::new();
    for report in reports::open_of(tx, &ids).await? {
        told.entry(report.comment_id).or_default().push(report);
    }
    let mut parent_ids: Vec<Uuid> = cards.iter().filter_map(|card| card.comment.parent_id).collect();
    parent_ids.sort();
    parent_ids.dedup();
    let parents: HashMap<Uuid, Comment> =
        comments::several(tx, &parent_ids).await?.into_iter().map(|parent| (parent.id, parent)).collect();
    let readers: HashMap<Uuid, String> =
        presence::others(tx, site_id, by.id, now).await?.into_iter().map(|one| (one.comment_id, one.moderator)).collect();
    let changed: Vec<Uuid> =
        cards.iter().map(|card| &card.comment).filter(|one| one.proposed_at.is_some()).map(|one| one.id).collect();
    let mut proposals = proposals::of(tx, &changed).await?;
    let view = |card: Card| {
        let (comment, change) = to_decide(&card.comment, proposals.remove(&card.comment.id));
        let came_at = comment.proposed_at.unwrap_or(comment.submitted_at);
        CardView {
            change,
            html: passages::marked_html(&comment),
            reasons: reasons_in_words(locale, &comment),
            parent: card.comment.parent_id.and_then(|id| parents.get(&id).cloned()),
            record: record_in_words(locale, records.get(&card.comment.id).copied().unwrap_or_default()),
            alike: sizes.get(&card.comment.id).copied().unwrap_or_default(),
            notes: notes.remove(&card.comment.id).unwrap_or_default(),
            reports: told.remove(&card.comment.id).unwrap_or_default(),
            reader: readers.get(&card.comment.id).map(|name| reads(locale, name)),
            is_edited: card.edited_at.is_some(),
            age: age_in_words(locale, now.millis() - came_at.millis()),
            domains: domains(&comment),
            page_title: card.page_title,
            page_url: card.page_url,
            comment,
        }
    };
    Ok(cards.into_iter().map(view).collect())
}

/// Words for the judgement's reasons: points and what they are for.
pub fn reasons_in_words(locale: Locale, comment: &Comment) -> Vec<String> {
    comment
        .reasons
        .iter()
        .map(|reason| {
            let words = locale.text_with(&format!("reason-{}", reason.signal), "evidence", locale.measure(&reason.evidence));
            format!("{} {words}", locale.points(reason.points))
        })
        .collect()
}

/// "14 freigegeben · 1 abgelehnt · seit 2024".
pub fn record_in_words(locale: Locale, record: Record) -> String {
    let counts = [("author-approved", record.approved), ("author-rejected", record.rejected), ("author-spam", record.spam)];
    let mut words: Vec<String> =
        counts.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| locale.text_with(key, "count", count)).collect();
    if words.is_empty() {
        return locale.text("author-new");
    }
    let year = Timestamp::from_millis(record.since).rfc3339();
    words.push(locale.text_with("author-since", "year", year.get(..4).unwrap_or_default()));
    words.join(" · ")
}

/// A duration in one unit: minutes, hours or days.
pub fn age_in_words(locale: Locale, millis: i64) -> String {
    let minutes = millis.max(0) / 60_000;
    match minutes {
        0 => locale.text("age-now"),
        1..120 => locale.text_with("age-minutes", "count", minutes),
        120..2880 => locale.text_with("age-hours", "count", minutes / 60),
        _ => locale.text_with("age-days", "count", minutes / 1440),
    }
}

/// "Ben liest gerade".
pub fn reads(locale: Locale, name: &str) -> String {
    locale.text_with("queue-reads", "name", name)
}

fn domains(comment: &Comment) -> Vec<String> {
    let links = comment.html.split("href=\"").skip(1).filter_map(|rest| host_of(rest.split('"').next()?));
    let mut domains: Vec<String> = links.chain(comment.website.as_deref().and_then(host_of)).collect();
    domains.sort();
    domains.dedup();
    domains.truncate(DOMAINS);
    domains
}
