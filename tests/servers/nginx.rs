//! A real nginx in front of instances, with the configuration that is deployed.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::free_port;
use crate::process::Process;
use crate::programs::find;

/// How long it may take until it answers, and how often it is asked.
const START_MAX: Duration = Duration::from_secs(30);
const ASK_EVERY: Duration = Duration::from_millis(20);
/// How often it is started anew because others took its ports before it did.
const STARTS_MAX: u32 = 5;
/// Debian keeps it off the path of whoever is not root.
const DEBIAN: &str = "/usr/sbin/nginx";
/// An address of this machine that no instance listens at: nginx' end of a connection must not take the port of
/// an instance that is down.
const OWN_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A running nginx, without TLS.
///
/// Its configuration is `nginx/` of the repository. Changed are its ports and folders; the instances are listed
/// by address where a name service has them; and players come without TLS.
#[derive(Debug)]
pub struct Nginx {
    address: SocketAddr,
    // Before the folder: what is dropped first stops writing into it.
    _process: Process,
    _folder: TempDir,
}

impl Nginx {
    /// Starts in front of these instances.
    ///
    /// # Panics
    ///
    /// When it does not answer in time.
    pub async fn before(instances: &[SocketAddr]) -> Self {
        for _ in 0..STARTS_MAX {
            if let Some(nginx) = Self::try_before(instances).await {
                return nginx;
            }
        }
        panic!("an nginx ends as soon as it is started");
    }

    /// Where players reach it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns nothing if it ends at once: somebody has its ports.
    async fn try_before(instances: &[SocketAddr]) -> Option<Self> {
        let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        let address = configure(folder.path(), instances);
        let log = |name| File::create(folder.path().join(name)).expect("its folder is there");
        let mut command = Command::new(program());
        command
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf", "-g"])
            // Where tests run as root, the folder is root's alone.
            .arg("daemon off; user root;")
            .stdout(log("access.log"))
            .stderr(log("error.log"));
        let mut process = Process::start(&mut command, folder.path());
        let begun = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            let said = fs::read_to_string(folder.path().join("error.log")).unwrap_or_default();
            if process.has_ended() {
                assert!(said.contains("Address already in use"), "nginx: {said}");
                return None;
            }
            assert!(begun.elapsed() < START_MAX, "nginx does not answer: {said}");
            sleep(ASK_EVERY).await;
        }
        Some(Self {
            address,
            _process: process,
            _folder: folder,
        })
    }
}

/// Writes the configuration into a folder, and returns where players will reach it.
fn configure(folder: &Path, instances: &[SocketAddr]) -> SocketAddr {
    let deployed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../nginx");
    let copied = Command::new("cp")
        .arg("-r")
        .args([deployed.join("."), folder.to_owned()])
        .status();
    assert!(
        copied.is_ok_and(|copied| copied.success()),
        "the configuration can be copied"
    );
    fs::create_dir_all(folder.join("tmp")).expect("its folder can be written");
    let [plain, secure, own] =
        [(); 3].map(|()| SocketAddr::from((Ipv4Addr::LOCALHOST, free_port())));
    // As with a name service, an instance that fails once is asked again with the next request.
    let servers = instances.iter().fold(String::new(), |listed, instance| {
        listed + &format!("server {instance} max_fails=0;\n")
    });
    let upstream = format!("proxy_bind {OWN_ADDRESS};\nupstream instances {{\n{servers}}}\n");
    let here = folder.display();
    for (file, was, shall_be) in [
        ("nginx.conf", "listen 8080 ", format!("listen {plain} ")),
        (
            "nginx.conf",
            "listen 8443 ssl http2 ",
            format!("listen {secure} "),
        ),
        (
            "nginx.conf",
            "listen 127.0.0.1:8081;",
            format!("listen {own};"),
        ),
        ("nginx.conf", "include snippets/tls.conf;", String::new()),
        ("nginx.conf", "/tmp/", format!("{here}/tmp/")),
        (
            "nginx.conf",
            "include snippets/log.conf;",
            format!("include snippets/log.conf;\n{upstream}"),
        ),
        ("snippets/site.conf", "app:5000", "instances".to_owned()),
    ] {
        let file = folder.join(file);
        let text = fs::read_to_string(&file).expect("the configuration can be read");
        assert!(text.contains(was), "{} says {was:?}", file.display());
        fs::write(&file, text.replace(was, &shall_be)).expect("its folder can be written");
    }
    secure
}

fn program() -> PathBuf {
    let kept = PathBuf::from(DEBIAN);
    if kept.is_file() { kept } else { find("nginx") }
}
