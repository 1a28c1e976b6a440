//! `leserbrief spam`: how well the judgement tells spam from ham, measured on a file of labelled comments; and the start of
//! an installation's model from such files.

use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::print;
use crate::config::StorageSettings;
use crate::moderation::learning::Models;
use crate::server::open_store;
use crate::spam::{Bucket, Model, Reason, Recent, Rules, judge};

mod distil;
mod items;
mod rules;

use items::{Label, decisions, read};

/// What to do with a file of comments.
#[derive(Subcommand, Debug)]
pub enum SpamCommand {
    /// Judge the comments of a file, one JSON object a line, without a database
    ///
    /// Each line has id, author, url, text, label ("spam" or "ham") and, optionally, email; what is missing is taken for
    /// empty. Answers with one line for each, in order: id, points, probability, bucket, reasons. The comments are judged as
    /// if they came one after the other: repetitions of earlier ones are noticed.
    Score(ScoreArguments),
    /// Start the judgement of every site from files of labelled comments
    ///
    /// The files are as for `score`, and each line needs its label. What was started so before is replaced. Sites whose
    /// moderators have already taught a few hundred decisions keep what they have; a running service takes the start up
    /// within a second.
    Train(TrainArguments),
    /// Make what every installation begins with from files of labelled comments: `src/spam/model/start.bin`
    ///
    /// For those who build the program. The files are as for `train`; what is written holds hashes and weights, no words.
    Distil(distil::DistilArguments),
    /// Print the rules of a site, or try a published block list on what was decided before it holds
    Rules(rules::RulesArguments),
}

/// What a start is learned from.
#[derive(Args, Debug)]
pub struct TrainArguments {
    /// The outcome as JSON, for programs
    #[arg(long)]
    json: bool,
    /// The language of the sites: "de" or "en"
    #[arg(long, default_value = "de")]
    language: String,
    /// Files of decisions
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Which files, and what is learned from them.
#[derive(Args, Debug)]
pub struct ScoreArguments {
    /// A file of decisions to learn from first
    #[arg(long, value_name = "FILE")]
    train: Vec<PathBuf>,
    /// Learn the label of each comment after it was judged
    #[arg(long)]
    online: bool,
    /// The language of the site: "de" or "en"
    #[arg(long, default_value = "de")]
    language: String,
    /// The file to judge
    file: PathBuf,
}

/// How often progress is shown: a terminal is slower than the reading of a comment.
const PROGRESS_EVERY: usize = 100;

/// What is thought of it.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    points: f64,
    probability: f64,
    /// `spam`, `check` or `fine`.
    bucket: &'static str,
    reasons: &'a [Reason],
}

/// Does it.
pub async fn run(storage: &StorageSettings, command: SpamCommand) -> anyhow::Result<()> {
    let arguments = match command {
        SpamCommand::Train(arguments) => return train(storage, &arguments).await,
        SpamCommand::Distil(arguments) => return distil::run(&arguments),
        SpamCommand::Rules(arguments) => return rules::run(storage, &arguments).await,
        SpamCommand::Score(arguments) => arguments,
    };
    let out = std::io::stdout().lock();
    match score(&arguments, BufWriter::new(out)) {
        // A reader that has gone away (`| head`) is no error.
        Err(error) if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) => {
            Ok(())
        }
        done => done,
    }
}

async fn train(storage: &StorageSettings, arguments: &TrainArguments) -> anyhow::Result<()> {
    let decided = decisions(&arguments.files)?;
    let (store, _) = open_store(storage).await?;
    let mut model = Model::default();
    let shown = std::io::stderr().is_terminal();
    model.train(decided.iter().enumerate().map(|(at, (item, spam))| {
        if shown && (at % PROGRESS_EVERY == 0 || at + 1 == decided.len()) {
            eprint!("\r{} / {}{}", at + 1, decided.len(), if at + 1 == decided.len() { "\n" } else { "" });
        }
        (item.submission(&arguments.language), *spam)
    }));
    Models::new(store).keep_shared_start(&model).await?;
    let (spam, ham) = model.lessons();
    let repeated = (decided.len() as u64).saturating_sub(spam + ham);
    print(&if arguments.json {
        serde_json::json!({ "spam": spam, "ham": ham, "repeated": repeated }).to_string()
    } else {
        format!("Learned {spam} comments as spam and {ham} as ham; {repeated} were repetitions.")
    })
}

fn score(arguments: &ScoreArguments, mut out: impl Write) -> anyhow::Result<()> {
    let language = arguments.language.as_str();
    let (mut model, mut recent, rules) = (Model::default(), Recent::default(), Rules::default());
    let decided = decisions(&arguments.train)?;
    model.train(decided.iter().map(|(item, spam)| (item.submission(language), *spam)));
    for (item, spam) in &decided {
        recent.note_decided(&item.submission(language), &item.email, *spam);
    }
    for item in read(&arguments.file)? {
        let submission = item.submission(language);
        let verdict = judge(&submission, &recent.of(&submission, &item.email), &model, &rules);
        let answer = Answer {
            id: &item.id,
            points: verdict.points,
            probability: verdict.probability,
            bucket: match verdict.bucket {
                Bucket::LikelySpam => "spam",
                Bucket::Check => "check",
                Bucket::LikelyFine => "fine",
            },
            reasons: &verdict.reasons,
        };
        serde_json::to_writer(&mut out, &answer).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
        match item.label.filter(|_| arguments.online) {
            Some(label) => {
                model.learn(&submission, label == Label::Spam);
                recent.note_decided(&submission, &item.email, label == Label::Spam);
            }
            None => recent.note_judged(&submission, &verdict),
        }
    }
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::{ScoreArguments, SpamCommand, TrainArguments, run, score};
    use crate::config::StorageSettings;
    use crate::moderation::learning::Models;
    use crate::server::open_store;
    use crate::site::Site;
    use crate::spam::{Bucket, Submission};

    #[test]
    fn every_line_is_answered_in_order_and_labels_teach() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, lines: &[serde_json::Value]| {
            let path = folder.path().join(name);
            std::fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
            path
        };
        let item =
            |id: String, text: &str, label: &str| serde_json::json!({ "id": id, "author": "Eva", "text": text, "label": label });
        let taught: Vec<_> = (0..60)
            .map(|at| match at % 2 {
                0 => item(format!("t{at}"), &format!("Traumuhren zum halben Preis, Modell {}", "x".repeat(at)), "spam"),
                _ => item(format!("t{at}"), &format!("Der Radweg endet an der Kreuzung {}", "y".repeat(at)), "ham"),
            })
            .collect();
        let asked = [
            item("a".into(), "Neue Traumuhren zum halben Preis", "spam"),
            item("b".into(), "An der Kreuzung endet der Radweg", "ham"),
        ];
        let (train, ask) = (file("train.jsonl", &taught), file("ask.jsonl", &asked));
        let answers = |train: Vec<std::path::PathBuf>, online: bool, file: &std::path::Path| {
            let mut out = Vec::new();
            let arguments = ScoreArguments { train, online, language: "de".into(), file: file.to_owned() };
            score(&arguments, &mut out).unwrap();
            let lines = String::from_utf8(out).unwrap();
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>()
        };
        let trained = answers(vec![train.clone()], false, &ask);
        assert_eq!(trained.iter().map(|answer| answer["id"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(trained[0]["probability"].as_f64() > trained[1]["probability"].as_f64());
        assert!(!trained[0]["reasons"].as_array().unwrap().is_empty());
        let (cold, online) = (answers(vec![], false, &train), answers(vec![], true, &train));
        assert_eq!((cold.len(), online.len()), (60, 60));
        let last = |answers: &[serde_json::Value]| answers[58]["points"].as_f64();
        assert!(last(&online) > last(&cold));
    }

    #[tokio::test]
    async fn a_start_is_there_for_a_site_that_has_taught_nothing_and_a_second_one_replaces_it() {
        let folder = tempfile::tempdir().unwrap();
        let storage = StorageSettings { data: folder.path().join("data"), database: None, database_file: None };
        let file = |name: &str, spam: &str, ham: &str| {
            let lines: String = (0..60)
                .map(|at| {
                    let (text, label) = if at % 2 == 0 { (spam, "spam") } else { (ham, "ham") };
                    let text = format!("{text} {}", "x".repeat(at / 2));
                    format!("{}\n", serde_json::json!({ "id": at.to_string(), "text": text, "label": label }))
                })
                .collect();
            let path = folder.path().join(name);
            std::fs::write(&path, lines).unwrap();
            path
        };
        let (watches, roads) = ("Traumuhren zum halben Preis bestellen", "Der Radweg endet an der Kreuzung");
        for (files, spam) in [(file("a", watches, roads), watches), (file("b", roads, watches), roads)] {
            let command = SpamCommand::Train(TrainArguments { json: true, language: "de".into(), files: vec![files] });
            run(&storage, command).await.unwrap();
            let (store, _) = open_store(&storage).await.unwrap();
            let site = Site {
                id: uuid::Uuid::from_u128(7),
                name: "a".into(),
                title: "A".into(),
                origins: vec![],
                locale: crate::i18n::Locale::De,
                settings: Default::default(),
            };
            let models = Models::new(store);
            models.catch_up(site.id).await.unwrap();
            for text in [watches, roads] {
                let sent = Submission {
                    author: "Eva",
                    website: None,
                    text,
                    honeypot_filled: false,
                    fill_time_ms: Some(300_000),
                    site_hosts: &[],
                    site_language: "de",
                    staff_names: &[],
                };
                let bucket = models.judge(&site, &sent, &Default::default()).bucket;
                assert_eq!(bucket == Bucket::LikelySpam, text == spam, "{text}: {bucket:?}");
            }
        }
    }
}
