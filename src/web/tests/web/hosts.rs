//! How proxies, browsers and operators spell the site's own address, and what is no longer the same address.

use axum::body::Body;
use http::header::HOST;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Version};

use crate::client::{Answer, Client, form, fresh_id, page};
use crate::fixtures::{At, TableFixture, assert_page, assert_problem};
use crate::log::Log;
use crate::server::{Options, Server};

/// What a browser and the proxies after it say of a form's address.
#[derive(Clone, Copy, Debug)]
struct Spelt {
    public_url: Option<&'static str>,
    proto: &'static str,
    host: &'static str,
    origin: &'static str,
    fetch_site: &'static str,
}

const PLAIN: Spelt = Spelt {
    public_url: None,
    proto: "",
    host: "codex.test",
    origin: "",
    fetch_site: "",
};

fn by_host(host: &'static str, origin: &'static str) -> Spelt {
    Spelt {
        host,
        origin,
        ..PLAIN
    }
}

fn by_url(public_url: &'static str, host: &'static str, origin: &'static str) -> Spelt {
    let public_url = Some(public_url);
    Spelt {
        public_url,
        ..by_host(host, origin)
    }
}

async fn sends(spelt: Spelt) -> StatusCode {
    let server = Server::with(Options {
        public_url: spelt.public_url,
        trusted_proxy_hops: 1,
        ..Options::default()
    });
    form_from(&server, spelt).await.status
}

async fn form_from(server: &Server, spelt: Spelt) -> Answer {
    let id = fresh_id();
    let mut request = form("/tables", &[("name", "Ann"), ("command_id", &id)]);
    set(&mut request, "host", spelt.host);
    for (name, value) in [
        ("x-forwarded-proto", spelt.proto),
        ("origin", spelt.origin),
        ("sec-fetch-site", spelt.fetch_site),
    ] {
        if !value.is_empty() {
            set(&mut request, name, value);
        }
    }
    Client::new(server).send(request).await
}

fn set(request: &mut Request<Body>, name: &'static str, value: &'static str) {
    let name = HeaderName::from_static(name);
    request
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
}

#[tokio::test]
async fn a_form_of_the_same_site_is_taken_however_its_address_is_spelt() {
    let https = "https://codex.test";
    for spelt in [
        PLAIN,
        by_host("codex.test", https),
        by_host("codex.test:443", https),
        by_host("codex.test:80", "http://codex.test"),
        by_host("codex.test:80", https),
        by_host("Codex.TEST", https),
        by_host("codex.test.", https),
        by_host("codex.test", "https://codex.test."),
        by_host("[::1]:5000", "http://[0:0:0:0:0:0:0:1]:5000"),
        by_host("codex.test:5000", "http://codex.test:5000"),
        by_url("https://codex.test:443", "127.0.0.1:5000", https),
        by_url("https://codex.test/", "127.0.0.1:5000", https),
        by_url("https://CODEX.test.", "127.0.0.1:5000", https),
        // In the network at home, past the proxy.
        by_url(https, "192.168.1.5:5000", "http://192.168.1.5:5000"),
        // A proxy that passes its upstream's name on. No page can say this of itself.
        Spelt {
            fetch_site: "same-origin",
            ..by_host("127.0.0.1:5000", https)
        },
        Spelt {
            proto: "HTTPS",
            ..by_host("codex.test", https)
        },
        // The outer proxy ends TLS, the inner one speaks of its own connection.
        Spelt {
            proto: "http",
            ..by_host("codex.test", https)
        },
    ] {
        assert_eq!(sends(spelt).await, StatusCode::SEE_OTHER, "{spelt:?}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_however_near_its_address_comes() {
    let https = "https://codex.test";
    for spelt in [
        by_host("codex.test", "https://codex.test.evil.test"),
        by_host("codex.test", "https://evil.test/codex.test"),
        by_host("codex.test", "https://codex.test@evil.test"),
        by_host("codex.test", "https://codex.test:8443"),
        by_host("codex.test:5000", "http://codex.test:5001"),
        by_host("codex.test:5000", "http://codex.test"),
        by_host("codex.test", "null"),
        by_host("codex.test", "codex.test"),
        by_url(https, "127.0.0.1:5000", "https://game.codex.test"),
        // A page in clear, where players are served by TLS.
        by_url(https, "codex.test", "http://codex.test"),
        Spelt {
            proto: "https",
            ..by_host("codex.test", "http://codex.test")
        },
        Spelt {
            proto: "http, https",
            ..by_host("codex.test", "http://codex.test")
        },
        Spelt {
            fetch_site: "cross-site",
            ..by_host("codex.test", https)
        },
        Spelt {
            fetch_site: "same-site",
            ..by_host("codex.test", "https://www.codex.test")
        },
    ] {
        assert_eq!(sends(spelt).await, StatusCode::FORBIDDEN, "{spelt:?}");
    }
}

#[tokio::test]
async fn a_refused_form_is_in_the_log_once_a_minute_with_what_was_compared() {
    let server = Server::with(Options {
        public_url: Some("https://codex.test"),
        ..Options::default()
    });
    let strange = Spelt {
        fetch_site: "same-site",
        ..by_host("127.0.0.1:5000", "https://www.codex.test")
    };
    let log = Log::listen();
    for _ in 0..3 {
        let refused = form_from(&server, strange).await;
        assert_page(&refused, 403, "This request came from another site");
    }
    let written = String::from_utf8(log.take()).unwrap();
    let lines: Vec<_> = written
        .lines()
        .filter(|line| line.contains("of another site"))
        .collect();
    assert_eq!(lines.len(), 1, "{written}");
    for compared in [
        "WARN",
        "origin=\"https://www.codex.test\"",
        "host=\"127.0.0.1:5000\"",
        "fetch_site=\"same-site\"",
        "public_url=\"https://codex.test\"",
        "set PUBLIC_URL",
    ] {
        assert!(lines[0].contains(compared), "{compared}: {}", lines[0]);
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let server = Server::new();
    let says = "it names its host in no Host header, or in several";
    let mut client = Client::new(&server);
    for path in ["/", "/health/live"] {
        let mut none = page(Method::GET, path, Body::empty());
        none.headers_mut().remove(HOST);
        let mut two = page(Method::GET, path, Body::empty());
        two.headers_mut()
            .append(HOST, HeaderValue::from_static("codex.test"));
        for request in [none, two] {
            assert_page(&client.send(request).await, 400, says);
        }
    }
    let mut two = crate::client::program(Method::GET, "/api/codes/K7M2QX", Body::empty());
    two.headers_mut()
        .append(HOST, HeaderValue::from_static("evil.test"));
    assert_problem(&client.send(two).await, 400, "host-unclear", says);

    // Where the version of HTTP has no such line, or does not demand it.
    for version in [Version::HTTP_10, Version::HTTP_2] {
        let mut request = page(Method::GET, "/", Body::empty());
        request.headers_mut().remove(HOST);
        *request.version_mut() = version;
        assert_page(&client.send(request).await, 200, "Open the table");
    }
}

#[tokio::test]
async fn links_name_the_site_in_its_usual_form() {
    for (public_url, proto, host, link) in [
        (None, "", "Codex.test.:80", "http://codex.test/join/"),
        (None, "https", "codex.test:443", "https://codex.test/join/"),
        (None, "HTTPS", "codex.test", "https://codex.test/join/"),
        // Each of two trusted proxies has added what it was asked by.
        (
            None,
            "https, http",
            "codex.test",
            "https://codex.test/join/",
        ),
        (
            None,
            "https",
            "codex.test:8443",
            "https://codex.test:8443/join/",
        ),
        (None, "", "not a host", "http://localhost/join/"),
        (
            Some("https://Codex.test:443/"),
            "",
            "x.test",
            "https://codex.test/join/",
        ),
    ] {
        let server = Server::with(Options {
            public_url,
            trusted_proxy_hops: 2,
            ..Options::default()
        });
        let mut fixture = TableFixture::at(&server, At::Gathering).await;
        let mut request = page(Method::GET, &format!("/t/{}", fixture.table), Body::empty());
        set(&mut request, "host", host);
        if !proto.is_empty() {
            set(&mut request, "x-forwarded-proto", proto);
        }
        let shown = fixture.host.send(request).await;
        let link = format!("{link}{}", fixture.code);
        assert!(shown.text().contains(&link), "{link} for {host} by {proto}");
    }
}
