//! What an address may be, and what is said of one that is none.

use super::*;

#[test]
fn an_address_is_shown_as_it_is_read_but_for_the_password() {
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
        let address: Address = written.parse().unwrap();
        assert_eq!(address.to_string(), shown);
        assert!(!format!("{address:?}").contains("s3cret"));
    }
}

#[test]
fn user_and_password_are_percent_decoded() {
    let address: Address = "redis://a%40b:p%2Fw%3A%E2%82%AC%25@host".parse().unwrap();
    assert_eq!(address.user.as_deref(), Some("a@b"));
    assert_eq!(address.password, Some(Password("p/w:€%".to_owned())));
}

#[test]
fn the_last_at_sign_ends_the_password() {
    let address: Address = "redis://:a@b/c:d@host".parse().unwrap();
    assert_eq!(address.password, Some(Password("a@b/c:d".to_owned())));
    assert_eq!(address.servers[0].host, "host");
}

#[test]
fn what_is_no_address_is_told_why_and_not_repeated() {
    for (written, error) in [
        ("s3cret", AddressError::Scheme),
        ("http://:s3cret@host", AddressError::Scheme),
        ("redis+://:s3cret@host", AddressError::Scheme),
        ("redis+s3cret://host", AddressError::Scheme),
        ("redis://:s3cret@host?protocol=resp3", AddressError::Extra),
        ("rediss://:s3cret@host#insecure", AddressError::Extra),
        ("redis://:s3cret#@host", AddressError::Extra),
        ("redis://:s3cret%@host", AddressError::Credentials),
        ("redis://:s3cret%ff@host", AddressError::Credentials),
        ("redis://s3cret@host", AddressError::PasswordMissing),
        ("redis://:s3cret@", AddressError::HostMissing),
        ("redis+cluster://:s3cret@host,", AddressError::HostMissing),
        ("redis://:s3cret@ho st", AddressError::Host),
        ("redis://:s3cret@[::1", AddressError::Host),
        ("redis://:s3cret@host:port", AddressError::Port),
        ("redis://:s3cret@host:0", AddressError::Port),
        ("redis://:s3cret@a,b", AddressError::Several),
        ("redis://:s3cret@host/name", AddressError::Database),
        ("redis+sentinel://:s3cret@host", AddressError::MasterMissing),
        ("redis+cluster://:s3cret@host/0", AddressError::ClusterPath),
    ] {
        assert_eq!(written.parse::<Address>(), Err(error), "{written}");
        assert!(!error.to_string().contains("s3"));
    }
}
