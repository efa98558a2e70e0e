//! A real nginx with the configuration that is deployed, but for its ports, its folders and its name service.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use deploy::{root, run};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder};
use serde_json::Value;
use servers::free_port;
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::instance::Instance;
use super::names::Names;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is started anew because others took its ports before it did.
const STARTS_MAX: u32 = 5;
/// Ends a program when the test has ended, however that was: then the pipe closes.
pub(crate) const GUARD: &str = r#""$@" & cat >/dev/null; kill "$!"; wait "$!""#;

/// Where tests run as root, a folder is root's alone.
pub(crate) const GLOBALS: &str = "user root;";

/// An nginx that ends with the test.
pub(crate) struct Edge {
    names: Names,
    client: Client,
    upgradable: Client,
    plain: SocketAddr,
    secure: SocketAddr,
    guard: Child,
    folder: TempDir,
}

impl Edge {
    /// Starts in front of these instances, which are all at one port.
    pub(crate) async fn before(instances: &[Ipv4Addr], port: u16) -> Self {
        let mut started = 0;
        loop {
            let (edge, addresses) = Self::start(instances, port).await;
            if edge.is_at(&addresses).await {
                return edge;
            }
            started += 1;
            assert!(
                started < STARTS_MAX,
                "its ports are taken: {}",
                edge.errors()
            );
        }
    }

    async fn start(instances: &[Ipv4Addr], port: u16) -> (Self, [SocketAddr; 3]) {
        let names = Names::serve(instances).await;
        let folder = configured();
        let [plain, secure, own] =
            [(); 3].map(|()| SocketAddr::from((Ipv4Addr::LOCALHOST, free_port())));
        for (file, was, shall_be) in [
            ("nginx.conf", "listen 8080 ", format!("listen {plain} ")),
            ("nginx.conf", "listen 8443 ", format!("listen {secure} ")),
            (
                "nginx.conf",
                "listen 127.0.0.1:8081;",
                format!("listen {own};"),
            ),
            (
                "nginx.conf",
                "resolver 127.0.0.11 ",
                format!("resolver {} ", names.address()),
            ),
            (
                "nginx.conf",
                "/tmp/",
                format!("{}/tmp/", folder.path().display()),
            ),
            (
                "nginx.conf",
                "/var/www/acme",
                format!("{}/acme", folder.path().display()),
            ),
            (
                "start.sh",
                "/tmp/",
                format!("{}/tmp/", folder.path().display()),
            ),
            ("snippets/site.conf", "app:5000", format!("app:{port}")),
        ] {
            replace(&folder.path().join(file), was, &shall_be);
        }
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard", "sh"])
            .arg(folder.path().join("start.sh"))
            .arg(GLOBALS)
            .env("PATH", path_with_nginx())
            .env("HTTPS_PORT", secure.to_string())
            .stdin(Stdio::piped())
            .stdout(fs::File::create(folder.path().join("access.log")).unwrap())
            .stderr(fs::File::create(folder.path().join("error.log")).unwrap())
            .spawn()
            .unwrap();
        let edge = Self {
            client: client(folder.path()).build().unwrap(),
            upgradable: client(folder.path()).http1_only().build().unwrap(),
            names,
            plain,
            secure,
            guard,
            folder,
        };
        (edge, [plain, secure, own])
    }

    /// Starts in front of one instance.
    pub(crate) async fn alone() -> (Self, Instance) {
        let instance = Instance::serve(Ipv4Addr::LOCALHOST).await;
        let edge = Self::before(&[Ipv4Addr::LOCALHOST], instance.port()).await;
        (edge, instance)
    }

    /// Waits until it answers at all of these. Returns false if somebody else has one of them.
    async fn is_at(&self, addresses: &[SocketAddr]) -> bool {
        let began = Instant::now();
        for address in addresses {
            while TcpStream::connect(address).await.is_err() {
                let said = self.errors();
                if said.contains("Address already in use") {
                    return false;
                }
                assert!(began.elapsed() < PATIENCE, "nginx does not start: {said}");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        !self.errors().contains("Address already in use")
    }

    /// What nginx complains of.
    pub(crate) fn errors(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap()
    }

    /// What it has logged, when it has logged so many requests.
    pub(crate) async fn log_of(&self, requests: usize) -> Vec<Value> {
        let began = Instant::now();
        loop {
            let log = fs::read_to_string(self.folder.path().join("access.log")).unwrap();
            if log.lines().count() >= requests && log.ends_with('\n') {
                let lines = log.lines().map(serde_json::from_str);
                return lines.map(Result::unwrap).collect();
            }
            assert!(began.elapsed() < PATIENCE, "nginx does not log: {log}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    /// Asks over HTTP/1.1, where a connection may become another.
    pub(crate) fn get_upgradable(&self, path: &str) -> RequestBuilder {
        self.upgradable.get(self.url(path))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path))
    }

    /// Asks without TLS.
    pub(crate) fn get_plain(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("http://{}{path}", self.plain))
    }

    /// Where TLS is.
    pub(crate) fn secure_port(&self) -> u16 {
        self.secure.port()
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.secure_port())
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// A folder with the configuration and a certificate.
pub(crate) fn configured() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("cp")
        .arg("-r")
        .arg(format!("{}/.", root().join("nginx").display()))
        .arg(folder.path()));
    for made in ["tmp", "acme/.well-known/acme-challenge"] {
        fs::create_dir_all(folder.path().join(made)).unwrap();
    }
    run(Command::new(root().join("scripts/trial-certificate.sh"))
        .arg("localhost")
        .env("SECRETS", folder.path()));
    folder
}

/// Where the shell finds nginx and all else.
pub(crate) fn path_with_nginx() -> String {
    let nginx = nginx();
    let folder = nginx.parent().expect("a program lies in a folder");
    let path = env::var("PATH").unwrap_or_default();
    format!("{}:{path}", folder.display())
}

/// Debian keeps it off the path of whoever is not root.
fn nginx() -> PathBuf {
    let kept = PathBuf::from("/usr/sbin/nginx");
    if kept.is_file() {
        kept
    } else {
        servers::program("compose", "nginx")
    }
}

/// A browser that trusts the trial's certificate alone.
pub(crate) fn client(folder: &Path) -> ClientBuilder {
    let certificate = fs::read(folder.join("tls/cert.pem")).unwrap();
    Client::builder()
        .tls_certs_only([Certificate::from_pem(&certificate).unwrap()])
        .redirect(Policy::none())
}

/// Changes a file in every place that says so; there must be one.
pub(crate) fn replace(file: &Path, was: &str, shall_be: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(was), "{} says {was:?}", file.display());
    fs::write(file, text.replace(was, shall_be)).unwrap();
}
