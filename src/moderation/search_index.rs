//! Keeps the full-text index up with the comments: what a trigger has noted as due is folded and indexed.

use crate::moderation::words::Document;
use crate::spam::Reason;
use crate::store::Store;
use crate::store::full_text::{self, Word};
use crate::store::search_due::{self, Due};

/// Comments indexed in one transaction: between two of them others can write.
const TOGETHER: i64 = 128;

/// Indexes what is due, at most `most` comments; `true` if more may be due. What another process has
/// indexed meanwhile is left as it is.
///
/// # Errors
/// The database cannot be reached.
pub async fn catch_up(store: &Store, most: i64) -> anyhow::Result<bool> {
    let mut left = most;
    while left > 0 {
        let together = TOGETHER.min(left);
        let due = search_due::oldest(&mut store.read().await?, together).await?;
        if due.is_empty() {
            return Ok(false);
        }
        // The words of a hundred long comments take a moment that whoever is served should not wait for.
        let documents = tokio::task::spawn_blocking(|| due.into_iter().map(document).collect::<Vec<_>>()).await?;
        let mut tx = store.write().await?;
        full_text::index(&mut tx, &documents).await?;
        tx.commit().await?;
        left -= together;
        if i64::try_from(documents.len()).unwrap_or(i64::MAX) < together {
            return Ok(false);
        }
    }
    Ok(true)
}

fn document(due: Due) -> full_text::Document {
    full_text::Document { id: due.id, site_id: due.site_id, stamp: due.stamp, words: words_of(&due) }
}

/// Whether a comment is found under these words, and not under those that must not be there: as the index would tell, without it.
pub fn is_found_by(due: &Due, asked: &[(bool, &Word)]) -> bool {
    let words = words_of(due);
    asked.iter().all(|(is_not, word)| word.is_among(&words) != *is_not)
}

/// The words under which a comment is found: those of the text that waits beside it as well.
fn words_of(due: &Due) -> String {
    let with = |text: &str, proposed: &Option<String>| [text, proposed.as_deref().unwrap_or_default()].join("\n");
    let reasons = |json: &str| serde_json::from_str::<Vec<Reason>>(json).unwrap_or_default();
    let proposed_reasons = due.proposed_reasons.as_deref().map(reasons).unwrap_or_default();
    let rules: Vec<String> =
        reasons(&due.reasons).into_iter().chain(proposed_reasons).map(|reason| reason.signal.into_owned()).collect();
    let document = Document {
        author: &due.author,
        title: &due.title,
        text: &with(&due.body, &due.proposed_body),
        html: &with(&due.body_html, &due.proposed_html),
        website: due.website.as_deref(),
        rules: &rules,
    };
    document.words()
}
