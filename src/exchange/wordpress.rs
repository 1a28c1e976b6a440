//! What WordPress exports (WXR, versions 1.0 to 1.2): posts with their comments, as its own importer reads them.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::Read;

use super::xml::{Fault, Piece, Pieces};
use super::{Article, LeftOut, Letter, MOST_HTML, MOST_OF_A_FIELD, Record, moment};
use crate::comment::Status;

const KIND: &str = "export of WordPress (WXR)";

/// The records of an export, in the order of the file.
pub struct WordPress<R> {
    pieces: Pieces<R>,
    has_version: bool,
    has_ended: bool,
    post: Option<Post>,
    comment: Option<Comment>,
    /// The element whose text is being read.
    field: String,
    ready: VecDeque<Record>,
}

#[derive(Default)]
struct Post {
    id: String,
    link: String,
    title: String,
    date: String,
    local_date: String,
    comment_status: String,
    is_told: bool,
}

#[derive(Default)]
struct Comment {
    id: String,
    author: String,
    email: String,
    url: String,
    date: String,
    local_date: String,
    content: String,
    approved: String,
    kind: String,
    parent: String,
}

impl<R: Read> WordPress<R> {
    /// The records of this file.
    pub fn of(file: R) -> Self {
        Self {
            pieces: Pieces::of(file),
            has_version: false,
            has_ended: false,
            post: None,
            comment: None,
            field: String::new(),
            ready: VecDeque::new(),
        }
    }

    /// Where the text of the element belongs that is being read, and how many bytes of it at most; none where nobody asks for it.
    fn slot<'a>(post: &'a mut Option<Post>, comment: &'a mut Option<Comment>, field: &str) -> Option<(&'a mut String, usize)> {
        let text = match (comment, post) {
            (Some(comment), _) => match field {
                "wp:comment_content" => return Some((&mut comment.content, MOST_HTML + 4)),
                "wp:comment_id" => &mut comment.id,
                "wp:comment_author" => &mut comment.author,
                "wp:comment_author_email" => &mut comment.email,
                "wp:comment_author_url" => &mut comment.url,
                "wp:comment_date_gmt" => &mut comment.date,
                "wp:comment_date" => &mut comment.local_date,
                "wp:comment_approved" => &mut comment.approved,
                "wp:comment_type" => &mut comment.kind,
                "wp:comment_parent" => &mut comment.parent,
                _ => return None,
            },
            (None, Some(post)) => match field {
                "wp:post_id" => &mut post.id,
                "link" => &mut post.link,
                "title" => &mut post.title,
                "wp:post_date_gmt" => &mut post.date,
                "wp:post_date" => &mut post.local_date,
                "wp:comment_status" => &mut post.comment_status,
                _ => return None,
            },
            (None, None) => return None,
        };
        Some((text, MOST_OF_A_FIELD))
    }

    fn read(&mut self) -> Result<(), Fault> {
        let slot = Self::slot(&mut self.post, &mut self.comment, &self.field);
        let room = slot.as_ref().map_or(0, |(text, most)| most.saturating_sub(text.len()));
        match self.pieces.next(room)? {
            Piece::Text(text) => {
                if let Some((kept, _)) = slot {
                    kept.push_str(text);
                }
            }
            Piece::Open("item", _) if !self.has_version => return Err(Fault::Foreign(KIND)),
            Piece::Open("item", _) => self.post = Some(Post::default()),
            Piece::Open("wp:comment", _) if self.post.is_some() => self.comment = Some(Comment::default()),
            Piece::Open(name, _) => {
                self.has_version |= name == "wp:wxr_version";
                name.clone_into(&mut self.field);
            }
            Piece::Close("item") => self.post = None,
            Piece::Close("wp:comment") => self.comment_is_complete(),
            Piece::Close(_) => self.field.clear(),
            Piece::End if !self.has_version => return Err(Fault::Foreign(KIND)),
            Piece::End => self.has_ended = true,
        }
        Ok(())
    }

    fn comment_is_complete(&mut self) {
        let (Some(post), Some(comment)) = (&mut self.post, self.comment.take()) else { return };
        let record = record(comment, !post.id.trim().is_empty());
        if matches!(record, Record::Letter(_)) && !post.is_told {
            post.is_told = true;
            self.ready.push_back(Record::Article(article(post)));
        }
        self.ready.push_back(record);
    }
}

impl<R: Read> Iterator for WordPress<R> {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.has_ended {
            if let Err(fault) = self.read() {
                self.has_ended = true;
                // What does not even begin like one is none.
                return Some(Err(if self.has_version { fault } else { Fault::Foreign(KIND) }));
            }
        }
        self.ready.pop_front().map(Ok)
    }
}

fn article(post: &Post) -> Article {
    Article {
        name: post.id.trim().to_owned(),
        url: post.link.trim().to_owned(),
        title: post.title.clone(),
        is_closed: post.comment_status.trim() == "closed",
        at: moment(&post.date).or_else(|| moment(&post.local_date)),
    }
}

fn record(comment: Comment, has_article: bool) -> Record {
    let left_out = match comment.kind.trim() {
        "" | "comment" if !has_article => Some(LeftOut::NoArticle),
        "" | "comment" if comment.content.len() > MOST_HTML => Some(LeftOut::TooLong),
        "" | "comment" => None,
        "pingback" | "trackback" => Some(LeftOut::Pingback),
        // Notes on orders and the like: nobody wrote them for the public.
        _ => Some(LeftOut::OtherKind),
    };
    let Ok(id) = comment.id.trim().parse() else { return Record::LeftOut(LeftOut::NoNumber) };
    if let Some(reason) = left_out {
        return Record::LeftOut(reason);
    }
    Record::Letter(Letter {
        id,
        parent: comment.parent.trim().parse().ok().filter(|parent| *parent != 0),
        author: comment.author,
        email: comment.email,
        website: comment.url,
        html: comment.content,
        // A comment without a date of Greenwich was written before there was one: the local one is some hours off.
        at: moment(&comment.date).or_else(|| moment(&comment.local_date)),
        status: match comment.approved.trim() {
            "1" | "approve" => Status::Approved,
            "spam" => Status::Spam,
            "trash" | "post-trashed" => Status::Rejected,
            // A word that nobody knows fails towards the queue, never towards the public.
            _ => Status::Pending,
        },
    })
}
