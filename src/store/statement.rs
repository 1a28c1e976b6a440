//! A statement that is put together of our own words, with the values bound to it.

use uuid::Uuid;

/// A value that is bound.
pub(super) enum Bound {
    Id(Uuid),
    Number(i64),
    Points(f64),
    Bytes(Vec<u8>),
    Text(String),
}

/// A statement that is put together, with its values.
#[derive(Default)]
pub(super) struct Statement {
    pub text: String,
    pub values: Vec<Bound>,
}

impl Statement {
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub fn bind(&mut self, value: Bound) -> &mut Self {
        self.values.push(value);
        let number = self.values.len();
        self.text.push_str(&format!("${number}"));
        self
    }

    /// Binds all of these, with commas between; `null` where there is none, which nothing is equal to.
    pub fn bind_ids(&mut self, ids: &[Uuid]) -> &mut Self {
        for (position, id) in ids.iter().enumerate() {
            self.push(if position == 0 { "" } else { ", " }).bind(Bound::Id(*id));
        }
        if ids.is_empty() { self.push("null") } else { self }
    }
}

/// Binds what a statement holds; a macro, because the type of a query is another on each database. Texts of so many kinds are
/// not kept prepared.
macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query.persistent(false);
        for value in $values {
            query = match value {
                $crate::store::statement::Bound::Id(id) => query.bind(id),
                $crate::store::statement::Bound::Number(number) => query.bind(number),
                $crate::store::statement::Bound::Points(points) => query.bind(points),
                $crate::store::statement::Bound::Bytes(bytes) => query.bind(bytes),
                $crate::store::statement::Bound::Text(text) => query.bind(text),
            };
        }
        query
    }};
}
pub(super) use bind_all;
