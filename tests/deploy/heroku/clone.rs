//! A clone of the project on somebody's machine, with Heroku's CLI and an account of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use deploy::{Provider, outcome, root, run};
use tempfile::TempDir;

use super::api;

/// The app's name in the guide.
pub(crate) const APP: &str = "arcane-codex";

/// What Heroku reads of a repository.
const READ: [&str; 4] = ["Procfile", "RustConfig", "app.json", "heroku.yml"];

/// A clone, and the account it is deployed to.
#[derive(Debug)]
pub(crate) struct Clone {
    /// Heroku, as far as the CLI asks.
    pub(crate) api: Provider,
    folder: TempDir,
}

impl Clone {
    /// Makes one that nothing was done in yet.
    pub(crate) fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let pushed = folder.path().join("heroku").join(format!("{APP}.git"));
        let api = Provider::start(api::answer);
        let clone = Self { api, folder };
        clone.fill(&pushed);
        clone
    }

    /// Puts the files, the repositories and git's settings into place.
    fn fill(&self, pushed: &Path) {
        for folder in ["home", "clone"] {
            fs::create_dir(self.folder.path().join(folder)).expect("the folder is ours");
        }
        let heroku = self.folder.path().join("heroku");
        let settings = format!(
            "[user]\nname = Player\nemail = player@example.org\n\
             [init]\ndefaultBranch = main\n\
             [url \"file://{}/\"]\npushInsteadOf = https://git.heroku.com/\n",
            heroku.display()
        );
        fs::write(self.folder.path().join("home/.gitconfig"), settings)
            .expect("the folder is ours");
        for file in READ {
            fs::copy(root().join(file), self.place().join(file)).expect("the file is there");
        }
        run(self
            .command("git")
            .args(["init", "--quiet", "--bare"])
            .arg(pushed));
        run(self.command("git").args(["init", "--quiet"]));
        run(self.command("git").args(["add", "."]));
        run(self
            .command("git")
            .args(["commit", "--quiet", "--message", "Clone"]));
    }

    /// Where the files are.
    pub(crate) fn place(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    /// Runs lines of the guide as they are written.
    pub(crate) fn type_in(&self, lines: &str) -> Output {
        outcome(self.command("bash").args(["-euo", "pipefail", "-c", lines]))
    }

    /// Whether the clone was pushed.
    pub(crate) fn is_pushed(&self) -> bool {
        let heroku = self.folder.path().join("heroku");
        heroku.join(format!("{APP}.git/refs/heads/main")).is_file()
    }

    /// A command with the account's settings and nothing of the one who runs the tests but the path.
    fn command(&self, program: &str) -> Command {
        let cli = servers::program("heroku", "heroku");
        let mut path = cli
            .parent()
            .expect("it is in a folder")
            .as_os_str()
            .to_owned();
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        let api = format!("http://{}", self.api.address);
        let mut command = Command::new(program);
        command
            .current_dir(self.place())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.folder.path().join("home"))
            .env("HEROKU_HOST", &api)
            .env("HEROKU_PARTICLEBOARD_URL", &api)
            .env("HEROKU_DATA_HOST", "127.0.0.1")
            .env("HEROKU_GIT_HOST", "git.heroku.com")
            .env("HEROKU_API_KEY", "a-key")
            .env("HEROKU_SKIP_NEW_VERSION_CHECK", "true")
            .env("DISABLE_TELEMETRY", "true")
            .env("GIT_TERMINAL_PROMPT", "0");
        command
    }
}
