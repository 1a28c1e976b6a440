//! Looking for what a search asks for: comments of the kind that is rarest are listed, newest first, and tried for the rest,
//! some at a time. A search that would read too much stops and says how far it came.

use std::collections::VecDeque;

use uuid::Uuid;

use crate::moderation::search_index;
use crate::store::full_text::{self, Wanted};
use crate::store::queue::{Card, Part};
use crate::store::search::{self, Filter, Kind, Span};
use crate::store::{Result, Tx, search_due};

/// Comments that are tried in one statement, at first and at most: mostly the first ones are enough.
const AT_FIRST: usize = 64;
const AT_ONCE: usize = 1024;

/// Comments that are listed in one statement at least: an id costs little beside the asking.
const LISTED: usize = 512;

/// How much a search may read.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Comments that are tried.
    pub tried: usize,
    /// Comments whose words are made from their texts again, to look for those of the search among them.
    pub read: usize,
    /// A kind is rare that has no more comments than this: all of them are tried, and the index of words is not asked.
    pub rare: usize,
}

impl Reach {
    /// The reach of a search that has been asked to go further so many times. At first it is what 50 ms are enough for, on a
    /// small server; each time it is four times that, at most 96,000 comments.
    pub fn after(times: u8) -> Self {
        let factor = 4_usize.pow(u32::from(times.min(3)));
        Self { tried: 1500 * factor, read: 500 * factor, rare: 500 }
    }
}

/// What a search has found.
#[derive(Debug, Default)]
pub struct Found {
    /// The comments, newest first.
    pub cards: Vec<Card>,
    /// The oldest comment that was tried, where the search stopped before it had looked at all: it can go on from there.
    pub reached: Option<Uuid>,
}

/// Where the comments come from that are tried.
struct Source<'a> {
    /// What has been listed already.
    listed: VecDeque<Uuid>,
    /// Where the rest is listed.
    rest: Rest<'a>,
}

enum Rest<'a> {
    /// Those of a kind.
    Kind(Kind<'a>),
    /// Those with the words.
    Words,
    /// There are no others.
    Nothing,
}

/// The comments that a filter lets through, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(tx: &mut Tx, filter: &Filter, part: Part, reach: Reach) -> Result<Found> {
    let limit = usize::try_from(part.limit).unwrap_or_default();
    let words = filter.words();
    let mut source = source(tx, filter, part.after, reach).await?;
    let is_read = !words.is_empty() && !matches!(source.rest, Rest::Words);
    let (mut found, mut last) = (Found::default(), part.after);
    let (mut tried, mut read, mut at_once) = (0, 0, AT_FIRST);
    while found.cards.len() < limit {
        let ids = source.next(tx, filter, last, at_once).await?;
        if ids.is_empty() {
            break;
        }
        tried += ids.len();
        let mut passing = search::passing(tx, filter, &ids).await?;
        if is_read {
            read += passing.len();
            retain_with_words(tx, filter, &mut passing).await?;
        }
        found.cards.extend(passing);
        last = ids.last().copied();
        if found.cards.len() < limit && (tried >= reach.tried || read >= reach.read) && !source.is_over() {
            found.reached = last;
            break;
        }
        let left = reach.tried.saturating_sub(tried).min(if is_read { reach.read.saturating_sub(read) } else { AT_ONCE });
        at_once = enough(limit, found.cards.len(), tried).clamp(1, left.clamp(1, AT_ONCE));
    }
    found.cards.truncate(limit);
    Ok(found)
}

/// How many more are to be tried for the rest to be found, a few more than what has been found so far lets expect: four times as
/// many as so far, where that was nothing.
fn enough(limit: usize, found: usize, tried: usize) -> usize {
    let missing = limit.saturating_sub(found);
    (missing * tried * 5 / 4).checked_div(found).map_or(tried * 4, |expected| expected + 8)
}

/// The first rare kind where there is one; else the index of words, where one is to be there; else the first kind.
async fn source<'a>(tx: &mut Tx, filter: &'a Filter, after: Option<Uuid>, reach: Reach) -> Result<Source<'a>> {
    let kinds = filter.kinds();
    let has_words = filter.words().iter().any(|(is_not, _)| !is_not);
    let most = i64::try_from(reach.rare)? + 1;
    let mut first = None;
    for kind in kinds.iter().filter(|_| has_words || kinds.len() > 2) {
        let listed: VecDeque<Uuid> = search::newest(tx, filter.site_id, *kind, span(filter, after), most).await?.into();
        if listed.len() <= reach.rare {
            return Ok(Source { listed, rest: Rest::Nothing });
        }
        first.get_or_insert(listed);
    }
    Ok(match (has_words, kinds.first()) {
        (false, Some(kind)) => Source { listed: first.unwrap_or_default(), rest: Rest::Kind(*kind) },
        _ => Source { listed: VecDeque::new(), rest: Rest::Words },
    })
}

impl Source<'_> {
    fn is_over(&self) -> bool {
        self.listed.is_empty() && matches!(self.rest, Rest::Nothing)
    }

    /// The next ones, so many at most; none when all have been listed.
    async fn next(&mut self, tx: &mut Tx, filter: &Filter, last: Option<Uuid>, count: usize) -> Result<Vec<Uuid>> {
        if self.listed.is_empty() {
            let listed = count.max(LISTED);
            let limit = i64::try_from(listed)?;
            let ids = match &self.rest {
                Rest::Kind(kind) => search::newest(tx, filter.site_id, *kind, span(filter, last), limit).await?,
                Rest::Words => {
                    let words = filter.words();
                    let wanted = Wanted { site_id: filter.site_id, words: &words, span: filter.span(), after: last, limit };
                    full_text::newest(tx, wanted).await?
                }
                Rest::Nothing => Vec::new(),
            };
            if ids.len() < listed {
                self.rest = Rest::Nothing;
            }
            self.listed = ids.into();
        }
        let count = count.min(self.listed.len());
        Ok(self.listed.drain(..count).collect())
    }
}

fn span(filter: &Filter, after: Option<Uuid>) -> Span {
    after.map_or(filter.span(), |after| filter.span().older_than(after))
}

/// Those that have the words, which are made here as they are made for the index.
async fn retain_with_words(tx: &mut Tx, filter: &Filter, cards: &mut Vec<Card>) -> Result<()> {
    if cards.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = cards.iter().map(|card| card.comment.id).collect();
    let asked = filter.words();
    let documents = search_due::of(tx, &ids).await?;
    let found = documents.iter().filter(|document| search_index::is_found_by(document, &asked));
    let having: Vec<Uuid> = found.map(|document| document.id).collect();
    // Both are by id, one up and the other down.
    cards.retain(|card| having.binary_search(&card.comment.id).is_ok());
    Ok(())
}
