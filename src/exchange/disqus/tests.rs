use proptest::prelude::*;

use super::Disqus;
use crate::comment::Status;
use crate::exchange::{Article, LeftOut, Letter, Record, moment};

fn read(xml: &str) -> (Vec<Record>, Option<String>) {
    let (mut records, mut fault) = (Vec::new(), None);
    for record in Disqus::of(xml.as_bytes()) {
        match record {
            Ok(record) => records.push(record),
            Err(error) => fault = Some(error.to_string()),
        }
    }
    (records, fault)
}

const HEAD: &str = "<?xml version=\"1.0\"?><disqus xmlns=\"http://disqus.com\" xmlns:dsq=\"http://disqus.com/disqus-internals\">\
    <category dsq:id=\"1\"><forum>x</forum><title>General</title></category>\
    <thread dsq:id=\"2\"><id>57 https://b.de/?p=57</id><forum>x</forum><category dsq:id=\"1\"/><link>https://b.de/bus/</link>\
    <title>Bus &amp; Bahn</title><message/><createdAt>2012-12-12T12:12:12Z</createdAt>\
    <author><email>red@b.de</email><name>Redaktion</name></author><isClosed>true</isClosed><isDeleted>false</isDeleted></thread>\
    <thread dsq:id=\"3\"><id/><link>https://b.de/zug/#disqus_thread</link><title/></thread>";

fn post(number: u64, thread: u64, fields: &str) -> String {
    format!("<post dsq:id=\"{number}\"><id>wp_id=9</id>{fields}<thread dsq:id=\"{thread}\" /></post>")
}

#[test]
fn posts_find_their_threads() {
    let first = "<message><![CDATA[<p>gut</p>]]></message><createdAt>2013-01-02T03:04:05Z</createdAt><isDeleted>false</isDeleted>\
        <isSpam>false</isSpam><author><email>eva@example.org</email><name>Eva</name><isAnonymous>true</isAnonymous></author>";
    let second = "<message>x</message><isSpam>true</isSpam><parent dsq:id=\"11\" />";
    let third = "<message>y</message>";
    let xml = [HEAD, &post(11, 2, first), &post(12, 2, second), &post(13, 3, third), "</disqus>"].concat();
    let (records, fault) = read(&xml);
    let [Record::Article(one), Record::Letter(eva), Record::Letter(spam), Record::Article(other), Record::Letter(_)] =
        &records[..]
    else {
        panic!("{records:?}");
    };
    let Article { name, url, title, is_closed: true, at } = one else { panic!("{one:?}") };
    assert_eq!((name.as_str(), url.as_str(), title.as_str(), fault), ("57", "https://b.de/bus/", "Bus & Bahn", None));
    assert_eq!(*at, moment("2012-12-12 12:12:12"));
    let Letter { id: 11, parent: None, author, email, html, at: Some(_), status: Status::Approved, .. } = eva else {
        panic!("{eva:?}")
    };
    assert_eq!((author.as_str(), email.as_str(), html.as_str()), ("Eva", "eva@example.org", "<p>gut</p>"));
    assert_eq!((spam.status, spam.parent), (Status::Spam, Some(11)));
    assert_eq!((other.name.as_str(), other.is_closed), ("https://b.de/zug", false));
}

#[test]
fn what_is_left_out_says_why() {
    for (post, expected) in [
        (post(11, 2, "<isDeleted>true</isDeleted><message>x</message>"), LeftOut::Deleted),
        (post(11, 9, "<message>x</message>"), LeftOut::NoArticle),
        ("<post><message>x</message><thread dsq:id=\"2\"/></post>".to_owned(), LeftOut::NoNumber),
    ] {
        let (records, _) = read(&[HEAD, &post, "</disqus>"].concat());
        assert!(matches!(records[..], [Record::LeftOut(reason)] if reason == expected), "{records:?}");
    }
    for foreign in ["", "<rss><item/></rss>", "x"] {
        assert_eq!(read(foreign).1.as_deref(), Some("it is no export of Disqus"));
    }
    assert!(read(HEAD).1.unwrap().contains("at byte"));
}

proptest! {
    #[test]
    fn no_file_is_too_strange(xml in "(?s)(<(/)?(thread|post|message|parent)( dsq:id=\"[0-9\"]{0,3})?/?>|[0-9a<>&! ]){0,60}") {
        read(&format!("{HEAD}{xml}"));
    }
}
