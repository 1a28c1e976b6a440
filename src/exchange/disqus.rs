//! What Disqus exports: threads first, then the posts of all of them.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::io::Read;

use super::xml::{Fault, Piece, Pieces};
use super::{Article, LeftOut, Letter, MOST_HTML, MOST_OF_A_FIELD, Record, moment};
use crate::comment::Status;

/// Bytes that the threads of a file take in memory at most: some hundred thousand threads.
const MOST_OF_THREADS: usize = 128 << 20;

const KIND: &str = "export of Disqus";

/// The records of an export. The threads are kept in mind until the end of the file, the posts are not.
pub struct Disqus<R> {
    pieces: Pieces<R>,
    has_root: bool,
    has_ended: bool,
    threads: HashMap<u64, Article>,
    /// What the threads take.
    bytes: usize,
    thread: Option<(u64, Thread)>,
    post: Option<Post>,
    /// The thread that was told last.
    told: Option<u64>,
    /// The element whose text is being read.
    field: String,
    ready: VecDeque<Record>,
}

#[derive(Default)]
struct Thread {
    id: String,
    link: String,
    title: String,
    created: String,
    closed: String,
}

#[derive(Default)]
struct Post {
    number: Option<u64>,
    thread: Option<u64>,
    parent: Option<u64>,
    message: String,
    created: String,
    deleted: String,
    spam: String,
    name: String,
    email: String,
}

impl<R: Read> Disqus<R> {
    /// The records of this file.
    pub fn of(file: R) -> Self {
        Self {
            pieces: Pieces::of(file),
            has_root: false,
            has_ended: false,
            threads: HashMap::new(),
            bytes: 0,
            thread: None,
            post: None,
            told: None,
            field: String::new(),
            ready: VecDeque::new(),
        }
    }

    fn slot<'a>(
        thread: &'a mut Option<(u64, Thread)>,
        post: &'a mut Option<Post>,
        field: &str,
    ) -> Option<(&'a mut String, usize)> {
        let text = match (post, thread) {
            (Some(post), _) => match field {
                "message" => return Some((&mut post.message, MOST_HTML + 4)),
                "createdAt" => &mut post.created,
                "isDeleted" => &mut post.deleted,
                "isSpam" => &mut post.spam,
                "name" => &mut post.name,
                "email" => &mut post.email,
                _ => return None,
            },
            (None, Some((_, thread))) => match field {
                "id" => &mut thread.id,
                "link" => &mut thread.link,
                "title" => &mut thread.title,
                "createdAt" => &mut thread.created,
                "isClosed" => &mut thread.closed,
                _ => return None,
            },
            (None, None) => return None,
        };
        Some((text, MOST_OF_A_FIELD))
    }

    fn read(&mut self) -> Result<(), Fault> {
        let slot = Self::slot(&mut self.thread, &mut self.post, &self.field);
        let room = slot.as_ref().map_or(0, |(text, most)| most.saturating_sub(text.len()));
        match self.pieces.next(room)? {
            Piece::Text(text) => {
                if let Some((kept, _)) = slot {
                    kept.push_str(text);
                }
            }
            Piece::Open(name, attributes) => match (name, &mut self.post) {
                ("disqus", _) => self.has_root = true,
                _ if !self.has_root => return Err(Fault::Foreign(KIND)),
                ("thread", Some(post)) => post.thread = number(attributes),
                ("parent", Some(post)) => post.parent = number(attributes),
                ("thread", None) => self.thread = number(attributes).map(|number| (number, Thread::default())),
                ("post", None) => self.post = Some(Post { number: number(attributes), ..Post::default() }),
                _ => name.clone_into(&mut self.field),
            },
            Piece::Close("post") => self.post_is_complete(),
            Piece::Close("thread") if self.post.is_none() => return self.thread_is_complete(),
            Piece::Close(_) => self.field.clear(),
            Piece::End if !self.has_root => return Err(Fault::Foreign(KIND)),
            Piece::End => self.has_ended = true,
        }
        Ok(())
    }

    fn thread_is_complete(&mut self) -> Result<(), Fault> {
        let Some((number, thread)) = self.thread.take() else { return Ok(()) };
        let article = article(number, thread);
        self.bytes += 128 + article.name.len() + article.url.len() + article.title.len();
        if self.bytes > MOST_OF_THREADS {
            return Err(self.pieces.broken("it has more threads than can be kept in mind"));
        }
        self.threads.insert(number, article);
        Ok(())
    }

    fn post_is_complete(&mut self) {
        let Some(post) = self.post.take() else { return };
        let found = post.thread.and_then(|thread| Some((thread, self.threads.get(&thread)?)));
        let record = match found {
            None => Record::LeftOut(LeftOut::NoArticle),
            Some((thread, article)) => {
                let record = record(post);
                if matches!(record, Record::Letter(_)) && self.told.replace(thread) != Some(thread) {
                    self.ready.push_back(Record::Article(article.clone()));
                }
                record
            }
        };
        self.ready.push_back(record);
    }
}

impl<R: Read> Iterator for Disqus<R> {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.has_ended {
            if let Err(fault) = self.read() {
                self.has_ended = true;
                return Some(Err(if self.has_root { fault } else { Fault::Foreign(KIND) }));
            }
        }
        self.ready.pop_front().map(Ok)
    }
}

/// The number that Disqus has given to an element.
fn number(attributes: &str) -> Option<u64> {
    let (_, value) = attributes.split_once("dsq:id=")?;
    value.trim_start_matches(['"', '\'']).split(['"', '\'']).next()?.parse().ok()
}

/// A thread is known by what the page said it was: the id in the CMS, or else its address.
fn article(number: u64, thread: Thread) -> Article {
    let id = thread.id.trim();
    // The plugin for WordPress said "57 https://blog.example/?p=57".
    let id = match id.split_once(' ') {
        Some((post, address)) if address.ends_with(&format!("?p={post}")) => post,
        _ => id,
    };
    let name = [id, thread.link.trim()].into_iter().find_map(crate::page::page_name);
    Article {
        name: name.unwrap_or_else(|| format!("disqus-{number}")),
        url: thread.link.trim().to_owned(),
        title: thread.title.chars().take(300).collect(),
        is_closed: thread.closed.trim() == "true",
        at: moment(&thread.created),
    }
}

fn record(post: Post) -> Record {
    let Some(id) = post.number else { return Record::LeftOut(LeftOut::NoNumber) };
    // Taken back by its author or taken away: neither is ours to bring back.
    if post.deleted.trim() == "true" {
        return Record::LeftOut(LeftOut::Deleted);
    }
    if post.message.len() > MOST_HTML {
        return Record::LeftOut(LeftOut::TooLong);
    }
    Record::Letter(Letter {
        id,
        parent: post.parent,
        author: post.name,
        email: post.email,
        website: String::new(),
        html: post.message,
        at: moment(&post.created),
        status: if post.spam.trim() == "true" { Status::Spam } else { Status::Approved },
    })
}
