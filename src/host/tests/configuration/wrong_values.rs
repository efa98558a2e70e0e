//! Values that are wrong, in themselves or beside others: each with its sentence.

use super::wrong;

#[test]
fn each_wrong_address_gets_its_reason() {
    let address = "an address such as https://codex.example.org";
    for (value, reason) in [
        ("ftp://a.example", "it begins with http:// or https://"),
        ("a.example", "it begins with http:// or https://"),
        (
            "https://a.example/game",
            "a path is not possible, because the Codex is served at the root of its host",
        ),
        (
            "https://a.example:99999",
            "its port is a number from 1 to 65535",
        ),
        (
            "https://*.a.example",
            "each host is named, and * stands for none",
        ),
    ] {
        let expected = format!("{address}: {reason}");
        let alone = format!("PUBLIC_URL: {value:?} is not {expected} (default none)");
        assert_eq!(wrong(&[("PUBLIC_URL", value)]), [alone]);
        let list = format!("https://b.example, {value}");
        let listed = format!(
            "CORS_ORIGINS: {list:?} is not a list of origins, or *: {value:?} is not {expected} (default none)"
        );
        assert_eq!(wrong(&[("CORS_ORIGINS", &list)]), [listed]);
    }
    let star = wrong(&[("CORS_ORIGINS", "https://a.example, *")]);
    let says = "is not a list of origins: * stands alone, for every origin (default none)";
    assert!(star.len() == 1 && star[0].ends_with(says), "{star:?}");
}
