//! The status and the code of an error, by the class of its cause.

use game::{Refusal, TableId, Version};
use store::StoreError;

use super::*;

fn status(refusal: Refusal) -> u16 {
    WebError::from(refusal).status().as_u16()
}

#[test]
fn a_refusal_is_answered_by_its_class() {
    assert_eq!(status(Refusal::NameMissing), 422);
    assert_eq!(status(Refusal::NoSeat), 401);
    assert_eq!(status(Refusal::HostOnly), 403);
    assert_eq!(status(Refusal::MovedOn), 409);
    assert_eq!(status(Refusal::Closed), 410);
}

#[test]
fn what_a_newer_release_wrote_is_a_matter_of_waiting() {
    let error = WebError::from(ServiceError::from(StoreError::NewerRelease {
        table: TableId::from_random([1; TableId::LEN]),
        version: Version(3),
        source: "an event nobody knows".into(),
    }));
    assert_eq!(error.code(), "newer-release");
    let response = error.into_response();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key(RETRY_AFTER));
}

#[test]
fn no_title_is_a_phrase_of_http_and_each_begins_like_a_sentence() {
    let refusals = Refusal::ALL.iter().map(|refusal| WebError::from(*refusal));
    let own = [
        WebError::NoSeat { unreadable: true },
        WebError::TokenUnreadable,
        WebError::OtherSeat,
        WebError::NoCookie,
        WebError::NotFound,
        WebError::WrongMethod,
        WebError::NoSuchCode,
        WebError::WrongPhrase,
        WebError::TooLarge,
        WebError::TooManyStreams,
        WebError::Closing,
        WebError::Internal("a test".into()),
        WebError::from(ServiceError::NoSuchTable),
        WebError::from(ServiceError::Full),
        WebError::from(ServiceError::Busy),
    ];
    for error in refusals.chain(own) {
        let title = title_of(error.code(), error.status());
        let phrases = (100..600).filter_map(|code| StatusCode::from_u16(code).ok());
        let phrases: Vec<&str> = phrases
            .filter_map(|status| status.canonical_reason())
            .collect();
        assert!(!phrases.contains(&&*title), "{}: {title}", error.code());
        assert!(
            title.starts_with(char::is_uppercase) && !title.ends_with('.'),
            "{title}"
        );
        assert!(title.chars().count() <= 34, "{title} fits a phone's line");
    }
}
