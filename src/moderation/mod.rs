//! What happens to comments: taken in, decided, taken back. Rule, record and mail in one transaction.

pub mod decide;
pub mod learning;
pub mod report;
pub mod revise;
pub mod submit;
