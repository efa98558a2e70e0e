//! Which URLs there are, and what they mean.

use std::path::Path;

use super::*;

fn parse(address: &str) -> BucketUrl {
    address.parse().unwrap()
}

fn refusal(address: &str) -> String {
    address.parse::<BucketUrl>().unwrap_err().to_string()
}

#[test]
fn the_shortest_url_is_a_provider_and_a_bucket() {
    let url = BucketUrl::S3 {
        bucket: "tables".to_owned(),
        prefix: String::new(),
        endpoint: None,
        region: None,
        path_style: false,
        credentials: None,
    };
    assert_eq!(parse("s3://tables"), url);
    assert_eq!(parse("s3://tables/"), url);
}

#[test]
fn a_prefix_ends_with_one_slash_however_it_is_written() {
    for address in ["gs://b/one/two", "gs://b/one/two/", "gs://b//one/two//"] {
        let url = BucketUrl::Gcs {
            bucket: "b".to_owned(),
            prefix: "one/two/".to_owned(),
            endpoint: None,
        };
        assert_eq!(parse(address), url, "{address}");
    }
}

#[test]
fn given_credentials_are_nowhere_shown() {
    let credentials = S3Credentials {
        key: "key".to_owned(),
        secret: "hush".to_owned(),
    };
    let url = parse("s3://b/p").with_s3_credentials(credentials.clone());
    assert_eq!(url.to_string(), "s3://b/p");
    assert!(!format!("{url:?}").contains("hush"));
    // A part of the bucket is opened with the same ones.
    let part = url.within("log");
    assert_eq!(part, parse("s3://b/p/log").with_s3_credentials(credentials));
}

#[test]
fn an_endpoint_may_be_written_plainly_or_in_numbers() {
    let url = parse("s3://b?endpoint=http%3A%2F%2F127.0.0.1%3A9000%2f&region=auto");
    assert_eq!(
        url,
        parse("s3://b?region=auto&endpoint=http://127.0.0.1:9000")
    );
    assert_eq!(
        url.to_string(),
        "s3://b?endpoint=http://127.0.0.1:9000&region=auto"
    );
}

#[test]
fn path_style_is_the_default_with_an_endpoint_only() {
    let path_style = |address| match parse(address) {
        BucketUrl::S3 { path_style, .. } => path_style,
        BucketUrl::Gcs { .. } | BucketUrl::Folder(_) => panic!("{address} is S3"),
    };
    assert!(path_style("s3://b?endpoint=http://h"));
    assert!(!path_style("s3://b?endpoint=http://h&style=virtual"));
    assert!(!path_style("s3://b"));
    assert!(path_style("s3://b?style=path"));
}

#[test]
fn a_url_is_displayed_as_it_was_written() {
    for address in [
        "s3://b",
        "s3://b/p",
        "s3://b/p/q?endpoint=https://h:1/x&region=eu-central-1&style=virtual",
        "s3://b?style=path",
        "gs://b/p?endpoint=http://[::1]:80",
        "file:///var/lib/codex",
        "file:///a%20folder/50%25",
        "file:///%C3%BC",
    ] {
        assert_eq!(parse(address).to_string(), address);
    }
}

#[test]
fn a_folder_is_absolute() {
    assert_eq!(
        parse("file:///var/lib/codex/"),
        BucketUrl::Folder(PathBuf::from("/var/lib/codex"))
    );
    for address in ["file://folder", "file://./folder"] {
        assert!(refusal(address).contains("absolute"), "{address}");
    }
    assert!(refusal("file:///").contains("missing"));
}

#[test]
fn an_invalid_url_is_refused_with_the_valid_forms() {
    for address in [
        "",
        "codex",
        "/var/lib/codex",
        "https://bucket",
        "s3:/b",
        "s3://",
        "s3:///prefix",
        "gs://?endpoint=http://h",
        "s3://key:secret@b",
        "s3://b/../c",
        "s3://b/p//q",
        "s3://b/ü",
        "s3://b?endpoint",
        "s3://b?endpoint=",
        "s3://b?endpoint=h:80",
        "s3://b?endpoint=http://",
        "s3://b?endpoint=http://me:secret@h",
        "s3://b?endpoint=http://h%3Fx",
        "s3://b?endpoint=%zz",
        "s3://b?endpoint=%E",
        "s3://b?endpoint=%FF",
        "s3://b?region=a&region=b",
        "s3://b?region=a b",
        "s3://b?style=host",
        "s3://b?secret=hush",
        "gs://b?region=auto",
        "file:///f?mode=1",
        "file:///",
    ] {
        let said = refusal(address);
        assert!(said.ends_with(FORMS), "{address}: {said}");
        assert!(!said.contains("secret") && !said.contains("hush"), "{said}");
    }
}

#[test]
fn within_a_url_all_keys_begin_with_a_word() {
    let within = |address| parse(address).within("log").to_string();
    assert_eq!(within("s3://b"), "s3://b/log");
    assert_eq!(
        within("gs://b/p?endpoint=http://h"),
        "gs://b/p/log?endpoint=http://h"
    );
    assert_eq!(
        parse("file:///f").within("log"),
        BucketUrl::Folder(Path::new("/f/log").to_owned())
    );
}
