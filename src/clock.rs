//! Time and randomness from outside, so that tests can hold them still.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::{ContextV7, Uuid};

/// A moment, as whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `milliseconds` after the epoch.
    pub const fn from_millis(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The moment `milliseconds` later (earlier, if negative).
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// RFC 3339 in UTC with whole seconds; empty for a moment outside the calendar.
    pub fn rfc3339(self) -> String {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000))
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            .unwrap_or_default()
    }
}

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that a test sets.
    Fixed(Arc<FixedClock>),
}

/// A clock that stands still until it is told to go on. Its ids have an order of their own: how far one test has gone in
/// time is nothing to another.
#[derive(Debug)]
pub struct FixedClock {
    at: AtomicI64,
    order: Mutex<ContextV7>,
}

impl FixedClock {
    /// A clock that stands at this many milliseconds since the epoch.
    pub const fn new(milliseconds: i64) -> Self {
        Self { at: AtomicI64::new(milliseconds), order: Mutex::new(ContextV7::new()) }
    }

    /// Lets so many milliseconds pass.
    pub fn go_on(&self, milliseconds: i64) {
        self.at.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock {
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
            Self::System => Timestamp(
                std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            ),
            Self::Fixed(clock) => Timestamp(clock.at.load(Ordering::SeqCst)),
        }
    }

    /// A new id that sorts by time (UUID version 7), and within a millisecond by the order of the calls.
    pub fn new_id(&self) -> Uuid {
        static SYSTEM_ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());
        let order = match self {
            Self::System => &SYSTEM_ORDER,
            Self::Fixed(clock) => &clock.order,
        };
        let millis = u64::try_from(self.now().millis()).unwrap_or(0);
        let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
        Uuid::new_v7(uuid::Timestamp::from_unix(order, millis / 1000, nanos))
    }
}

/// `N` bytes from the operating system's generator.
///
/// # Panics
/// Where the operating system has no randomness to give: nothing safe can be done without it.
#[expect(clippy::expect_used, reason = "without randomness no token and no seal is safe")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
