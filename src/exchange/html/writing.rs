//! Writing Markdown of what has been understood: open elements lie on each other, and each is written when it is closed, since
//! only then it is known whether Markdown can say it.

use linkify::{LinkFinder, LinkKind};
use url::Url;

use super::escape::escape_into;

/// Elements that may be open within each other, and quotes and lists among them: what is deeper is written as if it were not.
const DEEPEST: usize = 64;
const DEEPEST_BLOCKS: usize = 8;

#[derive(PartialEq)]
enum Kind {
    Emphasis(&'static str),
    Link(Option<String>),
    Quote,
    List,
    Item,
    /// Within another of its kind: its end is not the other's.
    Nothing,
}

struct Open {
    kind: Kind,
    tag: String,
    text: String,
    /// Items that a list has had.
    items: u32,
}

/// Markdown in the making.
#[derive(Default)]
pub(super) struct Writing {
    done: String,
    open: Vec<Open>,
}

impl Writing {
    fn out(&mut self) -> &mut String {
        self.open.last_mut().map_or(&mut self.done, |open| &mut open.text)
    }

    /// Plain words: what would mean something in Markdown is escaped, and addresses stay addresses.
    pub fn plain(&mut self, text: &str) {
        let is_in_link = self.open.iter().any(|open| matches!(open.kind, Kind::Link(_)));
        let mut finder = LinkFinder::new();
        finder.kinds(&[LinkKind::Url]).url_must_have_scheme(true);
        for span in finder.spans(text) {
            if span.kind().is_some() && !is_in_link && is_of_the_web(span.as_str()) {
                self.address(span.as_str());
            } else {
                escape_into(self.out(), span.as_str(), is_in_link);
            }
        }
    }

    /// An address that is shown as it is; between brackets where it holds a sign that means something.
    fn address(&mut self, address: &str) {
        let is_plain = !address.contains(['*', '_', '`', '~', '[', ']', '\\', '&', '<', '>', '!']);
        self.out().push_str(&if is_plain { address.to_owned() } else { format!("<{address}>") });
    }

    /// A new line.
    pub fn line(&mut self) {
        escape_into(self.out(), "\n", false);
    }

    /// A new paragraph.
    pub fn paragraph(&mut self) {
        let out = self.out();
        out.truncate(out.trim_end_matches([' ', '\n']).len());
        if !out.is_empty() {
            out.push_str("\n\n");
        }
    }

    /// Code: within a line, or as lines of its own.
    pub fn code(&mut self, code: &str, is_block: bool) {
        let code: String = code.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        if code.trim().is_empty() {
            escape_into(self.out(), &code, false);
        } else if is_block || code.contains('\n') {
            let fence = "`".repeat(longest.max(2) + 1);
            self.paragraph();
            self.out().push_str(&format!("{fence}\n{}\n{fence}", code.trim_matches('\n')));
            self.paragraph();
        } else {
            let fence = "`".repeat(longest + 1);
            let pad = if code.starts_with(['`', ' ']) || code.ends_with(['`', ' ']) { " " } else { "" };
            self.out().push_str(&format!("{fence}{pad}{code}{pad}{fence}"));
        }
    }

    pub fn open_emphasis(&mut self, marks: &'static str, tag: &str) {
        let is_within = self.open.iter().any(|open| open.kind == Kind::Emphasis(marks));
        self.push(if is_within { Kind::Nothing } else { Kind::Emphasis(marks) }, tag);
    }

    pub fn open_link(&mut self, address: Option<&str>) {
        let is_within = self.open.iter().any(|open| matches!(open.kind, Kind::Link(_)));
        let address = address.and_then(|address| Url::parse(address.trim()).ok());
        let address = address.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        self.push(if is_within { Kind::Nothing } else { Kind::Link(address.map(String::from)) }, "a");
    }

    pub fn open_quote(&mut self) {
        self.open_block(Kind::Quote, "blockquote");
    }

    pub fn open_list(&mut self, tag: &str) {
        self.open_block(Kind::List, tag);
    }

    /// An item ends the one before it; where there is no list, it is a paragraph.
    pub fn open_item(&mut self) {
        self.close_block("li");
        if self.open.iter().any(|open| open.kind == Kind::List) { self.open_block(Kind::Item, "li") } else { self.paragraph() }
    }

    fn open_block(&mut self, kind: Kind, tag: &str) {
        let deep = self.open.iter().filter(|open| matches!(open.kind, Kind::Quote | Kind::List | Kind::Item)).count();
        if deep < DEEPEST_BLOCKS { self.push(kind, tag) } else { self.paragraph() }
    }

    fn push(&mut self, kind: Kind, tag: &str) {
        if self.open.len() < DEEPEST {
            self.open.push(Open { kind, tag: tag.to_owned(), text: String::new(), items: 0 });
        }
    }

    /// Ends an element within a line; `next` is the sign that follows.
    pub fn close_inline(&mut self, tag: &str, next: Option<char>) {
        let found = self.open.iter().rposition(|open| open.tag == tag);
        let block = self.open.iter().rposition(|open| matches!(open.kind, Kind::Quote | Kind::List | Kind::Item));
        if let Some(at) = found.filter(|at| block.is_none_or(|block| block < *at)) {
            self.close_down_to(at, next);
        }
    }

    /// Ends a quote, a list or an item, with what is open in it.
    pub fn close_block(&mut self, tag: &str) {
        // The end of an item is not that of one around its list.
        let within = self.open.iter().rposition(|open| open.kind == Kind::List).filter(|_| tag == "li").unwrap_or_default();
        match self.open.iter().rposition(|open| open.tag == tag).filter(|at| *at >= within) {
            Some(at) => self.close_down_to(at, None),
            None if tag == "li" => {}
            None => self.paragraph(),
        }
    }

    /// Ends all that is open.
    pub fn end(mut self) -> String {
        self.close_down_to(0, None);
        self.done.trim_matches(['\n', ' ']).to_owned()
    }

    fn close_down_to(&mut self, at: usize, next: Option<char>) {
        while self.open.len() > at
            && let Some(open) = self.open.pop()
        {
            let next = next.filter(|_| self.open.len() == at);
            match open.kind {
                Kind::Emphasis(marks) => self.emphasis(marks, &open.text, next),
                Kind::Link(Some(address)) => self.link(&address, &open.text),
                Kind::Link(None) | Kind::Nothing => self.out().push_str(&open.text),
                Kind::Quote => self.block(&open.text, "> ", "> "),
                Kind::List => self.block(&open.text, "", ""),
                Kind::Item => self.item(&open.text),
            }
        }
    }

    /// Emphasis stands directly at words; where Markdown would not see it, the words stand alone.
    fn emphasis(&mut self, marks: &str, text: &str, next: Option<char>) {
        let words = text.trim_matches([' ', '\n']);
        let (lead, rest) = text.split_at(text.len() - text.trim_start_matches([' ', '\n']).len());
        let trail = rest.get(words.len()..).unwrap_or_default();
        let out = self.out();
        escape_into(out, if lead.is_empty() { "" } else { " " }, false);
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = out.chars().next_back();
        let opens = is_word(words.chars().next()) || !is_word(before);
        let closes = is_word(words.chars().next_back()) || !trail.is_empty() || !is_word(next);
        let is_apart = !before.is_some_and(|c| matches!(c, '*' | '~' | '_' | '\\'));
        if words.is_empty() || words.contains("\n\n") || !opens || !closes || !is_apart {
            out.push_str(words);
        } else {
            out.push_str(&[marks, words, marks].concat());
        }
        out.push_str(trail);
    }

    fn link(&mut self, address: &str, text: &str) {
        let words = text.trim_matches([' ', '\n']);
        let said = words.replace('\\', "");
        if said.is_empty() || said == address || said == address.trim_end_matches('/') {
            return self.address(address);
        }
        let out = self.out();
        if words.contains("\n\n") {
            return out.push_str(text);
        }
        if text.starts_with([' ', '\n']) {
            escape_into(out, " ", false);
        }
        // `!` before a link would make a picture of it.
        if out.ends_with('!') {
            out.pop();
            out.push_str("\\!");
        }
        let address = address.replace('\\', "%5C");
        let bracketed = if address.contains(['(', ')']) { format!("<{address}>") } else { address };
        out.push_str(&format!("[{words}]({bracketed})"));
        if text.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }

    fn block(&mut self, text: &str, first: &str, other: &str) {
        self.paragraph();
        push_indented(self.out(), text.trim_matches(['\n', ' ']), first, other);
        self.paragraph();
    }

    fn item(&mut self, text: &str) {
        let Some(list) = self.open.last_mut() else { return self.block(text, "- ", "  ") };
        list.items += 1;
        let mark = if list.tag == "ol" { format!("{}. ", list.items) } else { "- ".to_owned() };
        list.text.truncate(list.text.trim_end_matches([' ', '\n']).len());
        if !list.text.is_empty() {
            list.text.push('\n');
        }
        push_indented(&mut list.text, text.trim_matches(['\n', ' ']), &mark, &" ".repeat(mark.len()));
        list.text.push('\n');
    }
}

/// Lines with the same beginning each; an empty one has no spaces at its end.
fn push_indented(out: &mut String, text: &str, first: &str, other: &str) {
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push_str([first, other][usize::from(number > 0)]);
        out.push_str(line);
        out.truncate(out.trim_end_matches(' ').len());
    }
}

fn is_of_the_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}
