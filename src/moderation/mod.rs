//! What happens to comments: taken in, decided, taken back. Rule, record and mail in one transaction.

pub mod bulk;
pub mod decide;
pub mod ground;
pub mod learning;
pub mod passages;
pub mod query;
pub mod respond;
pub mod search_index;
pub mod submit;
pub mod words;
