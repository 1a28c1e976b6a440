//! What comments that come may be near duplicates of: one query for several at once. It costs no more where there are more
//! comments: each part of the query reads so many entries of an index at most.

use std::collections::HashMap;

use uuid::Uuid;

use super::parts::{Sizes, Statements, parts, statement_for};
use super::{Result, Tx, on_backend};
use crate::spam::Likeness;

/// What a comment that may be a near duplicate is compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What it is like.
    pub likeness: Likeness,
    /// The hash of its folded text.
    pub fingerprint: Vec<u8>,
    /// Whether it is spam or taken for it.
    pub is_spam: bool,
}

/// What is looked for: a quarter of the simhash, the first one first, or the opening.
const KINDS: [&str; 5] = [
    "(likeness >> 48) & 65535 = $ and likeness <> 0",
    "(likeness >> 32) & 65535 = $ and likeness <> 0",
    "(likeness >> 16) & 65535 = $ and likeness <> 0",
    "likeness & 65535 = $ and likeness <> 0",
    "opening = $ and opening <> 0",
];

static FIND: Statements = Statements::new(|| {
    Sizes::new(|size| {
        let newest = |at: usize| {
            let condition = KINDS[at % KINDS.len()].replace('$', &format!("${}", at + 1));
            format!(
                "select * from (select id, likeness, opening, fingerprint, view in ('spam', 'likely-spam') as is_spam from comment \
                 where {condition} order by id desc limit 8) as newest"
            )
        };
        // Nothing is looked up by an id that was found: PostgreSQL could begin at the other end, and does while it takes the table
        // for empty.
        let all: Vec<String> = (0..size * KINDS.len()).map(newest).collect();
        format!("select * from ({}) as alike order by likeness", all.join(" union "))
    })
});

/// Comments that begin like one of these or have a quarter of their simhash in common with it: for each beginning and each
/// quarter the newest 8. By chance one comment in 65,536 has a quarter in common: half a million have to come before eight
/// strangers stand in a copy's place.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(tx: &mut Tx, likenesses: impl Iterator<Item = Likeness>) -> Result<Vec<Candidate>> {
    let mut found: HashMap<Uuid, Candidate> = HashMap::new();
    for part in parts(&sought(likenesses)) {
        let sql = statement_for(tx, &FIND, part);
        let rows: Vec<(Uuid, i64, i64, Vec<u8>, bool)> = on_backend!(&mut *tx, |conn| {
            let query = part.as_flattened().iter().fold(sqlx::query_as(sql), |query, value| query.bind(*value));
            query.fetch_all(conn).await
        })?;
        found.extend(rows.into_iter().map(|(id, simhash, opening, fingerprint, is_spam)| {
            (id, Candidate { likeness: Likeness::from_numbers((simhash, opening)), fingerprint, is_spam })
        }));
    }
    Ok(found.into_values().collect())
}

/// What is looked for, of each kind in its place; once, though several look for it.
fn sought(likenesses: impl Iterator<Item = Likeness>) -> Vec<[Option<i64>; KINDS.len()]> {
    let mut of_kind: [Vec<i64>; KINDS.len()] = Default::default();
    for likeness in likenesses {
        let [first, second, third, fourth] = likeness.quarters().map(i64::from);
        for (values, value) in of_kind.iter_mut().zip([first, second, third, fourth, likeness.opening.cast_signed()]) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    let most = of_kind.iter().map(Vec::len).max().unwrap_or_default();
    (0..most).map(|at| of_kind.each_ref().map(|values| values.get(at).copied())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_have_in_common_is_looked_for_once() {
        let alike = |opening, simhash| Likeness { opening, simhash };
        let one = alike(7, 0x0001_0002_0003_0004);
        let sought = sought([one, alike(7, 0x0001_0002_0003_0005), one, alike(8, 0x0001_0002_0003_0006)].into_iter());
        let rest = [None, None, None];
        assert_eq!(
            sought.iter().map(|row| row.to_vec()).collect::<Vec<_>>(),
            [
                vec![Some(1), Some(2), Some(3), Some(4), Some(7)],
                [&rest[..], &[Some(5), Some(8)]].concat(),
                [&rest[..], &[Some(6), None]].concat(),
            ]
        );
    }
}
