//! The URL of a bucket.

mod query;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use self::query::{Query, decode, encode};

/// The forms of a URL, for error messages.
const FORMS: &str = "an address such as s3://bucket/prefix, gs://bucket/prefix or file:///folder";

/// The URL of a bucket: a provider, the bucket's name, a prefix of all keys in it, and settings as its query.
///
/// `s3://name/prefix?endpoint=https://…&region=auto&style=path`, `gs://name/prefix?endpoint=http://…`,
/// `file:///an/absolute/folder`. Its text holds no secret: credentials come from where the provider's own tools take
/// them, or from [`BucketUrl::with_s3_credentials`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketUrl {
    /// Amazon S3, or another service with its protocol.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// What every key begins with; empty, or ending with a slash.
        prefix: String,
        /// The service's endpoint, if it is not Amazon's.
        endpoint: Option<String>,
        /// Its region, if the environment does not name one.
        region: Option<String>,
        /// Whether requests have the bucket's name in the path (path style) and not in the host (virtual-hosted
        /// style). Self-hosted servers seldom have a host for each bucket, so path style is the default where an
        /// endpoint is given.
        path_style: bool,
        /// The credentials, if they are not those of the environment. They are no part of the text of the URL.
        credentials: Option<S3Credentials>,
    },
    /// Google Cloud Storage.
    Gcs {
        /// The bucket's name.
        bucket: String,
        /// What every key begins with; empty, or ending with a slash.
        prefix: String,
        /// The service's endpoint, if it is not Google's.
        endpoint: Option<String>,
    },
    /// An absolute path.
    Folder(PathBuf),
}

/// An access key of S3 and its secret. Shown, it is `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Credentials {
    /// The id of the access key.
    pub key: String,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for S3Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// Why a URL names no usable bucket: a sentence that says what to do, and repeats no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BucketUrlError(pub String);

impl BucketUrl {
    /// Returns this URL with credentials of its own, for a platform that hands them out under other names than the
    /// provider's tools know. Another provider's URL is returned as it is.
    #[must_use]
    pub fn with_s3_credentials(mut self, given: S3Credentials) -> Self {
        match &mut self {
            Self::S3 { credentials, .. } => *credentials = Some(given),
            Self::Gcs { .. } | Self::Folder(_) => {}
        }
        self
    }

    /// Returns the URL of the part of this bucket whose keys begin with `word`, a word of a key.
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

impl FromStr for BucketUrl {
    type Err = BucketUrlError;

    /// Parses a URL. An error does not repeat the text: a secret may be in it by mistake.
    fn from_str(text: &str) -> Result<Self, BucketUrlError> {
        let invalid = |why: String| BucketUrlError(format!("{why}: give {FORMS}"));
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| invalid("a place of objects begins with its provider".to_owned()))?;
        match scheme {
            "s3" => split(rest).and_then(s3),
            "gs" => split(rest).and_then(gcs),
            "file" => folder(rest),
            _ => Err("this is no provider of objects that is known here".to_owned()),
        }
        .map_err(invalid)
    }
}

/// The parts of a URL that names a bucket of a provider.
struct UrlParts {
    bucket: String,
    prefix: String,
    query: Query,
}

fn split(rest: &str) -> Result<UrlParts, String> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
    if bucket.is_empty() {
        return Err("the bucket's name is missing".to_owned());
    }
    if !is_word(bucket) {
        return Err("the bucket's name may have letters, digits, -, _ and . only".to_owned());
    }
    // However many slashes are written around it, the same objects are meant.
    let prefix = prefix.trim_matches('/');
    if !prefix.is_empty() && !prefix.split('/').all(is_word) {
        return Err("the prefix is to be words of letters, digits, -, _ and .".to_owned());
    }
    Ok(UrlParts {
        bucket: bucket.to_owned(),
        prefix: if prefix.is_empty() {
            String::new()
        } else {
            format!("{prefix}/")
        },
        query: Query::parse(query)?,
    })
}

/// Returns whether a word needs no encoding, and is no step of a path.
fn is_word(word: &str) -> bool {
    !matches!(word, "" | "." | "..")
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn s3(parts: UrlParts) -> Result<BucketUrl, String> {
    let mut query = parts.query;
    let endpoint = query.take("endpoint");
    let endpoint = endpoint.as_deref().map(parse_endpoint).transpose()?;
    let region = query.take("region");
    if region.as_deref().is_some_and(|region| !is_word(region)) {
        return Err("the region is to be a word such as eu-central-1".to_owned());
    }
    let path_style = match query.take("style").as_deref() {
        None => endpoint.is_some(),
        Some("path") => true,
        Some("virtual") => false,
        Some(_) => return Err("the style is path or virtual".to_owned()),
    };
    query.end("endpoint, region and style")?;
    Ok(BucketUrl::S3 {
        bucket: parts.bucket,
        prefix: parts.prefix,
        endpoint,
        region,
        path_style,
        credentials: None,
    })
}

fn gcs(parts: UrlParts) -> Result<BucketUrl, String> {
    let mut query = parts.query;
    let endpoint = query.take("endpoint");
    let endpoint = endpoint.as_deref().map(parse_endpoint).transpose()?;
    query.end("endpoint")?;
    Ok(BucketUrl::Gcs {
        bucket: parts.bucket,
        prefix: parts.prefix,
        endpoint,
    })
}

fn parse_endpoint(given: &str) -> Result<String, String> {
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
    /// Writes the URL that parses as this one.
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
    /// Returns the parameters of the query.
    fn settings(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let (endpoint, region, style) = match self {
            Self::S3 {
                endpoint,
                region,
                path_style,
                ..
            } => {
                // Only where it differs from the default, so that a parsed URL is displayed as it was written.
                let style = match (endpoint.is_some(), path_style) {
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
