//! How long judging and learning take, and how large a model is, against the limits that the project has set itself.
//!
//! `cargo bench --bench spam` prints a table. Run it on a machine that has nothing else to do: the model is larger than
//! most caches, so that neighbours are felt.

use std::hint::black_box;
use std::time::{Duration, Instant};

use leserbrief::spam::{History, Model, PIECES, Rules, Submission, judge};

/// Words for texts of any length; none of them means anything to the word lists.
const WORDS: [&str; 24] = [
    "Buslinie",
    "Sonntag",
    "Rathaus",
    "vielleicht",
    "die",
    "der",
    "Anwohner",
    "gestern",
    "wieder",
    "Freibad",
    "nicht",
    "offen",
    "warum",
    "Straße",
    "Beschluss",
    "Leserbrief",
    "schon",
    "und",
    "ein",
    "Fahrrad",
    "hätte",
    "müssen",
    "bezahlen",
    "immer",
];
/// Comments of the bench: as many as a small site gets in a year.
const COMMENTS: usize = 2_000;

fn main() {
    let mut seed = 7_u64;
    // Half of all comments in blogs have fewer than 200 characters, nine of ten fewer than 800.
    let texts: Vec<String> = (0..COMMENTS).map(|at| text(&mut seed, [12, 25, 30, 60, 110][at % 5])).collect();
    let long = text(&mut seed, 900);
    let mut model = Model::default();
    let learning = median(texts.iter().enumerate().map(|(at, text)| {
        let start = Instant::now();
        black_box(model.learn(&submission(text), at % 3 == 0));
        start.elapsed()
    }));
    let judge_one = |text: &str| {
        let start = Instant::now();
        black_box(judge(&submission(text), &History::default(), &model, &Rules::default()));
        start.elapsed()
    };
    let judging = median(texts.iter().map(|text| judge_one(text)));
    let judging_long = median((0..50).map(|_| judge_one(&long)));
    let blocking = Rules { blocked_words: blocked_words(&mut seed).into(), ..Rules::default() };
    let start = Instant::now();
    blocking.blocked_words.make_ready();
    let making_ready = start.elapsed();
    let judging_blocked = median(texts.iter().map(|text| {
        let start = Instant::now();
        black_box(judge(&submission(text), &History::default(), &model, &blocking));
        start.elapsed()
    }));
    let kept: usize = (0..PIECES).filter_map(|piece| model.piece(piece)).map(|bytes| bytes.len()).sum();

    println!("| what | measured | limit |\n|---|---|---|");
    let rows = [
        ("judging a comment (median), µs", judging.as_micros(), 100),
        ("judging 6,000 characters (median), µs", judging_long.as_micros(), 2_000),
        ("judging with 5,000 blocked words (median), µs", judging_blocked.as_micros(), 300),
        ("making 5,000 blocked words ready, once a change, µs", making_ready.as_micros(), 50_000),
        ("learning a comment (median), µs", learning.as_micros(), 200),
        ("a model in memory, KiB", Model::BYTES as u128 / 1024, 16 * 1024),
        ("the same in the database after 2,000 comments, KiB", kept as u128 / 1024, 16 * 1024),
    ];
    for (what, measured, limit) in rows {
        println!("| {what} | {measured} | {limit}{} |", if measured > limit { " (missed)" } else { "" });
    }
}

fn submission(text: &str) -> Submission<'_> {
    Submission {
        author: "Eva Muster",
        website: Some("https://eva.example"),
        text,
        honeypot_filled: false,
        fill_time_ms: Some(300_000),
        site_hosts: &[],
        site_language: "de",
        staff_names: &[],
    }
}

/// Words drawn by a generator of our own, the same in every run.
fn text(seed: &mut u64, words: usize) -> String {
    let mut text = String::new();
    for at in 0..words {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let word = WORDS[usize::try_from(*seed >> 33).unwrap_or_default() % WORDS.len()];
        text.push_str(word);
        text.push_str(if at % 9 == 8 { ". " } else { " " });
        if at % 40 == 39 {
            text.push_str("https://example.org/seite ");
        }
    }
    text
}

/// As many words as a site may block: whole ones, with stars as WordPress's lists become, in a row, and with signs.
fn blocked_words(seed: &mut u64) -> Vec<String> {
    let mut word = || {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:x}", *seed >> 36).replace(|c: char| c.is_ascii_digit(), "en")
    };
    (0..5_000)
        .map(|at| match at % 4 {
            0 => word(),
            1 => format!("*{}*", word()),
            2 => format!("die {}", word()),
            _ => format!("{}.example", word()),
        })
        .collect()
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
