//! Which texts are URLs of a Redis, and why the others are not.

use super::*;

#[test]
fn a_url_is_displayed_as_it_was_parsed_but_for_the_password() {
    for (written, shown) in [
        ("redis://localhost", "redis://localhost:6379/0"),
        ("redis://localhost:6380/3", "redis://localhost:6380/3"),
        ("rediss://:s3cret@[::1]:6380/", "rediss://:***@[::1]:6380/0"),
        (
            "redis://anna:s3cret@a.example",
            "redis://anna:***@a.example:6379/0",
        ),
        (
            "redis+sentinel://a,b:1/codex",
            "redis+sentinel://a:26379,b:1/codex",
        ),
        (
            "rediss+sentinel://:s3cret@a/codex",
            "rediss+sentinel://:***@a:26379/codex",
        ),
        ("redis+cluster://a,b:1", "redis+cluster://a:6379,b:1"),
        ("rediss+cluster://:s3cret@a", "rediss+cluster://:***@a:6379"),
    ] {
        let url: RedisUrl = written.parse().unwrap();
        assert_eq!(url.to_string(), shown);
        assert!(!format!("{url:?}").contains("s3cret"));
    }
}

#[test]
fn user_and_password_are_percent_decoded() {
    let url: RedisUrl = "redis://a%40b:p%2Fw%3A%E2%82%AC%25@host".parse().unwrap();
    assert_eq!(url.user.as_deref(), Some("a@b"));
    assert_eq!(url.password, Some(Password("p/w:€%".to_owned())));
}

#[test]
fn the_last_at_sign_ends_the_password() {
    let url: RedisUrl = "redis://:a@b/c:d@host".parse().unwrap();
    assert_eq!(url.password, Some(Password("a@b/c:d".to_owned())));
    assert_eq!(url.servers[0].host, "host");
}

#[test]
fn an_invalid_url_is_refused_with_the_reason_and_not_repeated() {
    for (written, error) in [
        ("s3cret", RedisUrlError::Scheme),
        ("http://:s3cret@host", RedisUrlError::Scheme),
        ("redis+://:s3cret@host", RedisUrlError::Scheme),
        ("redis+s3cret://host", RedisUrlError::Scheme),
        ("redis://:s3cret@host?protocol=resp3", RedisUrlError::Extra),
        ("rediss://:s3cret@host#insecure", RedisUrlError::Extra),
        ("redis://:s3cret#@host", RedisUrlError::Extra),
        ("redis://:s3cret%@host", RedisUrlError::Credentials),
        ("redis://:s3cret%ff@host", RedisUrlError::Credentials),
        ("redis://s3cret@host", RedisUrlError::PasswordMissing),
        ("redis://:s3cret@", RedisUrlError::HostMissing),
        ("redis+cluster://:s3cret@host,", RedisUrlError::HostMissing),
        ("redis://:s3cret@ho st", RedisUrlError::Host),
        ("redis://:s3cret@[::1", RedisUrlError::Host),
        ("redis://:s3cret@host:port", RedisUrlError::Port),
        ("redis://:s3cret@host:0", RedisUrlError::Port),
        ("redis://:s3cret@a,b", RedisUrlError::Several),
        ("redis://:s3cret@host/name", RedisUrlError::Database),
        (
            "redis+sentinel://:s3cret@host",
            RedisUrlError::MasterMissing,
        ),
        ("redis+cluster://:s3cret@host/0", RedisUrlError::ClusterPath),
    ] {
        assert_eq!(written.parse::<RedisUrl>(), Err(error), "{written}");
        assert!(!error.to_string().contains("s3"));
    }
}
