//! Lists of words that others have published, taken over into a site's own.

use std::collections::HashSet;
use std::net::IpAddr;

/// What a list's lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Words as a site has them.
    Words,
    /// Keys of WordPress (`moderation_keys`, `disallowed_keys`), which are found inside of words.
    WordPress,
}

/// A site's words with those of a list after them, and how many lines of the list were left out.
///
/// Left out are comments (`#`), what is there already, and e-mail and IP addresses: no comment is kept with them in the
/// clear. Keys of WordPress get a star on either side, unless they have signs, which must be there as typed.
pub fn join<'a>(words: impl IntoIterator<Item = &'a str>, list: &str, kind: ListKind) -> (Vec<String>, usize) {
    let mut kept: Vec<String> = words.into_iter().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let mut known: HashSet<String> = kept.iter().map(|word| word.to_lowercase()).collect();
    let mut left_out = 0;
    for line in list.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty()) {
        let is_word =
            !line.starts_with('#') && line.parse::<IpAddr>().is_err() && !line.contains('@') && line.contains(|c: char| c != '*');
        let has_stars = kind == ListKind::WordPress && line.chars().all(|c| c.is_alphanumeric() || c == ' ');
        let word = if has_stars { format!("*{line}*") } else { line.to_owned() };
        if is_word && known.insert(word.to_lowercase()) {
            kept.push(word);
        } else {
            left_out += 1;
        }
    }
    (kept, left_out)
}

#[cfg(test)]
mod tests {
    use super::{ListKind, join};

    #[test]
    fn a_list_joins_the_words_once() {
        let list = "\u{feff}# a published list\r\npress\r\ncasino\r\n192.0.2.7\r\nonline-casino.example\r\n*\r\npress\r\nwer@spam.example\r\nzwei worte";
        let (words, left_out) = join(["Casino", ""], list, ListKind::WordPress);
        assert_eq!(words, ["Casino", "*press*", "*casino*", "online-casino.example", "*zwei worte*"]);
        assert_eq!(left_out, 5);
        let (words, left_out) = join(["Casino"], list, ListKind::Words);
        assert_eq!((words.join(" "), left_out), ("Casino press online-casino.example zwei worte".into(), 6));
        assert_eq!(join(["Casino"], "", ListKind::Words), (vec!["Casino".to_owned()], 0));
    }
}
