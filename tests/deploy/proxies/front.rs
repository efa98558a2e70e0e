//! A proxy with the files that are given for it, but for its ports, the name, the certificate and where the server is.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use deploy::{root, run};
use reqwest::{Certificate, Client, RequestBuilder, StatusCode};
use servers::{free_port, program};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::compose::edge::{GUARD, client, replace};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// How often it is started anew because others took its ports before it did.
const STARTS_MAX: usize = 5;

/// A proxy for which the project has files.
#[derive(Clone, Copy, Debug)]
pub(super) enum ProxyKind {
    Caddy,
    Traefik,
}

impl ProxyKind {
    pub(super) const ALL: [Self; 2] = [Self::Caddy, Self::Traefik];
}

/// A proxy that ends with the test.
pub(super) struct Front {
    client: Client,
    upgradable: Client,
    plain: SocketAddr,
    secure: SocketAddr,
    guard: Child,
    folder: TempDir,
}

impl Front {
    /// Starts in front of a server.
    pub(super) async fn before(kind: ProxyKind, server: SocketAddr) -> Self {
        for _ in 0..STARTS_MAX {
            let front = Self::start(kind, server);
            if front.is_open().await {
                return front;
            }
        }
        panic!("the ports of {kind:?} are taken again and again");
    }

    fn start(kind: ProxyKind, server: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        run(Command::new(root().join("scripts/trial-certificate.sh"))
            .arg("localhost")
            .env("SECRETS", here));
        let [plain, secure] =
            [(); 2].map(|()| SocketAddr::from((Ipv4Addr::LOCALHOST, free_port())));
        let (name, arguments) = match kind {
            ProxyKind::Caddy => caddy(here, plain, secure, server),
            ProxyKind::Traefik => traefik(here, plain, secure, server),
        };
        let log = fs::File::create(here.join("log")).unwrap();
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(program("proxies", name))
            .args(arguments)
            .current_dir(here)
            .env("HOME", here)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self {
            client: client(here).build().unwrap(),
            upgradable: client(here).http1_only().build().unwrap(),
            plain,
            secure,
            guard,
            folder,
        }
    }

    /// Waits until it passes requests on. Returns false if somebody else has one of its ports.
    async fn is_open(&self) -> bool {
        let began = Instant::now();
        loop {
            // It may listen before it knows its routes.
            let answer = self.get("/").send().await;
            if answer.is_ok_and(|answer| answer.status() != StatusCode::NOT_FOUND) {
                return true;
            }
            let said = fs::read_to_string(self.folder.path().join("log")).unwrap();
            if said.contains("address already in use") {
                return false;
            }
            assert!(began.elapsed() < PATIENCE, "it does not open: {said}");
            sleep(PAUSE).await;
        }
    }

    /// The address that a browser is given.
    pub(super) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.secure.port())
    }

    /// The one certificate a browser needs to trust it.
    pub(super) fn certificate(&self) -> Certificate {
        let pem = fs::read(self.folder.path().join("tls/cert.pem")).unwrap();
        Certificate::from_pem(&pem).unwrap()
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    /// Asks over HTTP/1.1, where a connection may become another.
    pub(super) fn get_upgradable(&self, path: &str) -> RequestBuilder {
        self.upgradable.get(self.url(path))
    }

    /// Asks without TLS.
    pub(super) fn get_plain(&self, path: &str) -> RequestBuilder {
        let url = format!("http://localhost:{}{path}", self.plain.port());
        self.client.get(url)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

fn caddy(
    here: &Path,
    plain: SocketAddr,
    secure: SocketAddr,
    server: SocketAddr,
) -> (&'static str, Vec<&'static str>) {
    let file = copied("Caddyfile", here);
    let (plain, secure) = (plain.port(), secure.port());
    let ports = format!(
        "\tadmin off\n\tdefault_bind 127.0.0.1\n\thttp_port {plain}\n\thttps_port {secure}\n"
    );
    replace(
        &file,
        "{\n\t# A reload",
        &format!("{{\n{ports}\t# A reload"),
    );
    replace(
        &file,
        "your-domain.example {",
        "localhost {\n\ttls tls/cert.pem tls/key.pem",
    );
    replace(&file, "127.0.0.1:5000", &server.to_string());
    let arguments = vec!["run", "--config", "Caddyfile", "--adapter", "caddyfile"];
    ("caddy", arguments)
}

fn traefik(
    here: &Path,
    plain: SocketAddr,
    secure: SocketAddr,
    server: SocketAddr,
) -> (&'static str, Vec<&'static str>) {
    let file = copied("traefik.yaml", here);
    let folder = format!("{}/", here.display());
    replace(&file, "\":80\"", &format!("\"{plain}\""));
    replace(&file, "\":443\"", &format!("\"{secure}\""));
    replace(&file, "tls:\n        certResolver: letsencrypt", "tls: {}");
    replace(&file, "/var/lib/traefik/", &folder);
    replace(&file, "/etc/traefik/", &folder);
    let routes = copied("traefik-routes.yaml", here);
    replace(&routes, "your-domain.example", "localhost");
    replace(&routes, "127.0.0.1:5000", &server.to_string());
    let certificate =
        "tls:\n  certificates:\n    - certFile: tls/cert.pem\n      keyFile: tls/key.pem\n";
    let text = fs::read_to_string(&routes).unwrap();
    fs::write(&routes, text + certificate).unwrap();
    ("traefik", vec!["--configFile=traefik.yaml"])
}

/// Copies a file of the project into a folder.
fn copied(name: &str, here: &Path) -> PathBuf {
    let copy = here.join(name);
    fs::copy(root().join("proxies").join(name), &copy).unwrap();
    copy
}
