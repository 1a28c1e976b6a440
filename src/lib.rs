//! Leserbrief: comments for article pages, held for a moderator, judged with reasons, told by mail.
//!
//! # The rooms, in reading order
//!
//! | room | what it is for |
//! |---|---|
//! | `config` | every setting of the process |
//! | `clock`, `secrets`, `totp`, `email_address`, `i18n`, `error` | time and randomness, keys and tokens, one-time passwords, the address that cannot be printed, languages, the one error |
//! | `spam` | pure judgement: text and circumstances in, points with reasons out |
//! | `site`, `page`, `comment`, `moderator`, `markdown` | plain data, checked at the door |
//! | `store` | every SQL string, written once for SQLite and PostgreSQL |
//! | `moderation` | what happens to comments: taken in, decided, taken back, learned from; each in one transaction |
//! | `exchange` | comments of other programs taken in, one file for each format; the one room beside `moderation` that adds comments |
//! | `accounts` | what happens to moderators' accounts: the first owner, invitations, roles, signing in, passwords, the second factor, sessions |
//! | `privacy` | what is private is forgotten in its time |
//! | `mail` | composing and sending; it decides nothing |
//! | `webhook` | where a call may go, what it says, and the call itself; it decides nothing |
//! | `outbox` | the mail worker: lease, compose, send, note |
//! | `web` | every HTTP word: the API, the readers' pages, the panel, the embed's files |
//! | `server` | opens, binds, runs, stops |
//! | `main.rs`, `commands` | the command line |
//! | `build.rs` | lays side by side, in the program's file, what runs until the first call comes |
//!
//! # The arrows
//!
//! ```text
//! main → commands → { server → { web, outbox }, exchange } → { moderation, accounts, privacy } → { store, mail, webhook } →
//!   { site, page, comment, moderator, markdown } → spam → { secrets, totp, clock, i18n, email_address, error, config }
//! ```
//!
//! `spam` stands below `site`, because a site's settings hold the rules of its judgement. `accounts` is a room of its own
//! beside `moderation`: what happens to accounts has a store, passwords and throttles, and `moderator` stays plain data.
//! A test reads the sources and fails on an arrow upward, on SQL outside `store`, on HTTP outside `web` and `server`, and
//! on SMTP outside `mail`.

pub mod accounts;
pub mod clock;
pub mod commands;
pub mod comment;
pub mod config;
pub mod email_address;
pub mod error;
pub mod exchange;
pub mod i18n;
pub mod mail;
pub mod markdown;
pub mod moderation;
pub mod moderator;
pub mod outbox;
pub mod page;
pub mod privacy;
pub mod secrets;
pub mod server;
pub mod site;
pub mod spam;
pub mod store;
pub mod totp;
pub mod web;
pub mod webhook;
