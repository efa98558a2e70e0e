//! What Heroku's add-ons call things.

use host::{Environment, MappedVariable};

/// Takes the bucket of the add-on Bucketeer for the journal's replica, unless a place for the journal is named.
pub(crate) fn map_environment(environment: &Environment) -> Vec<MappedVariable> {
    let given = |name| environment.get(name).and_then(|value| value.to_str());
    if given("REPLICA_URL").is_some() || given("DATABASE_URL").is_some() {
        return Vec::new();
    }
    let (Some(bucket), Some(key), Some(secret)) = (
        given("BUCKETEER_BUCKET_NAME"),
        given("BUCKETEER_AWS_ACCESS_KEY_ID"),
        given("BUCKETEER_AWS_SECRET_ACCESS_KEY"),
    ) else {
        return Vec::new();
    };
    let region = given("BUCKETEER_AWS_REGION").unwrap_or("us-east-1");
    let place = format!("s3://{bucket}/codex?region={region}");
    [
        ("REPLICA_URL", place.as_str()),
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", secret),
    ]
    .map(|(name, value)| MappedVariable {
        name,
        value: value.into(),
    })
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKETEER: [(&str, &str); 3] = [
        ("BUCKETEER_BUCKET_NAME", "bucketeer-1"),
        ("BUCKETEER_AWS_ACCESS_KEY_ID", "key"),
        ("BUCKETEER_AWS_SECRET_ACCESS_KEY", "secret"),
    ];

    fn mapped(more: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let given = BUCKETEER.iter().chain(more);
        let environment = given
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        map_environment(&environment)
            .into_iter()
            .map(|MappedVariable { name, value }| (name, value.to_string_lossy().into_owned()))
            .collect()
    }

    #[test]
    fn the_add_ons_bucket_holds_the_replica() {
        let expected = [
            ("REPLICA_URL", "s3://bucketeer-1/codex?region=eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        let mapped = mapped(&[("BUCKETEER_AWS_REGION", "eu-west-1")]);
        assert_eq!(
            mapped,
            expected.map(|(name, value)| (name, value.to_owned()))
        );
    }

    #[test]
    fn a_named_place_is_kept() {
        assert_eq!(mapped(&[("REPLICA_URL", "s3://mine")]), []);
        assert_eq!(mapped(&[("DATABASE_URL", "postgres://u:p@h/d")]), []);
    }
}
