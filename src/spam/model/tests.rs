//! What holds for everything the model learns.

use proptest::prelude::*;

use super::{Delta, Malformed, Model, PIECES};
use crate::spam::testing::submission;
use crate::spam::{Bucket, History, Rules, judge};

const ADVERTISEMENTS: [&str; 4] = [
    "Unsere Wundercreme macht Falken jung, jetzt Wundercreme bestellen bei Frau Fink",
    "Wundercreme bestellen, Rabatt nur heute, Falken aller Länder freuen sich",
    "Rabatt auf jede Wundercreme, bestellen Sie bei unserem Versand noch heute",
    "Heute bestellen, morgen jung: die Wundercreme vom Versand mit Rabatt",
];
const OPINIONS: [&str; 4] = [
    "Die Buslinie fährt am Sonntag gar nicht, das hat der Rat so beschlossen",
    "Der Rat hätte die Anwohner fragen sollen, bevor die Straße gesperrt wird",
    "Am Sonntag war die Straße leer, die Anwohner fahren mit dem Rad",
    "Wer soll die Buslinie bezahlen, wenn nicht der Rat und die Anwohner",
];

fn taught() -> Model {
    let mut model = Model::default();
    for round in 0..10 {
        for (spam, ham) in ADVERTISEMENTS.iter().zip(OPINIONS) {
            let number = ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"][round];
            model.learn(&submission(&format!("{spam} {number}")), true);
            model.learn(&submission(&format!("{ham} {number}")), false);
        }
    }
    model
}

fn bytes_of(model: &Model) -> Vec<Option<Vec<u8>>> {
    (0..PIECES).map(|number| model.piece(number)).collect()
}

fn points(model: &Model, text: &str) -> f64 {
    judge(&submission(text), &History::default(), model, &Rules::default()).points
}

#[test]
fn what_was_taught_is_told_apart_and_explained() {
    let model = taught();
    let spam = judge(&submission("Jetzt Wundercreme mit Rabatt bestellen"), &History::default(), &model, &Rules::default());
    assert_eq!(spam.bucket, Bucket::LikelySpam, "{spam:?}");
    assert!(spam.probability > 0.5);
    let reason = spam.reasons.iter().find(|reason| reason.signal == "learned-spam").unwrap();
    assert!(reason.evidence.contains("wundercreme"), "{}", reason.evidence);
    assert!(points(&model, "Der Rat hat die Buslinie am Sonntag vergessen") < 2.0);
}

#[test]
fn what_is_said_to_be_like_spam_are_words_of_spam() {
    let only_ham = {
        let mut model = Model::default();
        OPINIONS.iter().for_each(|text| drop(model.learn(&submission(text), false)));
        model
    };
    let (both, mut seen) = (taught(), 0);
    for text in OPINIONS.iter().chain(&ADVERTISEMENTS).flat_map(|one| OPINIONS.map(|other| format!("{one} {other}"))) {
        let says = |model: &Model| judge(&submission(&text), &History::default(), model, &Rules::default()).reasons;
        let spam = says(&both).into_iter().find(|reason| reason.signal == "learned-spam");
        for word in spam.iter().flat_map(|reason| reason.evidence.split(", ")).filter(|word| *word != "–") {
            seen += 1;
            assert!(ADVERTISEMENTS.iter().any(|text| text.to_lowercase().contains(word)), "{word} in {text}");
        }
        assert!(says(&only_ham).iter().all(|reason| reason.signal != "learned-spam"), "nobody has shown it spam: {text}");
    }
    assert!(seen > 0);
}

#[test]
fn evasion_changes_nothing() {
    let model = taught();
    let plain = points(&model, "Jetzt Wundercreme mit Rabatt bestellen");
    for evaded in [
        "Jеtzt Wundеrсrеmе mit Rаbаtt bеstеllеn",
        "Jetzt Wunder\u{200b}creme mit Ra\u{200b}batt be\u{200b}stellen",
        "Jetzt Wúndèrcremé mit Rábatt bestellén",
        "Jetzt Wund3rcr3m3 mit R4b4tt b3st3ll3n",
    ] {
        assert!(points(&model, evaded) >= plain - 1.0, "{evaded}: {} instead of {plain}", points(&model, evaded));
    }
}

#[test]
fn a_text_of_unknown_words_is_no_spam_for_that() {
    let model = taught();
    for text in ["The quick brown fox jumps over the lazy dog.", "Zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich."] {
        assert_ne!(judge(&submission(text), &History::default(), &model, &Rules::default()).bucket, Bucket::LikelySpam, "{text}");
    }
}

#[test]
fn a_thousand_copies_teach_what_one_does() {
    let mut once = taught();
    let mut often = taught();
    let mut delta = once.learn(&submission("Die Buslinie am Sonntag"), true);
    assert!(!delta.is_empty());
    for number in 0..1_000 {
        delta = often.learn(&submission(&format!("Die Buslinie am Sonntag! {number}")), true);
    }
    assert!(delta.is_empty());
    let of = |model: &Model| points(model, "Die Buslinie am Sonntag");
    assert!((of(&once) - of(&often)).abs() < 0.2);
}

#[test]
fn a_moderator_who_thinks_again_is_heard() {
    let mut model = taught();
    let text = submission("Die Buslinie am Sonntag");
    model.learn(&text, true);
    assert!(!model.learn(&text, false).is_empty());
}

#[test]
fn a_model_in_pieces_is_the_same_model() {
    let model = taught();
    let mut back = Model::default();
    for number in 0..PIECES {
        if let Some(bytes) = model.piece(number) {
            back.set_piece(number, &bytes).unwrap();
        }
    }
    assert_eq!(bytes_of(&back), bytes_of(&model));
    assert!((0..PIECES).all(|number| Model::default().piece(number).is_none()));
    assert_eq!(model.piece(PIECES), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn lessons_commute_and_are_taken_back_exactly(texts in proptest::collection::vec("[a-e]{1,6}( [a-e]{1,6}){0,6}", 2..8)) {
        let mut model = taught();
        let before = bytes_of(&model);
        let deltas: Vec<Delta> = texts.iter().enumerate().map(|(at, text)| model.learn(&submission(text), at % 2 == 0)).collect();
        let after = bytes_of(&model);
        let mut other = taught();
        deltas.iter().rev().for_each(|delta| other.apply(&Delta::from_bytes(&delta.to_bytes()).unwrap()));
        prop_assert_eq!(bytes_of(&other), after);
        deltas.iter().for_each(|delta| other.revert(delta));
        prop_assert_eq!(bytes_of(&other), before);
    }

    #[test]
    fn bytes_from_elsewhere_are_refused_or_harmless(bytes in any::<Vec<u8>>(), piece in 0..PIECES + 2) {
        if let Ok(delta) = Delta::from_bytes(&bytes) {
            let mut model = Model::default();
            model.apply(&delta);
            model.learn(&submission("Die Buslinie am Sonntag"), true);
        }
        let mut model = Model::default();
        let _ = model.set_piece(piece, &bytes);
        let _ = judge(&submission("Die Buslinie am Sonntag"), &History::default(), &model, &Rules::default());
    }
}

#[test]
fn deltas_that_are_cut_off_are_refused() {
    let mut model = Model::default();
    let bytes = model.learn(&submission("Die Buslinie am Sonntag"), true).to_bytes();
    for end in 0..bytes.len() {
        assert_eq!(Delta::from_bytes(&bytes[..end]), Err(Malformed), "{end}");
    }
}
