//! Sessions: how long they last, and how they end.

use uuid::Uuid;

use super::{Accounts, DAY, JOURNAL, SignedIn};
use crate::error::{Error, Result};
use crate::secrets::{random_token, token_hash};
use crate::store::{Tx, account_events, second_factors, sessions, sign_ins};

/// A session ends when it has not been used for a week, and after 30 days in any case, in milliseconds.
const IDLE: i64 = 7 * DAY;
const ABSOLUTE: i64 = 30 * DAY;

impl Accounts {
    /// Who has this session, which lasts longer by being used.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] where there is none.
    pub async fn session(&self, token: &str) -> Result<SignedIn> {
        let hash = token_hash(token);
        let now = self.clock.now();
        let mut tx = self.store.read().await?;
        let session = sessions::find(&mut tx, &hash, now).await?.ok_or(Error::SignInNeeded)?;
        drop(tx);
        let end = session.created_at.plus(ABSOLUTE);
        let lasting = now.plus(IDLE).min(end);
        // Not at every request: a write each day is enough to keep it alive, and one more lets it reach its end.
        if lasting.millis() - session.expires_at.millis() > DAY || (lasting == end && session.expires_at < end) {
            let mut tx = self.store.write().await?;
            sessions::extend(&mut tx, &hash, lasting).await?;
            tx.commit().await?;
        }
        Ok(SignedIn { moderator: session.moderator, session: hash })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn sign_out(&self, session: &[u8]) -> Result<()> {
        let mut tx = self.store.write().await?;
        sessions::end(&mut tx, session).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes sessions that have expired, sign-ins that still owe a code, attempts that no throttle counts any more, and what
    /// the journal of accounts has kept for a year.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn forget_expired(&self) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        sessions::end_expired(&mut tx, now).await?;
        second_factors::forget_pending(&mut tx, now).await?;
        sign_ins::forget(&mut tx, now.plus(-ABSOLUTE)).await?;
        account_events::forget(&mut tx, now.plus(-JOURNAL)).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn begin_session(&self, tx: &mut Tx, moderator_id: Uuid, browser: &str) -> Result<String> {
        let token = random_token();
        let now = self.clock.now();
        let session = sessions::NewSession { id: self.clock.new_id(), token_hash: &token_hash(&token), moderator_id, browser };
        sessions::begin(tx, &session, now, now.plus(IDLE)).await?;
        Ok(token)
    }
}
