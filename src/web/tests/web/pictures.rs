//! Pictures of scenes and endings are served to everybody, and only those of the library.

use http::StatusCode;
use web::art::{front_address, plate_address};

use crate::client::Client;
use crate::server::Server;

#[tokio::test]
async fn every_scene_and_ending_of_the_library_has_its_picture() {
    let server = Server::new();
    let mut client = Client::new(&server);
    let world = world::library().unwrap();
    let mut addresses = vec![front_address()];
    for quest in world.quests.values() {
        let scenes = quest.scenes.iter().map(|scene| &scene.title);
        let titles = scenes.chain(quest.endings.iter().map(|ending| &ending.title));
        let titles = titles.chain([&quest.title]);
        addresses.extend(titles.map(|title| plate_address(&quest.title, title)));
    }
    for address in addresses {
        let picture = client.get(&address).await;
        assert_eq!(picture.status, StatusCode::OK, "{address}");
        assert_eq!(picture.header("content-type"), "image/svg+xml");
        assert_eq!(
            picture.header("cache-control"),
            "public, max-age=604800, immutable"
        );
        assert!(picture.text().starts_with("<svg "), "{address}");
    }
}

#[tokio::test]
async fn a_picture_is_kept_under_this_releases_mark_only() {
    let server = Server::new();
    let mut client = Client::new(&server);
    for address in [
        front_address(),
        plate_address("The Inland Light", "The Bad Hour"),
    ] {
        let other = address.replacen("/art/", "/art/0", 1);
        let picture = client.get(&other).await;
        assert_eq!(picture.status, StatusCode::OK, "{other}");
        assert_eq!(picture.header("cache-control"), "no-cache", "{other}");
    }
}

#[tokio::test]
async fn what_is_not_in_the_library_has_no_picture() {
    let server = Server::new();
    let mut client = Client::new(&server);
    for address in [
        plate_address("The Inland Light", "A Worse Hour"),
        plate_address("A Darker Light", "The Bad Hour"),
        plate_address("", ""),
        "/art/0/back.svg".to_owned(),
        "/art/0/the-inland-light/the-bad-hour".to_owned(),
    ] {
        let answer = client.get(&address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
    }
}
