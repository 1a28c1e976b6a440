use std::io::Read;

use proptest::prelude::*;

use super::WordPress;
use crate::comment::Status;
use crate::exchange::{Article, LeftOut, Letter, Record, moment};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!-- generator -->\n<rss version=\"2.0\" xmlns:wp=\"x\"><channel>\
                    <title>Blog</title><wp:wxr_version>1.2</wp:wxr_version>";

fn read(xml: &str) -> (Vec<Record>, Option<String>) {
    let (mut records, mut fault) = (Vec::new(), None);
    for record in WordPress::of(xml.as_bytes()) {
        match record {
            Ok(record) => records.push(record),
            Err(error) => fault = Some(error.to_string()),
        }
    }
    (records, fault)
}

fn comment(fields: &str) -> String {
    format!("<wp:comment><wp:comment_id>7</wp:comment_id>{fields}</wp:comment>")
}

#[test]
fn a_post_with_its_comments_is_read() {
    let fields = "<wp:comment_author><![CDATA[Jörg & Co]]></wp:comment_author><wp:comment_parent>3</wp:comment_parent>\
        <wp:comment_date_gmt>2016-02-29 23:59:59</wp:comment_date_gmt><wp:comment_approved>1</wp:comment_approved>\
        <wp:comment_content><![CDATA[a <b>b</b> ]]]]><![CDATA[> c]]>&amp; &#228; &foo;</wp:comment_content><wp:comment_type/>\
        <wp:commentmeta><wp:meta_key>title</wp:meta_key><wp:meta_value>x</wp:meta_value></wp:commentmeta>";
    let xml = format!(
        "{HEAD}<item><title>Bus &amp; Bahn</title><link>https://b.de/?p=5</link><wp:post_id>5</wp:post_id>\
         <content:encoded><![CDATA[<title>nicht dies</title>]]></content:encoded><wp:comment_status>closed</wp:comment_status>{}</item>\
         <item><wp:post_id>6</wp:post_id></item></channel></rss>",
        comment(fields)
    );
    let (records, fault) = read(&xml);
    let [Record::Article(Article { name, url, title, is_closed: true, at: None }), Record::Letter(letter)] = &records[..] else {
        panic!("{records:?}");
    };
    assert_eq!((name.as_str(), url.as_str(), title.as_str(), fault), ("5", "https://b.de/?p=5", "Bus & Bahn", None));
    let Letter { id: 7, parent: Some(3), author, html, at, status: Status::Approved, .. } = letter else {
        panic!("{letter:?}");
    };
    assert_eq!((author.as_str(), html.as_str()), ("Jörg & Co", "a <b>b</b> ]]> c& ä &foo;"));
    assert_eq!(*at, moment("2016-02-29 23:59:59"));
}

#[test]
fn what_is_left_out_says_why() {
    for (fields, expected) in [
        ("<wp:comment_type>pingback</wp:comment_type>", LeftOut::Pingback),
        ("<wp:comment_type>order_note</wp:comment_type>", LeftOut::OtherKind),
        ("<wp:comment_id>x</wp:comment_id>", LeftOut::NoNumber),
    ] {
        let xml = format!("{HEAD}<item><wp:post_id>5</wp:post_id>{}</item></channel></rss>", comment(fields));
        assert!(matches!(read(&xml).0[..], [Record::LeftOut(reason)] if reason == expected), "{fields}");
    }
    let without_post = format!("{HEAD}<item>{}</item></channel></rss>", comment(""));
    assert!(matches!(read(&without_post).0[..], [Record::LeftOut(LeftOut::NoArticle)]));
    let long = comment(&format!("<wp:comment_content>{}</wp:comment_content>", "x".repeat(super::MOST_HTML + 9)));
    let long = format!("{HEAD}<item><wp:post_id>5</wp:post_id>{long}</item></channel></rss>");
    assert!(matches!(read(&long).0[..], [Record::LeftOut(LeftOut::TooLong)]));
}

#[test]
fn what_is_no_export_is_refused_and_what_is_broken_says_where() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><rss>&b;</rss>";
    for foreign in ["", "junk", "\u{0}\u{1}", "<html><item></item></html>", "<rss><channel></channel></rss>", laughs, "<a", "{}"]
    {
        assert_eq!(read(foreign).1.as_deref(), Some("it is no export of WordPress (WXR)"), "{foreign}");
    }
    let item = format!("<item><wp:post_id>5</wp:post_id>{}", comment("<wp:comment_content>gut</wp:comment_content>"));
    for (rest, told) in [("", "it ends before"), ("<wp:comment>", "it ends before"), ("</rss>", "at byte"), ("<a", "at byte")] {
        let (records, fault) = read(&format!("{HEAD}{item}{rest}"));
        assert_eq!(records.len(), 2, "what came before is there");
        assert!(fault.as_ref().is_some_and(|fault| fault.contains(told) && fault.contains("at byte ")), "{fault:?}");
    }
    let (_, deep) = read(&format!("{HEAD}{}", "<a>".repeat(100)));
    assert!(deep.unwrap().contains("too deep"));
    // A text that is larger than memory should have to be: 200 MB, of which nobody holds more than the bound.
    let endless = HEAD.as_bytes().chain("<item><wp:comment>".as_bytes()).chain(std::io::repeat(b'x').take(200 << 20));
    let fault = WordPress::of(endless).find_map(Result::err).unwrap().to_string();
    assert!(fault.contains("more than 32 MiB"), "{fault}");
}

#[test]
fn a_date_is_read_or_none() {
    for text in ["1970-01-02 00:00:01", "1970-01-02T00:00:01Z"] {
        assert_eq!(moment(text).map(|at| at.millis()), Some(86_401_000), "{text}");
    }
    for none in ["0000-00-00 00:00:00", "", "gestern", "2016-13-01 00:00:00"] {
        assert_eq!(moment(none), None, "{none}");
    }
}

proptest! {
    #[test]
    fn no_file_is_too_strange(xml in "(?s)(<(/)?(item|wp:comment|wp:post_id|wp:comment_id|a)>|<!\\[CDATA\\[|\\]\\]>|&(amp|#x|#99999999);|[0-9a<>&!\\[\\] ]){0,60}") {
        read(&format!("{HEAD}{xml}"));
        read(&xml);
    }
}
