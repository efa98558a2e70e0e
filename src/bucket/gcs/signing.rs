//! Requests that need an access token first. Both services of Google are simulated in memory.

use std::error::Error as _;
use std::io;

use async_trait::async_trait;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};

use super::GcsBucket;
use crate::{Bucket as _, BucketError, BucketUrl, PutOutcome};

const TOKEN: &str = "a-token-nobody-may-read";

/// How the credentials service answers.
#[derive(Clone, Copy, Debug)]
enum TokenService {
    Grants,
    Answers(u16),
    Unreachable,
}

impl TokenService {
    fn bucket(self) -> GcsBucket {
        let url = BucketUrl::Gcs {
            bucket: "codex".to_owned(),
            prefix: String::new(),
            endpoint: None,
        };
        GcsBucket::through(self, &url).unwrap()
    }
}

impl HttpConnector for TokenService {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(*self))
    }
}

#[async_trait]
impl HttpService for TokenService {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if request.uri().host() == Some("storage.googleapis.com") {
            let signed = request.headers().get("authorization");
            let right = signed.is_some_and(|signed| *signed == format!("Bearer {TOKEN}"));
            return Ok(answer(if right { 200 } else { 401 }, String::new()));
        }
        match *self {
            Self::Grants => {
                let token = format!(
                    r#"{{"access_token":"{TOKEN}","expires_in":3600,"token_type":"Bearer"}}"#
                );
                Ok(answer(200, token))
            }
            Self::Answers(status) => Ok(answer(status, "no such account".to_owned())),
            Self::Unreachable => {
                let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
                Err(HttpError::new(HttpErrorKind::Connect, refused))
            }
        }
    }
}

fn answer(status: u16, body: String) -> HttpResponse {
    let mut answer = HttpResponse::new(body.into());
    *answer.status_mut() = status.try_into().unwrap();
    for (name, value) in [("x-goog-generation", "7"), ("etag", "\"7\"")] {
        answer.headers_mut().insert(name, value.parse().unwrap());
    }
    answer
}

#[tokio::test]
async fn a_request_carries_the_token_that_was_granted() {
    let bucket = TokenService::Grants.bucket();
    let put = bucket.create("a", "".into()).await.unwrap();
    assert!(matches!(put, PutOutcome::Done(_)), "{put:?}");
    assert!(!format!("{bucket:?}").contains(TOKEN));
}

#[tokio::test]
async fn a_missing_account_is_no_missing_object() {
    let fault = TokenService::Answers(404)
        .bucket()
        .get("a")
        .await
        .unwrap_err();
    assert!(matches!(fault, BucketError::Denied(_)), "{fault:?}");
    assert_eq!(
        fault.source().unwrap().to_string(),
        "get gs://codex/a: no credentials: 404 Not Found: no such account"
    );
}

#[tokio::test]
async fn without_a_token_for_now_nothing_was_sent() {
    for service in [TokenService::Answers(503), TokenService::Unreachable] {
        let fault = service.bucket().create("a", "".into()).await.unwrap_err();
        assert!(matches!(fault, BucketError::Unavailable(_)), "{fault:?}");
        let cause = fault.source().unwrap().to_string();
        assert!(cause.contains("no credentials"), "{cause}");
    }
}
