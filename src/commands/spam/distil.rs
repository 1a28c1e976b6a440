//! `leserbrief spam distil`: what every installation begins with.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::items::decisions;
use crate::commands::print;
use crate::spam::{Model, Start};

/// What the shipped start is made from.
#[derive(Args, Debug)]
pub struct DistilArguments {
    /// Where it is written
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The language of the sites: "de" or "en"
    #[arg(long, default_value = "de")]
    language: String,
    /// Files of decisions
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Makes it.
pub(super) fn run(arguments: &DistilArguments) -> anyhow::Result<()> {
    let decided = decisions(&arguments.files)?;
    let mut model = Model::default();
    model.train(decided.iter().map(|(item, spam)| (item.submission(&arguments.language), *spam)));
    let start = Start::distilled(&model);
    let bytes = start.to_bytes();
    std::fs::write(&arguments.to, &bytes).with_context(|| format!("{} cannot be written", arguments.to.display()))?;
    let (spam, ham) = model.lessons();
    print(&format!("{} tokens in {} bytes, of {spam} comments of spam and {ham} of ham.", start.tokens(), bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::{DistilArguments, run};
    use crate::spam::Start;

    #[test]
    fn a_start_is_distilled_from_files_and_a_file_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (file, to) = (folder.path().join("decided.jsonl"), folder.path().join("start.bin"));
        let lines = (0..40).map(|at| {
            let (text, label) = [("Traumuhren zum halben Preis", "spam"), ("Der Radweg endet hier", "ham")][at % 2];
            format!(
                "{}\n",
                serde_json::json!({ "id": at.to_string(), "text": format!("{text} {}", "x".repeat(at)), "label": label })
            )
        });
        std::fs::write(&file, lines.collect::<String>()).unwrap();
        let arguments = |files: Vec<std::path::PathBuf>| DistilArguments { to: to.clone(), language: "de".into(), files };
        run(&arguments(vec![file])).unwrap();
        assert!(Start::from_bytes(&std::fs::read(&to).unwrap()).unwrap().tokens() > 10);
        let missing = run(&arguments(vec![folder.path().join("missing")])).unwrap_err();
        assert!(format!("{missing:#}").contains("missing cannot be read"), "{missing:#}");
    }
}
