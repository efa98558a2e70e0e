//! What a journal can be read from, told by what lies there: a database, a backup, a replica.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use bucket::{Bucket, BucketUrl};
use store::backup::{self, Depth};
use store::replica;
use store::sqlite::Holding;

use super::blocking;
use super::meter::{Meter, note};
use super::outcome::Trouble;
use super::scratch::Scratch;
#[cfg(feature = "postgres")]
use super::served::Served;
use super::shelf::{Shelf, made, part_object};
use crate::Config;
use crate::storage::watcher;

/// Where a replica's decisions lie: what tells it from anything else.
pub(super) const LEDGER: &str = "ledger/";
/// The word for the journal of `DATABASE_URL`, whose password has no place on a command line.
pub(super) const DATABASE: &str = "database";
const SQLITE: &[u8] = b"SQLite format 3\0";
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// What a journal can be read from.
#[derive(Debug)]
pub(super) enum Source {
    /// A database file.
    Database(PathBuf),
    /// A packed database file.
    Backup(PathBuf),
    /// A packed database in a bucket.
    Object { shelf: Shelf, name: String },
    /// The journal of `DATABASE_URL`.
    #[cfg(feature = "postgres")]
    Served(Served),
    /// A replica.
    Replica {
        place: BucketUrl,
        bucket: Arc<dyn Bucket>,
    },
}

impl Source {
    /// Finds out what lies at a path or an address.
    pub(super) async fn find(given: &str, config: &Config) -> Result<Self, Trouble> {
        if given == DATABASE {
            return Self::served(config).await;
        }
        if !given.contains("://") {
            return Self::at_path(Path::new(given)).await;
        }
        let place = given.parse::<BucketUrl>().map_err(Trouble::misused)?;
        if let BucketUrl::Folder(path) = &place {
            return Self::at_path(path).await;
        }
        if let Some((place, name)) = part_object(&place) {
            let bucket = place.open().await?;
            let shelf = Shelf::Bucket { place, bucket };
            return Ok(Self::Object { shelf, name });
        }
        let bucket = place.open().await?;
        if !bucket.list(LEDGER, None).await?.is_empty() {
            return Ok(Self::Replica { place, bucket });
        }
        Self::newest(Shelf::Bucket { place, bucket }, given).await
    }

    #[cfg(feature = "postgres")]
    async fn served(config: &Config) -> Result<Self, Trouble> {
        Served::open(config).await.map(Self::Served)
    }

    #[cfg(not(feature = "postgres"))]
    #[expect(clippy::unused_async, reason = "other builds ask a server")]
    async fn served(_config: &Config) -> Result<Self, Trouble> {
        Err(unspoken())
    }

    async fn at_path(path: &Path) -> Result<Self, Trouble> {
        let shown = path.display();
        let path = fs::canonicalize(path)
            .map_err(|error| Trouble::absent(anyhow!("{shown} is not there ({error})")))?;
        if !path.is_dir() {
            return Self::by_first_bytes(path);
        }
        if path.join(LEDGER).is_dir() {
            let place = BucketUrl::Folder(path);
            let bucket = place.open().await?;
            return Ok(Self::Replica { place, bucket });
        }
        let given = shown.to_string();
        Self::newest(Shelf::Folder(path), &given).await
    }

    fn by_first_bytes(path: PathBuf) -> Result<Self, Trouble> {
        if !path.is_file() {
            return Err(Trouble::wrong(anyhow!("{} is no file", path.display())));
        }
        let mut begins = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(16).read_to_end(&mut begins))
            .map_err(|error| {
                Trouble::absent(error).while_doing(format!("cannot read {}", path.display()))
            })?;
        let named = path.file_name().and_then(|name| made(name.to_str()?));
        if begins.starts_with(SQLITE) {
            Ok(Self::Database(path))
        } else if begins.starts_with(ZSTD) || named.is_some() {
            Ok(Self::Backup(path))
        } else {
            Err(Trouble::wrong(anyhow!(
                "{} is neither a journal nor a backup of one",
                path.display()
            )))
        }
    }

    async fn newest(shelf: Shelf, given: &str) -> Result<Self, Trouble> {
        let Some(newest) = shelf.list().await?.pop() else {
            return Err(Trouble::absent(anyhow!(
                "{given} holds neither a replica nor a backup"
            )));
        };
        Ok(match shelf.folder() {
            Some(folder) => Self::Backup(folder.join(newest.name)),
            None => Self::Object {
                shelf,
                name: newest.name,
            },
        })
    }

    /// What it is, in a word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Database(_) => "database",
            #[cfg(feature = "postgres")]
            Self::Served(_) => "database",
            Self::Backup(_) | Self::Object { .. } => "backup",
            Self::Replica { .. } => "replica",
        }
    }

    /// Where it is, as a command line names it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Database(path) | Self::Backup(path) => path.display().to_string(),
            Self::Object { shelf, name } => shelf.path_of(name),
            #[cfg(feature = "postgres")]
            Self::Served(served) => served.to_string(),
            Self::Replica { place, .. } => place.to_string(),
        }
    }

    /// Makes a database of it in a scratch folder, with every chain in it checked.
    pub(super) async fn restore(
        &self,
        scratch: &Scratch,
        meter: &Meter,
    ) -> Result<(PathBuf, Holding), Trouble> {
        let target = scratch.file("journal");
        let restored = match self {
            Self::Database(path) => copied(path.clone(), target.clone(), meter).await,
            Self::Backup(path) => unpacked(path.clone(), target.clone(), meter).await,
            Self::Object { shelf, name } => {
                let packed = scratch.file("packed");
                meter.begin("fetching the backup");
                shelf.fetch(name, &packed).await?;
                let restored = unpacked(packed.clone(), target.clone(), meter).await;
                restored
                    .map_err(|trouble| trouble.naming(&packed.display().to_string(), &self.name()))
            }
            #[cfg(feature = "postgres")]
            Self::Served(served) => served.restore(&target, meter).await,
            Self::Replica { bucket, .. } => {
                let watcher = watcher(meter.begin("restoring the replica"));
                let restored = replica::restore(&**bucket, &target, &watcher).await;
                restored.map_err(Trouble::from)
            }
        };
        match restored {
            Ok(holding) => Ok((target, holding)),
            Err(trouble) => Err(trouble.naming(&target.display().to_string(), &self.name())),
        }
    }
}

/// Why a build without `PostgreSQL` has no journal of `DATABASE_URL`.
#[cfg(not(feature = "postgres"))]
pub(super) fn unspoken() -> Trouble {
    Trouble::misused(anyhow!(
        "this build has no PostgreSQL: build with `--features postgres`, or write ./{DATABASE} for a file"
    ))
}

async fn copied(from: PathBuf, into: PathBuf, meter: &Meter) -> Result<Holding, Trouble> {
    let meter = meter.clone();
    blocking(move || {
        meter.begin("looking through the database");
        backup::look_through(&from, Depth::Everything)?;
        meter.begin("copying the journal");
        backup::copy(&from, &into)?;
        meter.begin("checking every chain");
        Ok(backup::check(&into, |_| ())?)
    })
    .await
}

/// Makes a database of a packed one.
pub(super) async fn unpacked(
    packed: PathBuf,
    into: PathBuf,
    meter: &Meter,
) -> Result<Holding, Trouble> {
    let progress = meter.begin("unpacking and checking the backup");
    blocking(move || {
        Ok(backup::unpack(&packed, &into, |step| {
            note(&progress, step);
        })?)
    })
    .await
}
