//! Mails as files, for as long as no SMTP server is set.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Failure;
use crate::clock::random_bytes;
use crate::mail::Letter;

/// Puts a mail into the folder, which is made if need be. `Ok` means that it is on the disk.
pub(super) async fn keep(folder: &Path, letter: &Letter, bytes: Vec<u8>) -> Result<(), Failure> {
    let path = folder.join(file_name(letter));
    let written = tokio::task::spawn_blocking(move || write_file(&path, &bytes)).await;
    let failed =
        |error: &dyn std::fmt::Display| Failure::Temporary(format!("the mail could not be written into the folder: {error}"));
    written.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
}

/// The same name for the same message id, so that a letter sent again overwrites itself; sorted by the time that is in
/// the id, since `sent_at` is another one at the second try.
fn file_name(letter: &Letter) -> String {
    let id = letter.message_id.split('@').next().unwrap_or_default();
    let uuid = Uuid::parse_str(id).ok();
    let millis = uuid.and_then(|uuid| uuid.get_timestamp()).map(|time| time.to_unix()).map_or_else(
        || letter.sent_at.millis(),
        |(seconds, nanos)| i64::try_from(seconds).unwrap_or(0) * 1000 + i64::from(nanos) / 1_000_000,
    );
    let part = match uuid {
        Some(uuid) => uuid.simple().to_string()[16..].to_owned(),
        None => HEXLOWER.encode(&Sha256::digest(&letter.message_id))[..16].to_owned(),
    };
    format!("{millis:013}-{part}.eml")
}

/// Writes beside the name and renames, so that nobody ever reads half a mail.
fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let beside = folder.join(format!(".{}.tmp", HEXLOWER.encode(&random_bytes::<8>())));
    let written = write_and_sync(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // Best effort: the first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::super::Mailer;
    use super::super::tests::letter;
    use super::*;
    use crate::clock::{Clock, FixedClock, Timestamp};
    use std::sync::Arc;

    #[tokio::test]
    async fn a_letter_becomes_one_private_file() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data/mail");
        let mailer = Mailer::new(None, &folder, "post@comments.example", "Leserbrief").unwrap();
        assert!(!folder.exists());
        let id = Clock::Fixed(Arc::new(FixedClock::new(1_700_000_000_123))).new_id();
        let first = Letter { message_id: format!("{id}@comments.example"), ..letter() };
        let again = Letter { text: "again".into(), sent_at: Timestamp::from_millis(1_800_000_000_000), ..first.clone() };
        for letter in [&first, &again, &letter(), &Letter { message_id: "../../x@y".into(), ..letter() }] {
            mailer.send(letter).await.unwrap();
        }
        let mut names: Vec<String> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names.len(), 3, "{names:?}");
        assert_eq!(names[0], format!("1700000000123-{}.eml", &id.simple().to_string()[16..]));
        assert_eq!(names[1], "1790000000123-0000000000000007.eml");
        let path = folder.join(&names[0]);
        assert!(fs::read_to_string(&path).unwrap().contains("again"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_tried_again_later() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mailer = Mailer::new(None, &file.path().join("mail"), "post@comments.example", "").unwrap();
        assert!(matches!(mailer.send(&letter()).await, Err(Failure::Temporary(_))));
    }
}
