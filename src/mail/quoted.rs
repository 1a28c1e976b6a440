//! A comment as a mail quotes it.

use super::defang::defanged;
use super::{cut, visible};

/// Characters of one comment that a mail shows; the whole of it stands where it is decided or read.
const MOST_CHARACTERS: usize = 600;

/// A comment's lines; several empty ones in a row become one.
pub(super) fn quoted(text: &str) -> Vec<String> {
    let shown = defanged(&cut(visible(text).trim(), MOST_CHARACTERS));
    let mut lines: Vec<String> = shown.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_comment_is_cut_and_its_lines_stay() {
        let long = "ä".repeat(700);
        assert_eq!(quoted(&long), ["ä".repeat(599) + "…"]);
        assert_eq!(quoted(" a\u{202e}\n\n\n\nb  \nc "), ["a", "", "b", "c"]);
        assert_eq!(quoted(&("x".repeat(590) + " https://spam.example"))[0].matches("hxxps").count(), 1);
    }
}
