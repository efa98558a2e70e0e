//! The keys that sign cookies, from AWS Secrets Manager.
//!
//! The environment of a function can be read by whoever may see its configuration. There it names the secret; this
//! program reads it once, when the environment starts.

use std::time::Duration;

use anyhow::{Context as _, bail};
use aws_config::BehaviorVersion;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::Client;
use host::Environment;

/// The variable that names the secret, by its name or its ARN.
const SECRET: &str = "SECRET_KEY_SECRET";
/// The variables that name its versions, each with the setting whose value that version is.
const VERSIONS: [(&str, &str); 2] = [
    ("SECRET_KEY_VERSION", "SECRET_KEY"),
    ("SECRET_KEY_PREVIOUS_VERSION", "SECRET_KEY_PREVIOUS"),
];

/// How long all attempts to read a version may take. An environment has ten seconds to start.
const READ_TIME_MAX: Duration = Duration::from_secs(4);

/// Puts the keys that the environment names into it. Without a version for the key in use it is the newest one; without
/// one for the key before, there is none.
pub(crate) async fn add_keys(environment: &mut Environment) -> anyhow::Result<()> {
    let Some(secret) = taken(environment, SECRET)? else {
        return Ok(());
    };
    if environment.contains_key("SECRET_KEY") {
        bail!("SECRET_KEY and {SECRET} are both set; keep one");
    }
    let timeouts = TimeoutConfig::builder().operation_timeout(READ_TIME_MAX);
    let config = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts.build());
    let client = Client::new(&config.load().await);
    for (number, (name, setting)) in VERSIONS.into_iter().enumerate() {
        let version = taken(environment, name)?;
        if number > 0 && version.is_none() {
            continue;
        }
        let read = client
            .get_secret_value()
            .secret_id(&secret)
            .set_version_id(version);
        let read = read
            .send()
            .await
            .map_err(aws_sdk_secretsmanager::Error::from);
        let value = read.with_context(|| format!("{SECRET}: the secret cannot be read"))?;
        let key = value.secret_string;
        let key = key.with_context(|| format!("{SECRET}: the secret is not text"))?;
        environment.insert(setting.to_owned(), key.into());
    }
    Ok(())
}

/// Takes a variable out of the environment; none if it is empty.
fn taken(environment: &mut Environment, name: &str) -> anyhow::Result<Option<String>> {
    let Some(value) = environment.remove(name) else {
        return Ok(None);
    };
    let text = value.into_string().ok();
    let text = text.with_context(|| format!("{name}: the value is not UTF-8 text"))?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}
