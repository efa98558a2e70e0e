//! A release as a dyno finds it: the files of the repository's root, and the program where the Procfile says.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use deploy::{built, outcome, root};
use tempfile::TempDir;

/// How long Heroku waits for a port; an end must come sooner.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often somebody looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A release on a disk of its own.
#[derive(Debug)]
pub(crate) struct Slug {
    folder: TempDir,
}

impl Slug {
    /// Puts it together.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let release = folder.path().join("target/release");
        fs::create_dir_all(&release).expect("the folder is ours");
        symlink(built("heroku"), release.join("heroku")).expect("the folder is ours");
        fs::copy(root().join("Procfile"), folder.path().join("Procfile")).expect("it is there");
        Self { folder }
    }

    /// A command in it, as on a dyno: with these variables and no others but the path.
    pub(crate) fn command(
        &self,
        program: impl AsRef<OsStr>,
        variables: &[(&str, &str)],
    ) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("DYNO", "web.1")
            .env("DISABLE_TELEMETRY", "true")
            .env("HEROKU_SKIP_NEW_VERSION_CHECK", "true")
            .envs(variables.iter().copied());
        command
    }

    /// Where it says what it says.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

/// A program that runs what a Procfile names, and ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Runner {
    child: Child,
    log: PathBuf,
}

impl Runner {
    /// Starts it; what it prints goes into a file.
    pub(crate) fn start(mut command: Command, log: PathBuf) -> Self {
        let file = fs::File::create(&log).expect("the folder is ours");
        let copy = file.try_clone().expect("it is open");
        command.stdin(Stdio::null()).stdout(file).stderr(copy);
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, log }
    }

    /// Waits until the program answers that it is ready.
    pub(crate) async fn is_ready(&mut self, port: u16) {
        let address = format!("http://127.0.0.1:{port}/health/ready");
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Ok(answer) = reqwest::get(&address).await
                && answer.status().is_success()
            {
                return;
            }
            let ended = self.child.try_wait().expect("it is a child");
            assert!(ended.is_none(), "it ended: {}", self.told());
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{address} does not get ready: {}", self.told());
    }

    /// Ends it as Heroku does, and returns what it has said.
    pub(crate) fn end(&mut self) -> String {
        self.signal("TERM");
        assert!(self.has_ended(), "it goes on: {}", self.told());
        self.told()
    }

    fn told(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn has_ended(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.child.try_wait().expect("it is a child").is_some() {
                return true;
            }
            std::thread::sleep(PAUSE);
        }
        false
    }

    fn signal(&self, name: &str) {
        let number = self.child.id().to_string();
        outcome(Command::new("kill").args(["-s", name, &number]));
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal("TERM");
            if !self.has_ended() {
                self.signal("KILL");
            }
        }
    }
}
