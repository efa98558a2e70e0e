//! What a journal can be read from, told by what lies there: a database, a backup, a replica.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use bucket::{Bucket, BucketUrl};
use store::JournalSummary;
use store::backup::{self, Depth};
use store::replica;

use super::backup_store::{BackupStore, made, part_object};
use super::blocking;
use super::progress_bar::ProgressBar;
use super::report::CommandError;
use super::scratch_dir::ScratchDir;
use super::{CommandContext, ServerJournal};

/// Where a replica's decisions lie: what tells it from anything else.
pub(super) const LEDGER: &str = "ledger/";
/// The word for the journal of `DATABASE_URL`, whose password has no place on a command line.
pub(super) const DATABASE: &str = "database";
const SQLITE: &[u8] = b"SQLite format 3\0";
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// What a journal can be read from.
#[derive(Debug)]
pub(super) enum JournalSource {
    /// A database file.
    Database(PathBuf),
    /// A packed database file.
    Backup(PathBuf),
    /// A packed database in a bucket.
    Object { backups: BackupStore, name: String },
    /// The journal of `DATABASE_URL`.
    Server(Arc<dyn ServerJournal>),
    /// A replica.
    Replica {
        place: BucketUrl,
        bucket: Arc<dyn Bucket>,
    },
}

impl JournalSource {
    /// Finds out what lies at a path or an address.
    pub(super) async fn find(given: &str, context: &CommandContext) -> Result<Self, CommandError> {
        if given == DATABASE {
            return context.opener.database().await.map(Self::Server);
        }
        if !given.contains("://") {
            return Self::at_path(Path::new(given), context).await;
        }
        let place = given.parse::<BucketUrl>().map_err(CommandError::misused)?;
        if let BucketUrl::Folder(path) = &place {
            return Self::at_path(path, context).await;
        }
        if let Some((place, name)) = part_object(&place) {
            let bucket = context.opener.bucket(&place).await?;
            let backups = BackupStore::Bucket { place, bucket };
            return Ok(Self::Object { backups, name });
        }
        let bucket = context.opener.bucket(&place).await?;
        if !bucket.list(LEDGER, None).await?.is_empty() {
            return Ok(Self::Replica { place, bucket });
        }
        Self::newest(BackupStore::Bucket { place, bucket }, given).await
    }

    async fn at_path(path: &Path, context: &CommandContext) -> Result<Self, CommandError> {
        let shown = path.display();
        let path = fs::canonicalize(path)
            .map_err(|error| CommandError::absent(anyhow!("{shown} is not there ({error})")))?;
        if !path.is_dir() {
            return Self::by_first_bytes(path);
        }
        if path.join(LEDGER).is_dir() {
            let place = BucketUrl::Folder(path);
            let bucket = context.opener.bucket(&place).await?;
            return Ok(Self::Replica { place, bucket });
        }
        let given = shown.to_string();
        Self::newest(BackupStore::Folder(path), &given).await
    }

    fn by_first_bytes(path: PathBuf) -> Result<Self, CommandError> {
        if !path.is_file() {
            return Err(CommandError::wrong(anyhow!(
                "{} is no file",
                path.display()
            )));
        }
        let mut begins = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(16).read_to_end(&mut begins))
            .map_err(|error| {
                CommandError::absent(error).while_doing(format!("cannot read {}", path.display()))
            })?;
        let named = path.file_name().and_then(|name| made(name.to_str()?));
        if begins.starts_with(SQLITE) {
            Ok(Self::Database(path))
        } else if begins.starts_with(ZSTD) || named.is_some() {
            Ok(Self::Backup(path))
        } else {
            Err(CommandError::wrong(anyhow!(
                "{} is neither a journal nor a backup of one",
                path.display()
            )))
        }
    }

    async fn newest(backups: BackupStore, given: &str) -> Result<Self, CommandError> {
        let Some(newest) = backups.list().await?.pop() else {
            return Err(CommandError::absent(anyhow!(
                "{given} holds neither a replica nor a backup"
            )));
        };
        Ok(match backups.folder() {
            Some(folder) => Self::Backup(folder.join(newest.name)),
            None => Self::Object {
                backups,
                name: newest.name,
            },
        })
    }

    /// What it is, in a word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Database(_) | Self::Server(_) => "database",
            Self::Backup(_) | Self::Object { .. } => "backup",
            Self::Replica { .. } => "replica",
        }
    }

    /// Where it is, as a command line names it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Database(path) | Self::Backup(path) => path.display().to_string(),
            Self::Object { backups, name } => backups.path_of(name),
            Self::Server(server) => server.address(),
            Self::Replica { place, .. } => place.to_string(),
        }
    }

    /// Makes a database of it in a scratch folder, with every chain in it checked.
    pub(super) async fn restore(
        &self,
        scratch: &ScratchDir,
        progress_bar: &ProgressBar,
    ) -> Result<(PathBuf, JournalSummary), CommandError> {
        let target = scratch.file("journal");
        let restored = match self {
            Self::Database(path) => copied(path.clone(), target.clone(), progress_bar).await,
            Self::Backup(path) => unpacked(path.clone(), target.clone(), progress_bar).await,
            Self::Object { backups, name } => {
                let packed = scratch.file("packed");
                progress_bar.begin("fetching the backup");
                backups.fetch(name, &packed).await?;
                let restored = unpacked(packed.clone(), target.clone(), progress_bar).await;
                restored.map_err(|error| error.naming(&packed.display().to_string(), &self.name()))
            }
            Self::Server(server) => {
                let progress = progress_bar.begin("copying the journal out of the database");
                let copied = server.copy_into(&target, progress).await;
                copied.map_err(CommandError::from)
            }
            Self::Replica { bucket, .. } => {
                let listener = progress_bar.begin("restoring the replica").listener();
                let restored = replica::restore(&**bucket, &target, &listener).await;
                restored.map_err(CommandError::from)
            }
        };
        match restored {
            Ok(holding) => Ok((target, holding)),
            Err(error) => Err(error.naming(&target.display().to_string(), &self.name())),
        }
    }
}

async fn copied(
    from: PathBuf,
    into: PathBuf,
    progress_bar: &ProgressBar,
) -> Result<JournalSummary, CommandError> {
    let progress_bar = progress_bar.clone();
    blocking(move || {
        progress_bar.begin("looking through the database");
        backup::look_through(&from, Depth::Everything)?;
        progress_bar.begin("copying the journal");
        backup::copy(&from, &into)?;
        progress_bar.begin("checking every chain");
        Ok(backup::check(&into)?)
    })
    .await
}

/// Makes a database of a packed one.
pub(super) async fn unpacked(
    packed: PathBuf,
    into: PathBuf,
    progress_bar: &ProgressBar,
) -> Result<JournalSummary, CommandError> {
    let progress = progress_bar
        .begin("unpacking and checking the backup")
        .listener();
    blocking(move || Ok(backup::unpack(&packed, &into, &progress)?)).await
}
