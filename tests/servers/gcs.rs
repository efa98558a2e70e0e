//! A stand-in for Google Cloud Storage, with what tests ask it to do wrong.
//!
//! Of the emulators that can be installed by name, none keeps generations on the protocol the adapter speaks:
//! gcp-storage-emulator answers 200 to a second creation and 501 to a list. This one does what the service's
//! documents say: generations grow with each write, a write on a condition that does not hold is answered
//! 412, and the absence of an object or a bucket 404 with a code of its own. So it proves what the adapter
//! asks, and what it makes of each answer. It does not prove that Google's answers are as documented, that a
//! race between real writers has one winner there, or that credentials are found: nothing is signed here.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]
#![allow(
    clippy::missing_panics_doc,
    reason = "a failed step fails the test that took it"
)]

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// What a test waits at most for what must come.
const PATIENCE: Duration = Duration::from_secs(20);
/// The one bucket there is.
const BUCKET: &str = "codex-test";
/// What the service's own condition is called.
const CONDITION: &str = "x-goog-if-generation-match";
/// What it calls what it gave to a write.
const GENERATION: &str = "x-goog-generation";
/// When everything was written.
const WRITTEN_HTTP: &str = "Sun, 22 Nov 2026 10:00:00 GMT";
const WRITTEN_XML: &str = "2026-11-22T10:00:00.000Z";

/// How the stand-in behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// As documented.
    Honest,
    /// Every condition holds.
    Heedless,
    /// All is refused, with this status and code.
    Refusing(u16, &'static str),
    /// What is asked is done and never answered.
    Mute,
    /// No answer names a generation.
    Nameless,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The generation it expects.
    pub condition: Option<String>,
    /// What it shows to be let in.
    pub authorization: Option<String>,
}

#[derive(Debug)]
struct Kept {
    body: Bytes,
    generation: u64,
}

#[derive(Debug)]
struct Shelf {
    mood: Mood,
    objects: BTreeMap<String, Kept>,
    generation: u64,
    /// Names a list looks at before it answers with a page.
    page_max: usize,
    asked: Vec<Asked>,
}

#[derive(Debug)]
struct Service {
    shelf: Mutex<Shelf>,
    /// One permit a request that was done.
    done: Semaphore,
}

impl Service {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap()
    }
}

/// The stand-in, with one bucket. What it keeps is gone with it.
#[derive(Debug)]
pub struct Gcs {
    address: SocketAddr,
    service: Arc<Service>,
    serving: JoinHandle<()>,
}

impl Drop for Gcs {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Gcs {
    /// Starts it, honest and empty.
    pub async fn start() -> Self {
        let service = Arc::new(Service {
            shelf: Mutex::new(Shelf {
                mood: Mood::Honest,
                objects: BTreeMap::new(),
                generation: 1_700_000_000_000_000,
                page_max: 1_000,
                asked: Vec::new(),
            }),
            done: Semaphore::new(0),
        });
        let router = Router::new()
            .route("/{bucket}", get(list))
            .route("/{bucket}/{*key}", get(read).put(write).delete(remove))
            .layer(from_fn_with_state(Arc::clone(&service), behave))
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&service));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            service,
            serving,
        }
    }

    /// Where it is reached.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The name of its one bucket.
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// The address of the part of its bucket whose names begin with a prefix.
    pub fn place(&self, prefix: &str) -> String {
        format!("gs://{BUCKET}/{prefix}?endpoint=http://{}", self.address)
    }

    /// Has it behave otherwise from now on.
    pub fn become_(&self, mood: Mood) {
        self.service.shelf().mood = mood;
    }

    /// Has a list look at so many names before it answers with a page.
    pub fn look_at_a_time(&self, names: usize) {
        self.service.shelf().page_max = names;
    }

    /// Puts an object there by its whole name.
    pub fn plant(&self, name: &str) {
        self.service.shelf().put(name, Bytes::new());
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.service.shelf().asked.clone()
    }

    /// Waits until one more request was done.
    pub async fn done(&self) {
        let done = timeout(PATIENCE, self.service.done.acquire()).await;
        done.expect("a request").unwrap().forget();
    }
}

impl Shelf {
    fn put(&mut self, name: &str, body: Bytes) -> u64 {
        self.generation += 1;
        let generation = self.generation;
        self.objects
            .insert(name.to_owned(), Kept { body, generation });
        generation
    }
}

/// Notes what was asked, and does it as the mood is.
async fn behave(
    State(service): State<Arc<Service>>,
    Path(path): Path<HashMap<String, String>>,
    request: Request,
    next: Next,
) -> Response {
    let asked = Asked {
        condition: text(request.headers(), CONDITION),
        authorization: text(request.headers(), header::AUTHORIZATION.as_str()),
    };
    service.shelf().asked.push(asked);
    let mood = service.shelf().mood;
    let mut answer = if let Mood::Refusing(status, code) = mood {
        refusal(status, code, "So be it.")
    } else if path["bucket"] != BUCKET {
        refusal(404, "NoSuchBucket", "There is no such bucket.")
    } else {
        next.run(request).await
    };
    if mood == Mood::Nameless {
        answer.headers_mut().remove(GENERATION);
    }
    service.done.add_permits(1);
    if mood == Mood::Mute {
        std::future::pending::<()>().await;
    }
    answer
}

type Name = Path<(String, String)>;

async fn write(
    State(service): State<Arc<Service>>,
    Path((_, name)): Name,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut shelf = service.shelf();
    let present = shelf.objects.get(&name).map_or(0, |kept| kept.generation);
    let holds = text(&headers, CONDITION).is_none_or(|asked| asked == present.to_string());
    if !holds && shelf.mood != Mood::Heedless {
        return refusal(412, "PreconditionFailed", "A condition does not hold.");
    }
    let generation = shelf.put(&name, body);
    marks(generation).into_response()
}

async fn read(State(service): State<Arc<Service>>, Path((_, name)): Name) -> Response {
    match service.shelf().objects.get(&name) {
        Some(kept) => (marks(kept.generation), kept.body.clone()).into_response(),
        None => absent(),
    }
}

async fn remove(State(service): State<Arc<Service>>, Path((_, name)): Name) -> Response {
    match service.shelf().objects.remove(&name) {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => absent(),
    }
}

async fn list(
    State(service): State<Arc<Service>>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let shelf = service.shelf();
    let given = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let page_max = shelf.page_max.min(given("max-keys").parse().unwrap());
    let after = given("start-after").max(given("continuation-token"));
    let names = shelf.objects.iter();
    let mut rest = names.filter(|(name, _)| name.as_str() > after);
    let seen: Vec<_> = rest.by_ref().take(page_max).collect();
    let mut document = "<?xml version='1.0' encoding='UTF-8'?><ListBucketResult>".to_owned();
    for (name, kept) in &seen {
        if name.starts_with(given("prefix")) {
            let (generation, size) = (kept.generation, kept.body.len());
            write!(
                document,
                "<Contents><Key>{name}</Key><Generation>{generation}</Generation><Size>{size}</Size>\
                 <LastModified>{WRITTEN_XML}</LastModified><ETag>\"{generation}\"</ETag></Contents>"
            )
            .unwrap();
        }
    }
    if let (Some(_), Some((last, _))) = (rest.next(), seen.last()) {
        let token = format!("<NextContinuationToken>{last}</NextContinuationToken>");
        document.push_str(&token);
    }
    document.push_str("</ListBucketResult>");
    document.into_response()
}

fn marks(generation: u64) -> [(&'static str, String); 3] {
    [
        (GENERATION, generation.to_string()),
        ("etag", format!("\"{generation}\"")),
        ("last-modified", WRITTEN_HTTP.to_owned()),
    ]
}

fn absent() -> Response {
    refusal(404, "NoSuchKey", "There is no such key.")
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    let document = format!(
        "<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code>\
         <Message>{message}</Message><Details>Ask the owner.</Details></Error>"
    );
    (StatusCode::from_u16(status).unwrap(), document).into_response()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().unwrap().to_owned())
}
