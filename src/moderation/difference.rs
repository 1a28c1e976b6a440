//! What an author has changed: two texts, word by word.

/// Steps of the comparison at most; two texts that differ in more are told as one gone and one come.
const MOST_STEPS: usize = 1_000_000;

/// A part of two texts, with the white space behind its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// In both.
    Kept(String),
    /// In the former alone.
    Gone(String),
    /// In the latter alone.
    Come(String),
}

/// The parts of both texts, in their order.
pub fn between(former: &str, latter: &str) -> Vec<Piece> {
    let (old, new) = (words(former), words(latter));
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_middle, tail) = old_rest.split_at(old_rest.len() - end);
    let (new_middle, _) = new_rest.split_at(new_rest.len() - end);
    let mut pieces = Vec::new();
    push(&mut pieces, Piece::Kept, old.iter().take(start));
    compare(&mut pieces, old_middle, new_middle);
    push(&mut pieces, Piece::Kept, tail.iter());
    pieces
}

fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}

/// The longest common sequence of words, by the table of its lengths.
fn compare(pieces: &mut Vec<Piece>, old: &[&str], new: &[&str]) {
    if old.len().saturating_mul(new.len()) > MOST_STEPS {
        push(pieces, Piece::Gone, old.iter());
        push(pieces, Piece::Come, new.iter());
        return;
    }
    // `common[i][j]`: how many words what follows old[i] and what follows new[j] have in common.
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    let at = |common: &[Vec<u32>], i: usize, j: usize| common.get(i).and_then(|row| row.get(j)).copied().unwrap_or_default();
    for (i, gone) in old.iter().enumerate().rev() {
        for (j, come) in new.iter().enumerate().rev() {
            let length =
                if gone == come { at(&common, i + 1, j + 1) + 1 } else { at(&common, i + 1, j).max(at(&common, i, j + 1)) };
            if let Some(cell) = common.get_mut(i).and_then(|row| row.get_mut(j)) {
                *cell = length;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (Some(gone), Some(come)) if gone == come => {
                push(pieces, Piece::Kept, std::iter::once(gone));
                (i, j) = (i + 1, j + 1);
            }
            (Some(gone), come) if come.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                push(pieces, Piece::Gone, std::iter::once(gone));
                i += 1;
            }
            (_, Some(come)) => {
                push(pieces, Piece::Come, std::iter::once(come));
                j += 1;
            }
            (_, None) => return,
        }
    }
}

/// Adds words, to the last piece if it is of the same kind.
fn push<'a>(pieces: &mut Vec<Piece>, kind: fn(String) -> Piece, words: impl Iterator<Item = &'a &'a str>) {
    let text: String = words.copied().collect();
    if text.is_empty() {
        return;
    }
    match (pieces.last_mut(), kind(text)) {
        (Some(Piece::Kept(last)), Piece::Kept(text))
        | (Some(Piece::Gone(last)), Piece::Gone(text))
        | (Some(Piece::Come(last)), Piece::Come(text)) => last.push_str(&text),
        (_, piece) => pieces.push(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(pieces: &[Piece], latter: bool) -> String {
        let of = |piece: &Piece| match piece {
            Piece::Kept(text) => text.clone(),
            Piece::Gone(text) => {
                if latter {
                    String::new()
                } else {
                    text.clone()
                }
            }
            Piece::Come(text) => {
                if latter {
                    text.clone()
                } else {
                    String::new()
                }
            }
        };
        pieces.iter().map(of).collect()
    }

    #[test]
    fn words_that_went_and_came_are_told_apart() {
        assert_eq!(
            between("Das ist ein Feler hier", "Das ist kein Fehler hier"),
            [
                Piece::Kept("Das ist ".into()),
                Piece::Gone("ein Feler ".into()),
                Piece::Come("kein Fehler ".into()),
                Piece::Kept("hier".into())
            ]
        );
        assert_eq!(between("gleich", "gleich"), [Piece::Kept("gleich".into())]);
    }

    #[test]
    fn the_longest_texts_are_compared_in_a_moment() {
        let (old, new) = ("a ".repeat(32_000), "b ".repeat(32_000));
        assert_eq!(between(&old, &new), [Piece::Gone(old), Piece::Come(new)]);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_out_of_the_difference(old in "(?s)[ab<& \n]{0,40}", new in "(?s)[ab<& \n]{0,40}") {
            let pieces = between(&old, &new);
            prop_assert_eq!(text_of(&pieces, false), old);
            prop_assert_eq!(text_of(&pieces, true), new);
        }
    }
}
