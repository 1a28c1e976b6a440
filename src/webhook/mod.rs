//! Webhooks: a program of somebody else's is told by HTTP of what was decided. `url` says where a call may go at all, `public`
//! which networks are everybody's, `event` what is said, `signature` proves that it came from here, and `caller` makes the
//! call. None decides anything.

mod caller;
mod event;
mod public;
mod signature;
mod url;

pub use self::url::{UrlFault, WebhookUrl};
pub use caller::{Call, Caller, Failure};
pub use event::{Event, PageNamed, PublicText, ping};
pub use public::is_public;
pub use signature::{secret_in_words, sign};
