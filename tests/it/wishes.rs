//! When a moderator wants mail about held comments: at once, daily, never, and not at night, by the clock on their wall.

use mail_parser::MessageParser;
use reqwest::{Response, StatusCode};

use crate::actors::{Moderator, PASSWORD, Reader};
use crate::harness::{Database, House, NOON, TestDatabase, eventually, on_both};
use crate::smtp_sink::{At, Script, SmtpSink};

const PAGE: &str = "/panel/account/mail";
const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// Milliseconds from the noon that stories begin at (24 November 2026, 12:00 UTC) until another moment.
fn until(day: i64, hour: i64, minute: i64) -> i64 {
    day * DAY + (hour - 12) * HOUR + minute * 60_000
}

/// Goes on until so many milliseconds after that noon.
fn goes_on_until(house: &House, millis: i64) {
    house.wait(NOON + millis - house.app.clock.now().millis());
}

/// Ben, with what he wishes for the demo's site.
async fn ben(house: &House, wishes: &[(&str, &str)]) -> Moderator {
    let ben = Moderator::further(house, "Ben", "ben@example.org").await;
    assert_eq!(wish(&ben, wishes).await.status(), StatusCode::SEE_OTHER);
    ben
}

async fn wish(by: &Moderator, wishes: &[(&str, &str)]) -> Response {
    let usual = [("zone", "Europe/Berlin"), ("telling-demo", "soon"), ("hour-demo", "8"), ("from-demo", ""), ("until-demo", "")];
    let kept = usual.iter().filter(|(name, _)| !wishes.iter().any(|(other, _)| other == name));
    let fields: Vec<(&str, &str)> = kept.chain(wishes).copied().collect();
    by.sends(PAGE, &fields).await
}

/// Waits until so many mails lie in the folder; returns the text of the last one.
async fn last_of(house: &House, count: usize) -> String {
    let mail = eventually("mails in the folder", async || Some(house.mails()).filter(|mails| mails.len() >= count)).await;
    assert_eq!(mail.len(), count, "{mail:#?}");
    house.outbox_is("every mail to be through", |mails| mails.iter().all(|mail| mail.state != "waiting")).await;
    let parsed = MessageParser::default().parse(mail[count - 1].as_bytes()).unwrap();
    parsed.body_text(0).unwrap().into_owned()
}

/// Nothing is due, and nothing was sent.
async fn is_quiet(house: &House, mails: usize) {
    house.wait(0);
    assert!(!house.has_mail_due().await);
    assert_eq!(house.mails().len(), mails);
}

on_both! {
    async fn no_mail_comes_in_quiet_hours_and_both_changes_of_the_clocks_are_kept(house: House) {
        ben(&house, &[("from-demo", "22:00"), ("until-demo", "07:00")]).await;
        let reader = Reader::of(&house, "a");
        // 28 March 2027: at 2:00 it is 3:00. 31 October 2027: at 3:00 it is 2:00. And a night of every day's.
        let nights = [(1, 21, 6), (123, 21, 5), (340, 20, 6)];
        for (number, (evening, begins, ends)) in nights.into_iter().enumerate() {
            goes_on_until(&house, until(evening, begins, 0) - 1);
            reader.writes(&format!("Am Abend {number}")).await;
            assert!(last_of(&house, 2 * number + 1).await.contains("Am Abend"), "until ten o'clock mails come");
            goes_on_until(&house, until(evening, begins, 30));
            for text in ["In der Nacht", "Spät in der Nacht"] {
                reader.writes(&format!("{text} {number}")).await;
                house.wait(20 * 60_000);
                is_quiet(&house, 2 * number + 1).await;
            }
            goes_on_until(&house, until(evening + 1, ends, 0) - 1);
            is_quiet(&house, 2 * number + 1).await;
            house.wait(1);
            let text = last_of(&house, 2 * number + 2).await;
            assert!(text.contains(&format!("In der Nacht {number}")) && text.contains(&format!("Spät in der Nacht {number}")), "{text}");
        }
    }
}

on_both! {
    async fn a_mail_that_failed_is_not_tried_again_at_night(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().answer(At::Rcpt, &[451]));
        let house = House::with(database, &[], &["--smtp", &sink.plain_url()]).await;
        ben(&house, &[("from-demo", "13:01"), ("until-demo", "15:00")]).await;
        Reader::of(&house, "a").writes("Kurz vor der Ruhe").await;
        house.waits_after(1).await;
        house.wait(60_000);
        assert!(!house.has_mail_due().await, "13:01 by his clock");
        house.wait(118 * 60_000 - 1);
        assert!(!house.has_mail_due().await);
        house.wait(60_001);
        assert!(sink.wait_for(1).await[0].words().contains("Kurz vor der Ruhe"));
        house.outbox_is("the mail to be sent", |mails| mails[0].state == "sent" && mails[0].attempts == 2).await;
        house.stop().await;
    }
}

on_both! {
    async fn a_daily_mail_comes_when_its_hour_strikes_and_only_if_something_waits(house: House) {
        let ada = Moderator::first(&house).await;
        assert_eq!(wish(&ada, &[("telling-demo", "never")]).await.status(), StatusCode::SEE_OTHER);
        ben(&house, &[("telling-demo", "daily"), ("hour-demo", "18")]).await;
        let reader = Reader::of(&house, "a");
        let noon = reader.writes("Am Mittag").await;
        is_quiet(&house, 0).await;
        house.wait(2 * HOUR);
        let afternoon = reader.writes("Am Nachmittag").await;
        goes_on_until(&house, until(0, 17, 0) - 1);
        is_quiet(&house, 0).await;
        house.wait(1);
        let text = last_of(&house, 1).await;
        assert!(text.contains("Am Mittag") && text.contains("Am Nachmittag"), "{text}");
        // The next day everything that waits is decided by the time.
        house.wait(HOUR);
        let decided = reader.writes("Gleich entschieden").await;
        for id in [&noon, &afternoon, &decided].map(|taken| taken["id"].as_str().unwrap()) {
            ada.decides(id, "approved").await;
        }
        goes_on_until(&house, until(1, 17, 0));
        house.outbox_is("the mail to be unneeded", |mails| mails[0].state == "unneeded").await;
        // And then somebody is reminded of what has been waiting for longer.
        reader.writes("Bleibt liegen").await;
        goes_on_until(&house, until(2, 17, 0));
        assert!(last_of(&house, 2).await.contains("Bleibt liegen"));
        reader.writes("Noch einer").await;
        goes_on_until(&house, until(3, 17, 0));
        let text = last_of(&house, 3).await;
        assert!(text.contains("Noch einer") && text.contains("Bleibt liegen") && !text.contains("Am Mittag"), "{text}");
    }
}

on_both! {
    async fn whoever_wants_none_gets_none_and_a_change_holds_for_what_waits(house: House) {
        let ben = ben(&house, &[("telling-demo", "never")]).await;
        let reader = Reader::of(&house, "a");
        reader.writes("Niemand erfährt davon").await;
        assert!(house.outbox().await.is_empty());
        assert_eq!(wish(&ben, &[("telling-demo", "daily")]).await.status(), StatusCode::SEE_OTHER);
        reader.writes("Bis morgen früh").await;
        is_quiet(&house, 0).await;
        // He would rather know now.
        assert_eq!(wish(&ben, &[("telling-demo", "soon")]).await.status(), StatusCode::SEE_OTHER);
        assert!(last_of(&house, 1).await.contains("Bis morgen früh"));
    }
}

on_both! {
    async fn wishes_are_typed_checked_and_shown_again(house: House) {
        house.adds_site("anderswo").await;
        let ben = ben(&house, &[("zone", "America/New_York"), ("telling-demo", "daily"), ("hour-demo", "17"), ("from-demo", "21:30"), ("until-demo", "06:15")]).await;
        let page = ben.page(PAGE).await;
        for kept in ["<option selected>America/New_York", "value=\"daily\" selected", "value=\"17\" selected", "value=\"21:30\"", "value=\"06:15\""] {
            assert!(page.contains(kept), "{kept}: {page}");
        }
        assert!(!page.contains("anderswo"), "only his own sites: {page}");
        for (field, value, refused_field) in [
            ("zone", "Europe/Nirgends", "zone"),
            ("telling-demo", "often", "telling-demo"),
            ("hour-demo", "24", "hour-demo"),
            ("from-demo", "22:00", "until-demo"),
            ("until-demo", "07:00", "from-demo"),
            ("from-demo", "25:00", "from-demo"),
        ] {
            let refused = wish(&ben, &[(field, value)]).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
            let page = refused.text().await.unwrap();
            assert!(page.contains(&format!("href=\"#{refused_field}\">Bitte ")), "{page}");
        }
        // A site that is not his is no field of his form, and a form without its token is none.
        let more = [("telling-anderswo", "never"), ("hour-anderswo", "8")];
        assert_eq!(wish(&ben, &more).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from mail_wish").await, 1);
        let without = ben.client.post(format!("{}{PAGE}", house.url)).form(&[("zone", "Etc/UTC")]).send().await.unwrap();
        assert_eq!(without.status(), StatusCode::FORBIDDEN);
        let stranger = Moderator::stranger(&house);
        assert_eq!(stranger.opens(PAGE).await.status(), StatusCode::SEE_OTHER);
        // Whoever has no site has a clock all the same.
        house.app.accounts.remove("ben@example.org").await.unwrap();
        assert_eq!(stranger.signs_in("ben@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
        assert!(stranger.page(PAGE).await.contains("name=\"zone\""));
    }
}
