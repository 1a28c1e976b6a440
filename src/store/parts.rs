//! Statements for several questions or rows at once.

use std::sync::LazyLock;

use super::placeholders;

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
pub(super) type Statements = LazyLock<[String; TOGETHER.ilog2() as usize + 1]>;

/// The placeholders of so many rows.
pub(super) fn rows(count: usize, columns: usize) -> String {
    (0..count).map(|at| format!("({})", placeholders(at * columns + 1, columns))).collect::<Vec<_>>().join(", ")
}

/// The one for a part.
pub(super) fn statement_for<T>(statements: &'static Statements, part: &[T]) -> &'static str {
    part.len().checked_ilog2().and_then(|at| statements.get(at as usize)).map_or("", String::as_str)
}
