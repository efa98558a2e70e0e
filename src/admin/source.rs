//! What a journal can be read from, detected by what is there: a database, a backup, a replica.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use bucket::{Bucket, BucketUrl};
use store::backup::PackedFile;
use store::replica::ReplicaSource;
use store::sqlite::SqliteFile;
use store::{JournalExport, JournalSummary};

use super::backup_name;
use super::backup_store::BackupStore;
use super::progress_bar::ProgressBar;
use super::report::CommandError;
use super::scratch_dir::ScratchDir;
use super::{CommandContext, ServerJournal};

/// The prefix of a replica's manifest, which nothing else in a bucket has.
pub(super) const LEDGER: &str = "ledger/";
/// The word for the journal of `DATABASE_URL`, whose password has no place on a command line, or of `DYNAMODB_TABLE`.
pub(super) const DATABASE: &str = "database";
/// What the address of a table of `DynamoDB` begins with.
pub(super) const TABLE: &str = "dynamodb://";
const SQLITE: &[u8] = b"SQLite format 3\0";
/// How packed databases begin: those of `backup`, and those of `gzip`.
const PACKED: [&[u8]; 2] = [&[0x28, 0xB5, 0x2F, 0xFD], &[0x1F, 0x8B]];
/// How files begin that are packed otherwise, and what unpacks them.
const PACKED_OTHERWISE: [(&[u8], &str); 3] = [
    (b"\xFD7zXZ\0", "unxz"),
    (b"BZh", "bunzip2"),
    (b"PK\x03\x04", "unzip"),
];

/// Entries of a folder that are looked at for backups which are called otherwise.
const ENTRIES_MAX: usize = 10_000;

/// What a journal can be read from.
#[derive(Debug)]
pub(super) enum JournalSource {
    /// A database file.
    Database(PathBuf),
    /// A packed database file.
    Backup(PathBuf),
    /// A packed database in a bucket.
    Object { backups: BackupStore, name: String },
    /// The journal of `DATABASE_URL` or `DYNAMODB_TABLE`, or of a table that is named.
    Server(ServerJournal),
    /// A replica.
    Replica {
        place: BucketUrl,
        bucket: Arc<dyn Bucket>,
    },
}

impl JournalSource {
    /// Detects what is at a path or a URL.
    pub(super) async fn find(given: &str, context: &CommandContext) -> Result<Self, CommandError> {
        if given == DATABASE {
            return context.opener.database().await.map(Self::Server);
        }
        if let Some(name) = given.strip_prefix(TABLE) {
            return context.opener.table(name).await.map(Self::Server);
        }
        if !given.contains("://") {
            return Self::at_path(Path::new(given), context).await;
        }
        let place = given.parse::<BucketUrl>().map_err(CommandError::misused)?;
        if let BucketUrl::Folder(path) = &place {
            return Self::at_path(path, context).await;
        }
        if let Some((place, name)) = backup_name::split_url(&place) {
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
        let begins = first_bytes(&path).map_err(|error| {
            CommandError::absent(error).while_doing(format!("cannot read {}", path.display()))
        })?;
        let named = path
            .file_name()
            .and_then(|name| backup_name::timestamp(name.to_str()?));
        if begins.starts_with(SQLITE) {
            return Ok(Self::Database(path));
        }
        if is_packed(&begins) || named.is_some() {
            return Ok(Self::Backup(path));
        }
        let shown = path.display();
        let mut otherwise = PACKED_OTHERWISE.iter();
        Err(CommandError::wrong(
            match otherwise.find(|(first, _)| begins.starts_with(first)) {
                Some((_, program)) => anyhow!(
                    "{shown} is packed in a way that is not read here: unpack it first with {program}"
                ),
                None => anyhow!(
                    "{shown} is neither a journal nor a backup of one: that is a SQLite database, as it is or packed \
                     with zstd or gzip"
                ),
            },
        ))
    }

    async fn newest(backups: BackupStore, given: &str) -> Result<Self, CommandError> {
        let Some(newest) = backups.list().await?.pop() else {
            let called_otherwise = backups.folder().and_then(called_otherwise);
            return Err(CommandError::absent(match called_otherwise {
                Some(path) => anyhow!(
                    "{given} holds neither a replica nor a backup that is called as `backup` calls them: name the file \
                     itself, such as {}",
                    path.display()
                ),
                None => anyhow!("{given} holds neither a replica nor a backup"),
            }));
        };
        Ok(match backups.folder() {
            Some(folder) => Self::Backup(folder.join(newest.name)),
            None => Self::Object {
                backups,
                name: newest.name,
            },
        })
    }

    /// Returns what it is, in a word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Database(_) | Self::Server(_) => "database",
            Self::Backup(_) | Self::Object { .. } => "backup",
            Self::Replica { .. } => "replica",
        }
    }

    /// Returns where it is, as a command line names it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Database(path) | Self::Backup(path) => path.display().to_string(),
            Self::Object { backups, name } => backups.path_of(name),
            Self::Server(server) => server.facts.address.clone(),
            Self::Replica { place, .. } => place.to_string(),
        }
    }

    /// Counts the snapshots in it that are not of its records. A backup and a replica have none that a server uses.
    pub(super) async fn unfit_snapshots(&self) -> Result<u64, CommandError> {
        Ok(match self {
            Self::Database(path) => SqliteFile::new(path).unfit_snapshots().await?,
            Self::Server(server) => server.export.unfit_snapshots().await?,
            Self::Backup(_) | Self::Object { .. } | Self::Replica { .. } => 0,
        })
    }

    /// Writes it into a new database file in a scratch directory, with every chain in it checked.
    pub(super) async fn restore(
        &self,
        scratch: &ScratchDir,
        progress_bar: &ProgressBar,
    ) -> Result<(PathBuf, JournalSummary), CommandError> {
        let target = scratch.file("journal");
        let journal = self.open(scratch, progress_bar).await?;
        let progress = progress_bar.begin(match self {
            Self::Database(_) => "copying and checking the database",
            Self::Server(_) => "copying the journal out of the database",
            Self::Backup(_) | Self::Object { .. } => "unpacking and checking the backup",
            Self::Replica { .. } => "restoring the replica",
        });
        let restored = journal.export_into(&target, &progress.listener()).await;
        match restored.map_err(CommandError::from) {
            Ok(summary) => Ok((target, summary)),
            // An operator knows the source by its name, and none of the scratch files.
            Err(error) => Err(scratch_files(scratch).iter().fold(error, |error, file| {
                error.naming(&file.display().to_string(), &self.name())
            })),
        }
    }

    /// Opens it as a journal that can be read whole, by way of files in a scratch directory.
    async fn open(
        &self,
        scratch: &ScratchDir,
        progress_bar: &ProgressBar,
    ) -> Result<Arc<dyn JournalExport>, CommandError> {
        let [_, packed, unpacked] = scratch_files(scratch);
        Ok(match self {
            Self::Database(path) => Arc::new(SqliteFile::new(path)),
            Self::Server(server) => Arc::clone(&server.export),
            Self::Backup(path) => Arc::new(PackedFile::new(path, unpacked)),
            Self::Object { backups, name } => {
                progress_bar.begin("fetching the backup");
                backups.fetch(name, &packed).await?;
                Arc::new(PackedFile::new(packed, unpacked))
            }
            Self::Replica { bucket, .. } => Arc::new(ReplicaSource::new(bucket.clone(), unpacked)),
        })
    }
}

fn first_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut begins = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut begins)?;
    Ok(begins)
}

fn is_packed(begins: &[u8]) -> bool {
    PACKED.iter().any(|first| begins.starts_with(first))
}

/// Finds a file in a folder that may be a backup by what it holds, the last by its name: other programs name theirs by
/// the time, too. Hidden files are left out.
fn called_otherwise(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten().take(ENTRIES_MAX);
    let may_be = |path: &PathBuf| {
        let hidden = path
            .file_name()
            .is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        !hidden
            && path.is_file()
            && first_bytes(path)
                .is_ok_and(|begins| begins.starts_with(SQLITE) || is_packed(&begins))
    };
    entries.map(|entry| entry.path()).filter(may_be).max()
}

/// Returns the files of a scratch directory that a source is read by way of: its copy first.
fn scratch_files(scratch: &ScratchDir) -> [PathBuf; 3] {
    ["journal", "packed", "unpacked"].map(|name| scratch.file(name))
}
