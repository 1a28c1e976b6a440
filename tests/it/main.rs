//! One test binary: stories through the front door, each on SQLite and on PostgreSQL, and attacks.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod actors;
mod arrows;
mod commands;
mod deciding;
mod harness;
mod languages;
mod plain_forms;
mod schemas;
mod signing_in;
mod submitting;
mod threads;
