//! An address of the emulated Amazon, which no DNS knows.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use reqwest::Client;
use reqwest::redirect::Policy;
use servers::S3;
use tokio::net::TcpListener;

/// Bytes of a request's body at most.
const BODY_MAX: usize = 1 << 20;

/// Where an address leads to: the emulator, under the address's name.
struct Named {
    endpoint: String,
    host: String,
    /// A client for each caller, from the caller's own address: limits are by address.
    clients: Mutex<HashMap<IpAddr, Client>>,
}

/// Opens a port that stands for an address which the script has printed, until the test ends.
pub(crate) async fn reach(server: &S3, url: &str) -> SocketAddr {
    let url: Uri = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
    let named = Named {
        endpoint: server.endpoint(),
        host: url.authority().unwrap().to_string(),
        clients: Mutex::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let router = Router::new().fallback(pass_on).with_state(Arc::new(named));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    at
}

async fn pass_on(
    State(named): State<Arc<Named>>,
    ConnectInfo(caller): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let mut headers = head.headers;
    headers.insert(HOST, HeaderValue::from_str(&named.host).unwrap());
    of_connection(&mut headers);
    let asked = named
        .client(caller.ip())
        .request(head.method, format!("{}{}", named.endpoint, head.uri))
        .headers(headers)
        .body(to_bytes(body, BODY_MAX).await.unwrap());
    let answer = asked.send().await.unwrap();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    of_connection(response.headers_mut());
    *response.body_mut() = Body::from(answer.bytes().await.unwrap());
    response
}

/// Leaves out what is said of one connection alone.
fn of_connection(headers: &mut HeaderMap) {
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
}

impl Named {
    fn client(&self, caller: IpAddr) -> Client {
        let mut clients = self.clients.lock().unwrap();
        let made = clients.entry(caller).or_insert_with(|| {
            let client = Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .local_address(caller)
                .tls_certs_only(None);
            client.build().unwrap()
        });
        made.clone()
    }
}
