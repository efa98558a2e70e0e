//! What an address means, and which are none.

use std::path::Path;

use super::*;

fn read(address: &str) -> BucketUrl {
    address.parse().unwrap()
}

fn refusal(address: &str) -> String {
    address.parse::<BucketUrl>().unwrap_err().to_string()
}

#[test]
fn the_shortest_address_is_a_provider_and_a_bucket() {
    let place = BucketUrl::S3 {
        bucket: "tables".to_owned(),
        prefix: String::new(),
        endpoint: None,
        region: None,
        in_path: false,
    };
    assert_eq!(read("s3://tables"), place);
    assert_eq!(read("s3://tables/"), place);
}

#[test]
fn a_prefix_ends_with_one_slash_however_it_is_written() {
    for address in ["gs://b/one/two", "gs://b/one/two/", "gs://b//one/two//"] {
        let place = BucketUrl::Gcs {
            bucket: "b".to_owned(),
            prefix: "one/two/".to_owned(),
            endpoint: None,
        };
        assert_eq!(read(address), place, "{address}");
    }
}

#[test]
fn an_endpoint_may_be_written_plainly_or_in_numbers() {
    let place = read("s3://b?endpoint=http%3A%2F%2F127.0.0.1%3A9000%2f&region=auto");
    assert_eq!(
        place,
        read("s3://b?region=auto&endpoint=http://127.0.0.1:9000")
    );
    assert_eq!(
        place.to_string(),
        "s3://b?endpoint=http://127.0.0.1:9000&region=auto"
    );
}

#[test]
fn an_endpoint_has_the_bucket_in_its_path_unless_told_otherwise() {
    let in_path = |address| match read(address) {
        BucketUrl::S3 { in_path, .. } => in_path,
        BucketUrl::Gcs { .. } | BucketUrl::Folder(_) => panic!("{address} is S3"),
    };
    assert!(in_path("s3://b?endpoint=http://h"));
    assert!(!in_path("s3://b?endpoint=http://h&style=virtual"));
    assert!(!in_path("s3://b"));
    assert!(in_path("s3://b?style=path"));
}

#[test]
fn an_address_is_given_back_as_it_was() {
    for address in [
        "s3://b",
        "s3://b/p",
        "s3://b/p/q?endpoint=https://h:1/x&region=eu-central-1&style=virtual",
        "s3://b?style=path",
        "gs://b/p?endpoint=http://[::1]:80",
        "file:///var/lib/codex",
        "file:///a%20folder/50%25",
    ] {
        assert_eq!(read(address).to_string(), address);
    }
}

#[test]
fn a_folder_is_absolute() {
    assert_eq!(
        read("file:///var/lib/codex/"),
        BucketUrl::Folder(PathBuf::from("/var/lib/codex"))
    );
    for address in ["file://folder", "file://./folder"] {
        assert!(refusal(address).contains("absolute"), "{address}");
    }
    assert!(refusal("file:///").contains("missing"));
}

#[test]
fn what_is_no_address_is_told_what_would_be_one() {
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
        assert!(said.ends_with(SHAPE), "{address}: {said}");
        assert!(!said.contains("secret") && !said.contains("hush"), "{said}");
    }
}

#[test]
fn within_a_place_all_names_begin_with_a_word() {
    let within = |address| read(address).within("log").to_string();
    assert_eq!(within("s3://b"), "s3://b/log");
    assert_eq!(
        within("gs://b/p?endpoint=http://h"),
        "gs://b/p/log?endpoint=http://h"
    );
    assert_eq!(
        read("file:///f").within("log"),
        BucketUrl::Folder(Path::new("/f/log").to_owned())
    );
}

#[cfg(not(feature = "s3"))]
#[tokio::test]
async fn a_place_this_build_cannot_speak_to_says_so() {
    let said = read("s3://b").open().await.unwrap_err().to_string();
    assert_eq!(
        said,
        "s3://b needs a build with the feature s3: take one, or name another place"
    );
}
