//! Plain words in Markdown: escaped is what Markdown would take for one of its signs, and nothing else, so that a person can
//! still read it.

/// Writes plain words after what is there already. White space within a line becomes one space; a line end stays, and two of
/// them at most. Within a link's words brackets are escaped, too.
pub(super) fn escape_into(out: &mut String, text: &str, is_in_link: bool) {
    let mut signs = text.chars().peekable();
    let mut before = out.chars().next_back();
    while let Some(sign) = signs.next() {
        let next = signs.peek().copied();
        match sign {
            '\n' => {
                out.truncate(out.trim_end_matches(' ').len());
                if !out.ends_with("\n\n") {
                    out.push('\n');
                }
            }
            ' ' | '\t' => {
                if !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
            }
            sign if sign.is_control() => {}
            sign => {
                if is_sign(out, sign, before, next, &signs, is_in_link) {
                    out.push('\\');
                }
                out.push(sign);
            }
        }
        before = Some(sign);
    }
}

/// Whether Markdown would take it for one of its signs.
fn is_sign(
    out: &str,
    sign: char,
    before: Option<char>,
    next: Option<char>,
    rest: &std::iter::Peekable<std::str::Chars<'_>>,
    is_in_link: bool,
) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match sign {
        '*' | '`' | '~' => true,
        '_' => !(is_word(before) && is_word(next)),
        '\\' => next.is_none_or(|next| next.is_ascii_punctuation() || next.is_whitespace()),
        '<' => next.is_none_or(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
        '&' => is_entity(rest.clone()),
        '[' => is_in_link,
        ']' => is_in_link || next.is_none_or(|next| matches!(next, '(' | '[' | ':')),
        '#' | '>' | '=' => begins_line(out),
        '-' | '+' => begins_line(out) && next.is_none_or(|next| next.is_whitespace() || next == sign),
        '.' | ')' => ends_number(out) && next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

fn begins_line(out: &str) -> bool {
    out.trim_end_matches(' ').chars().next_back().is_none_or(|last| last == '\n')
}

/// Whether the line is a number so far, as those of a list are.
fn ends_number(out: &str) -> bool {
    let digits = out.bytes().rev().take(10).take_while(u8::is_ascii_digit).count();
    (1..10).contains(&digits) && begins_line(&out[..out.len() - digits])
}

fn is_entity(rest: impl Iterator<Item = char>) -> bool {
    let end = rest.take(33).find(|sign| !sign.is_ascii_alphanumeric() && *sign != '#');
    end.is_none_or(|end| end == ';')
}
