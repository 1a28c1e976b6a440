//! Statements for several questions or rows at once.

use std::array;
use std::sync::LazyLock;

use super::{Tx, placeholders};

/// Questions, or comments, that go into one statement at most: each time the database is asked, two threads have to be woken.
const TOGETHER: usize = 8;

/// Each in turn, in parts of 8, 4, 2 and 1: of few sizes, because each is a statement that the database prepares and keeps.
pub(super) fn parts<T>(mut left: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = TOGETHER.min(1 << left.len().checked_ilog2()?);
        let (part, rest) = left.split_at(size);
        left = rest;
        Some(part)
    })
}

/// A statement for each size of [`parts`].
pub(super) type Statements = LazyLock<Sizes>;

/// The same statement for 1, 2, 4 and 8 rows, in the words of each database.
pub(super) struct Sizes {
    numbered: [String; SIZES],
    unnumbered: [String; SIZES],
}

const SIZES: usize = TOGETHER.ilog2() as usize + 1;

impl Sizes {
    /// `of` writes the statement for so many rows; each placeholder stands in it once, in their order.
    pub fn new(of: impl Fn(usize) -> String) -> Self {
        let numbered = array::from_fn(|at| of(1 << at));
        Self { unnumbered: numbered.each_ref().map(|text| without_numbers(text)), numbered }
    }
}

/// A statement whose placeholders each stand in it once, in their order, in the words of the database.
pub(super) fn in_words_of(tx: &Tx, numbered: String) -> String {
    if matches!(tx, Tx::Sqlite(_)) { without_numbers(&numbered) } else { numbered }
}

/// Placeholders that SQLite counts itself. Each that has a number is a name to it, looked for among all others whenever a value is
/// bound, so that the time grows with the square of their number.
fn without_numbers(text: &str) -> String {
    let mut pieces = text.split('$');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + "?" + piece.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// The placeholders of so many rows.
pub(super) fn rows(count: usize, columns: usize) -> String {
    (0..count).map(|at| format!("({})", placeholders(at * columns + 1, columns))).collect::<Vec<_>>().join(", ")
}

/// The one for a part.
pub(super) fn statement_for<T>(tx: &Tx, statements: &'static Statements, part: &[T]) -> &'static str {
    let sizes = if matches!(tx, Tx::Sqlite(_)) { &statements.unnumbered } else { &statements.numbered };
    part.len().checked_ilog2().and_then(|at| sizes.get(at as usize)).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::{rows, without_numbers};

    #[test]
    fn placeholders_lose_their_numbers_and_nothing_else_changes() {
        let text = format!("insert into a1 (b, c) values {}", rows(2, 2));
        assert_eq!(text, "insert into a1 (b, c) values ($1, $2), ($3, $4)");
        assert_eq!(without_numbers(&text), "insert into a1 (b, c) values (?, ?), (?, ?)");
        assert_eq!(without_numbers("select 1"), "select 1");
    }
}
