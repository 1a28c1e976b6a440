//! The key file: made once, readable by its owner alone, never half written.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use data_encoding::HEXLOWER;

use super::Keys;
use crate::clock::random_bytes;

impl Keys {
    /// Reads the key file; `None` where there is none.
    ///
    /// # Errors
    /// A file that cannot be read, or that holds no key.
    pub fn load(path: &Path) -> anyhow::Result<Option<Self>> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map(Some).with_context(|| format!("The key file {} is damaged.", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("The key file {} cannot be read.", path.display())),
        }
    }

    /// Makes a key file (mode 0600).
    ///
    /// # Errors
    /// It cannot be written, or there is one already.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let keys = Self::generate();
        keys.write_new(path).with_context(|| format!("The key file {} cannot be written.", path.display()))?;
        Ok(keys)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let Some((id, hex)) = text.trim().split_once(':') else { bail!("no key in it") };
        let root = HEXLOWER.decode(hex.as_bytes())?;
        let root = <[u8; 32]>::try_from(root).ok().context("a key has 32 bytes")?;
        ensure!(root != [0; 32], "the key is all zeros");
        Ok(Self { key_id: id.parse()?, root })
    }

    fn write_new(&self, path: &Path) -> anyhow::Result<()> {
        // Written beside its name and linked: a process killed in between leaves no half a key, and of two that start at
        // once neither overwrites the other's.
        let beside = path.with_extension(format!("{}.tmp", HEXLOWER.encode(&random_bytes::<8>())));
        let written = self.write_and_sync(&beside).and_then(|()| Ok(fs::hard_link(&beside, path)?));
        let _ = fs::remove_file(&beside);
        written?;
        // The database is tied to the key in a moment, so its name has to last as well.
        Ok(fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?)
    }

    fn write_and_sync(&self, path: &Path) -> anyhow::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        writeln!(file, "{}:{}", self.key_id, HEXLOWER.encode(&self.root))?;
        file.sync_all()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_file_is_made_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        assert!(Keys::load(&path).unwrap().is_none());
        let first = Keys::create(&path).unwrap();
        assert_eq!(first.root, Keys::load(&path).unwrap().unwrap().root);
        assert!(Keys::create(&path).is_err());
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        fs::write(&path, "nonsense").unwrap();
        assert!(Keys::load(&path).is_err());
    }
}
