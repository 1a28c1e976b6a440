//! One test binary: stories through the front door, each on SQLite and on PostgreSQL, and attacks.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod accounts;
mod accounts_attacked;
mod actors;
mod arrows;
mod attacks;
mod browser;
mod commands;
mod deciding;
mod embed_in_the_browser;
mod embedding;
mod every_mail;
mod feeds;
mod fragments;
mod harness;
mod in_the_browser;
mod journal;
mod killed;
mod languages;
mod learning;
mod mails;
mod numbers;
mod outage;
mod outbox;
mod outbox_page;
mod pages;
mod panel_in_the_browser;
mod plain_forms;
mod privacy;
mod process;
mod reports;
mod schemas;
mod second_factor;
mod second_factor_lost;
mod settings;
mod settings_in_the_browser;
mod signing_in;
mod smtp;
mod smtp_sink;
mod store;
mod store_of_the_panel;
mod store_panel;
mod submitting;
mod threads;
mod working;
