//! The seeded evader: advertisements that we wrote, taught plain and sent disguised.

use crate::spam::testing::submission;
use crate::spam::{Bucket, History, Model, Rules, judge};

/// A generator of our own (xorshift), so that every run disguises the same letters.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

type Evader = fn(&str, &mut Dice) -> String;

fn homoglyphs(text: &str, dice: &mut Dice) -> String {
    let look_alike = |c| match c {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'i' => 'і',
        'o' => 'о',
        'p' => 'р',
        's' => 'ѕ',
        'x' => 'х',
        other => other,
    };
    text.chars().map(|c| if dice.below(2) == 0 { look_alike(c) } else { c }).collect()
}

fn zero_width(text: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if c.is_alphabetic() && dice.below(3) == 0 {
            out.push(['\u{200b}', '\u{200c}', '\u{2060}'][usize::try_from(dice.below(3)).unwrap()]);
        }
    }
    out
}

fn diacritics(text: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if c.is_ascii_alphabetic() && dice.below(3) == 0 {
            out.push(['\u{300}', '\u{301}', '\u{302}', '\u{308}'][usize::try_from(dice.below(4)).unwrap()]);
        }
    }
    out
}

fn split(text: &str, dice: &mut Dice) -> String {
    let apart = |word: &str, between: &str| word.chars().map(String::from).collect::<Vec<_>>().join(between);
    text.split(' ')
        .map(|word| match dice.below(4) {
            0 => apart(word, " "),
            1 => apart(word, "."),
            _ => word.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every other word in two: "be stellen", "Wo.che".
fn parted(text: &str, dice: &mut Dice) -> String {
    text.split(' ')
        .map(|word| {
            let letters: Vec<char> = word.chars().collect();
            if letters.len() < 4 || dice.below(2) == 0 {
                return word.to_owned();
            }
            let at = 1 + usize::try_from(dice.below(letters.len() as u64 - 1)).unwrap();
            let between = [" ", ".", "-"][usize::try_from(dice.below(3)).unwrap()];
            letters[..at].iter().collect::<String>() + between + &letters[at..].iter().collect::<String>()
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn leet(text: &str, dice: &mut Dice) -> String {
    let digit = |c| match c {
        'a' => '4',
        'e' => '3',
        'i' => '1',
        'o' => '0',
        's' => '5',
        't' => '7',
        other => other,
    };
    text.chars().map(|c| if dice.below(2) == 0 { digit(c) } else { c }).collect()
}

/// Sentences are put together from these, as robots do.
const OFFERS: [&str; 6] = [
    "Unsere Traumuhren gibt es heute zum halben Preis",
    "Mit diesem System verdienen Hausfrauen jede Woche Tausende",
    "Our clients doubled their savings within one single week",
    "Get premium watches delivered straight from the factory",
    "Wer jetzt bestellt bekommt das zweite Paar geschenkt",
    "Ask our consultant for the secret of quick wealth",
];
const CALLS: [&str; 5] = [
    "einfach auf unserer Seite anmelden und sparen",
    "register on the website before midnight",
    "schreibt unserem Berater noch heute eine Nachricht",
    "message the consultant and start earning",
    "nur solange der Vorrat reicht",
];
const OPINIONS: [&str; 6] = [
    "Der Radweg an der Schule endet mitten auf der Kreuzung",
    "I walked past the old harbour yesterday and it was empty",
    "Im Stadtrat hat darüber keiner ein Wort verloren",
    "The mayor promised new trees and planted three",
    "Früher fuhr hier abends noch ein Bus bis zum Bahnhof",
    "My neighbours have been waiting for that bridge since spring",
];
const REMARKS: [&str; 5] = [
    "das finde ich schade",
    "so much for good planning",
    "vielleicht liest es ja jemand im Rathaus",
    "at least somebody wrote about it",
    "darüber sollte man abstimmen",
];

fn sentences(first: &[&str], second: &[&str]) -> Vec<String> {
    first.iter().flat_map(|a| second.iter().map(move |b| format!("{a}, {b}."))).collect()
}

#[test]
fn disguised_advertisements_are_recognised_nearly_as_often_as_plain_ones() {
    let (spam, ham) = (sentences(&OFFERS, &CALLS), sentences(&OPINIONS, &REMARKS));
    let mut model = Model::default();
    let (mut taught, mut kept) = (Vec::new(), Vec::new());
    for (at, pair) in spam.iter().zip(&ham).enumerate() {
        if at % 3 == 0 { kept.push(pair) } else { taught.push(pair) }
    }
    for (spam, ham) in taught {
        model.learn(&submission(spam), true);
        model.learn(&submission(ham), false);
    }
    let is_spam =
        |text: &str| judge(&submission(text), &History::default(), &model, &Rules::default()).bucket == Bucket::LikelySpam;
    let caught = |evader: Evader| {
        let mut dice = Dice(20_240_229);
        kept.iter().flat_map(|pair| [&pair.0; 5]).filter(|text| is_spam(&evader(text, &mut dice))).count()
    };
    assert!(kept.iter().all(|(_, ham)| !is_spam(ham)));
    let (plain, sent) = (caught(|text, _| text.to_owned()), kept.len() * 5);
    assert!(plain * 10 >= sent * 9, "{plain} of {sent}");
    for (name, evader, lost_at_most) in [
        ("homoglyphs", homoglyphs as Evader, 2),
        ("zero width", zero_width, 2),
        ("diacritics", diacritics, 2),
        ("split words", split, 15),
        ("words in two", parted, 15),
        ("leetspeak", leet, 15),
    ] {
        let caught = caught(evader);
        assert!(caught * 100 + lost_at_most * sent >= plain * 100, "{name}: {caught} of {sent}, plain {plain}");
    }
}
