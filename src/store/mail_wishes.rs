//! When each moderator wants to be told of held comments by mail.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::i18n::Locale;
use crate::moderator::{MailWish, QuietHours, Zone};

#[derive(sqlx::FromRow)]
struct Row {
    telling: String,
    hour: i64,
    quiet_from: Option<i64>,
    quiet_until: Option<i64>,
    time_zone: Option<String>,
    locale: String,
}

impl Row {
    fn read(self) -> (MailWish, Zone) {
        let minute = |minute: Option<i64>| u16::try_from(minute?).ok();
        let quiet = minute(self.quiet_from).zip(minute(self.quiet_until));
        let wish = MailWish {
            telling: self.telling.parse().unwrap_or_default(),
            hour: u8::try_from(self.hour).unwrap_or_default(),
            quiet: quiet.and_then(|(from, until)| QuietHours::new(from, until)),
        };
        let usual = || Zone::usual(self.locale.parse().unwrap_or_default());
        (wish, self.time_zone.as_deref().and_then(Zone::parse).unwrap_or_else(usual))
    }
}

/// Everybody who decides a site's comments and wants to be told of those that wait, always in the same order.
///
/// # Errors
/// The database cannot be reached.
pub async fn told_of(tx: &mut Tx, site_id: Uuid) -> Result<Vec<Uuid>> {
    let sql = "select id from moderator where (is_owner or exists (select 1 from membership \
                 where membership.moderator_id = moderator.id and membership.site_id = $1)) \
               and not exists (select 1 from mail_wish \
                 where mail_wish.moderator_id = moderator.id and mail_wish.site_id = $1 and telling = 'never') order by id";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).fetch_all(conn).await)?)
}

/// What a moderator wishes for a site, and where their clock hangs: where they have said, or where most who read their
/// language live.
///
/// # Errors
/// The database cannot be reached.
pub async fn of(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid) -> Result<(MailWish, Zone)> {
    let sql = "select coalesce(telling, '') as telling, coalesce(hour, 8) as hour, quiet_from, quiet_until, time_zone, locale \
               from moderator left join mail_wish on mail_wish.moderator_id = moderator.id and mail_wish.site_id = $2 \
               where moderator.id = $1";
    let row: Option<Row> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(moderator_id).bind(site_id).fetch_optional(conn).await)?;
    Ok(row.map_or_else(|| (MailWish::default(), Zone::usual(Locale::default())), Row::read))
}

/// Keeps what a moderator wishes for a site.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid, wish: &MailWish) -> Result<()> {
    let sql = "insert into mail_wish (moderator_id, site_id, telling, hour, quiet_from, quiet_until) values ($1, $2, $3, $4, $5, $6) \
               on conflict (moderator_id, site_id) do update set telling = excluded.telling, hour = excluded.hour, \
                 quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until";
    let (from, until) = wish.quiet.map(QuietHours::minutes).unzip();
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(moderator_id)
            .bind(site_id)
            .bind(wish.telling.as_str())
            .bind(i64::from(wish.hour))
            .bind(from.map(i64::from))
            .bind(until.map(i64::from))
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Keeps where a moderator's clock hangs.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep_zone(tx: &mut Tx, moderator_id: Uuid, zone: &Zone) -> Result<()> {
    let sql = "update moderator set time_zone = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(zone.name()).execute(conn).await.map(drop))?;
    Ok(())
}
