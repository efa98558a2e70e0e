//! The address of a bucket, and the opening of one.

mod query;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use self::query::{Query, decode, encode};
use crate::Bucket;
use crate::folder::FolderBucket;

/// What an address may be, for error sentences.
const SHAPE: &str = "an address such as s3://bucket/prefix, gs://bucket/prefix or file:///folder";

/// The address of a bucket: a provider, a bucket's name, a prefix of all names in it, and settings as of a URL.
///
/// `s3://name/prefix?endpoint=https://…&region=auto&style=path`, `gs://name/prefix?endpoint=http://…`,
/// `file:///an/absolute/folder`. It holds no secret: credentials come the way the provider's own tools take
/// them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketUrl {
    /// Amazon S3, or another that speaks its protocol.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// What every name begins with; empty, or ending with a slash.
        prefix: String,
        /// Where it is reached, if not at Amazon's.
        endpoint: Option<String>,
        /// Its region, if the environment does not say.
        region: Option<String>,
        /// Whether the bucket's name is part of the path and not of the host. Servers of one's own seldom
        /// have a host for each bucket, so an endpoint means the path, unless `style=virtual` is said.
        in_path: bool,
    },
    /// Google Cloud Storage.
    Gcs {
        /// The bucket's name.
        bucket: String,
        /// What every name begins with; empty, or ending with a slash.
        prefix: String,
        /// Where it is reached, if not at Google's.
        endpoint: Option<String>,
    },
    /// A folder.
    Folder(PathBuf),
}

/// Why there is no bucket at an address, with what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BucketUrlError(pub String);

impl BucketUrl {
    /// Opens the bucket. Nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when this build does not speak the provider's protocol, or a folder cannot be used.
    #[cfg_attr(
        not(feature = "s3"),
        expect(clippy::unused_async, reason = "settings of S3 are looked for")
    )]
    pub async fn open(&self) -> Result<Arc<dyn Bucket>, BucketUrlError> {
        match self {
            Self::Folder(path) => Ok(Arc::new(FolderBucket::open(path)?)),
            #[cfg(feature = "s3")]
            Self::S3 { .. } => Ok(Arc::new(crate::s3::S3Bucket::open(self).await?)),
            #[cfg(feature = "gcs")]
            Self::Gcs { .. } => Ok(Arc::new(crate::gcs::GcsBucket::open(self)?)),
            #[cfg(not(feature = "s3"))]
            Self::S3 { .. } => Err(unspoken(self, "s3")),
            #[cfg(not(feature = "gcs"))]
            Self::Gcs { .. } => Err(unspoken(self, "gcs")),
        }
    }

    /// Returns the part of this place whose names begin with `word`, which has the letters of a key.
    #[must_use]
    pub fn within(&self, word: &str) -> Self {
        let mut part = self.clone();
        match &mut part {
            Self::S3 { prefix, .. } | Self::Gcs { prefix, .. } => {
                prefix.push_str(word);
                prefix.push('/');
            }
            Self::Folder(path) => path.push(word),
        }
        part
    }
}

#[cfg(not(all(feature = "s3", feature = "gcs")))]
fn unspoken(place: &BucketUrl, feature: &str) -> BucketUrlError {
    BucketUrlError(format!(
        "{place} needs a build with the feature {feature}: take one, or name another place"
    ))
}

impl FromStr for BucketUrl {
    type Err = BucketUrlError;

    /// Reads an address. What was given is not repeated in an error: a secret may stand in it by mistake.
    fn from_str(text: &str) -> Result<Self, BucketUrlError> {
        let unfit = |why: String| BucketUrlError(format!("{why}: give {SHAPE}"));
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| unfit("a place of objects begins with its provider".to_owned()))?;
        match scheme {
            "s3" => named(rest).and_then(s3),
            "gs" => named(rest).and_then(gcs),
            "file" => folder(rest),
            _ => Err("this is no provider of objects that is known here".to_owned()),
        }
        .map_err(unfit)
    }
}

/// The parts of an address of a bucket with a name.
struct Named {
    bucket: String,
    prefix: String,
    query: Query,
}

fn named(rest: &str) -> Result<Named, String> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
    if bucket.is_empty() {
        return Err("the bucket's name is missing".to_owned());
    }
    if !is_word(bucket) {
        return Err("the bucket's name may have letters, digits, -, _ and . only".to_owned());
    }
    let prefix = prefix.trim_matches('/');
    if !prefix.is_empty() && !prefix.split('/').all(is_word) {
        return Err("the prefix is to be words of letters, digits, -, _ and .".to_owned());
    }
    Ok(Named {
        bucket: bucket.to_owned(),
        prefix: if prefix.is_empty() {
            String::new()
        } else {
            format!("{prefix}/")
        },
        query: Query::read(query)?,
    })
}

/// Whether a word means nothing but itself, in a path too.
fn is_word(word: &str) -> bool {
    !matches!(word, "" | "." | "..")
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn s3(named: Named) -> Result<BucketUrl, String> {
    let mut query = named.query;
    let endpoint = query.take("endpoint");
    let endpoint = endpoint.as_deref().map(read_endpoint).transpose()?;
    let region = query.take("region");
    if region.as_deref().is_some_and(|region| !is_word(region)) {
        return Err("the region is to be a word such as eu-central-1".to_owned());
    }
    let in_path = match query.take("style").as_deref() {
        None => endpoint.is_some(),
        Some("path") => true,
        Some("virtual") => false,
        Some(_) => return Err("the style is path or virtual".to_owned()),
    };
    query.end("endpoint, region and style")?;
    Ok(BucketUrl::S3 {
        bucket: named.bucket,
        prefix: named.prefix,
        endpoint,
        region,
        in_path,
    })
}

fn gcs(named: Named) -> Result<BucketUrl, String> {
    let mut query = named.query;
    let endpoint = query.take("endpoint");
    let endpoint = endpoint.as_deref().map(read_endpoint).transpose()?;
    query.end("endpoint")?;
    Ok(BucketUrl::Gcs {
        bucket: named.bucket,
        prefix: named.prefix,
        endpoint,
    })
}

fn read_endpoint(given: &str) -> Result<String, String> {
    let host = given
        .strip_prefix("http://")
        .or_else(|| given.strip_prefix("https://"))
        .unwrap_or_default();
    let fits = host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
        && host
            .chars()
            .all(|letter| letter.is_ascii_graphic() && !matches!(letter, '@' | '?' | '#'));
    if !fits {
        return Err(
            "the endpoint is to be like https://host or http://host:port, without a password"
                .to_owned(),
        );
    }
    Ok(given.trim_end_matches('/').to_owned())
}

fn folder(rest: &str) -> Result<BucketUrl, String> {
    if rest.contains('?') {
        return Err("the address of a folder has no settings".to_owned());
    }
    if !rest.starts_with('/') {
        return Err("a folder is to be absolute, with three slashes after file:".to_owned());
    }
    let path = decode(rest)?;
    match path.trim_end_matches('/') {
        "" => Err("the folder is missing".to_owned()),
        path => Ok(BucketUrl::Folder(PathBuf::from(path))),
    }
}

impl fmt::Display for BucketUrl {
    /// Writes the address that is read as this place.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, bucket, prefix) = match self {
            Self::Folder(path) => {
                return write!(out, "file://{}", encode(&path.to_string_lossy()));
            }
            Self::S3 { bucket, prefix, .. } => ("s3", bucket, prefix),
            Self::Gcs { bucket, prefix, .. } => ("gs", bucket, prefix),
        };
        write!(out, "{scheme}://{bucket}")?;
        if !prefix.is_empty() {
            write!(out, "/{}", prefix.trim_end_matches('/'))?;
        }
        let settings = self
            .settings()
            .map(|(name, value)| format!("{name}={}", encode(value)));
        let settings: Vec<_> = settings.collect();
        if settings.is_empty() {
            return Ok(());
        }
        write!(out, "?{}", settings.join("&"))
    }
}

impl BucketUrl {
    /// What stands behind the question mark.
    fn settings(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let (endpoint, region, style) = match self {
            Self::S3 {
                endpoint,
                region,
                in_path,
                ..
            } => {
                // Said only where it is not what goes without saying.
                let style = match (endpoint.is_some(), in_path) {
                    (true, false) => Some("virtual"),
                    (false, true) => Some("path"),
                    (true, true) | (false, false) => None,
                };
                (endpoint.as_deref(), region.as_deref(), style)
            }
            Self::Gcs { endpoint, .. } => (endpoint.as_deref(), None, None),
            Self::Folder(_) => (None, None, None),
        };
        [("endpoint", endpoint), ("region", region), ("style", style)]
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name, value)))
    }
}

#[cfg(test)]
mod tests;
