//! A clone whose script deploys to an emulated Amazon, and what judges its templates.

pub(crate) mod judges;

mod command_line;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use deploy::{blocks, outcome, read, root, run, told};
use servers::S3;
use tempfile::TempDir;

use command_line::LoadedCommandLine;

/// The command line asks every 5 to 30 seconds whether something is done; what is emulated is done at once.
const IMPATIENCE: &str = "import time\n\
    sleep = time.sleep\n\
    time.sleep = lambda seconds: sleep(min(seconds, 0.2))\n";

/// The folder of the command line, in the site's.
const LOADED: &str = "loaded";

/// A clone of the project's folder, with all that its script needs.
pub(crate) struct Site {
    // Before the folder: what is dropped first stops writing into it.
    _command_line: LoadedCommandLine,
    folder: TempDir,
    endpoint: String,
}

impl Site {
    /// Makes a clone of one folder that deploys to this emulator. The programs are stand-ins for others of these names.
    pub(crate) fn of(server: &S3, folder: &str, programs: &[(&str, &str)]) -> Self {
        let site = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        let python = site.path().join("python");
        fs::create_dir(&python).expect("the site can be written");
        fs::write(python.join("sitecustomize.py"), IMPATIENCE).expect("the site can be written");
        let site = Self {
            _command_line: LoadedCommandLine::load(&site.path().join(LOADED), &python),
            folder: site,
            endpoint: server.endpoint(),
        };
        let files = site.path("clone").join(folder);
        fs::create_dir_all(&files).expect("the clone can be written");
        for entry in fs::read_dir(root().join(folder)).expect("the folder is there") {
            let entry = entry.expect("the folder can be read");
            fs::copy(entry.path(), files.join(entry.file_name())).expect("a file can be copied");
        }
        for (name, script) in programs {
            let name = format!("bin/{name}");
            site.write(&name, script);
            let executable = fs::Permissions::from_mode(0o755);
            fs::set_permissions(site.path(&name), executable).expect("it is ours");
        }
        site
    }

    /// Makes the clone a repository.
    pub(crate) fn begin(&self) {
        run(&mut self.sh("git init --quiet"));
        self.commit("first");
    }

    /// Has a file of the clone say something else, where the emulator cannot follow it.
    pub(crate) fn correct(&self, name: &str, says: &str, should_say: &str) {
        let file = self.path("clone").join(name);
        let text = fs::read_to_string(&file).expect("the file is there");
        let corrected = text.replace(says, should_say);
        assert_ne!(text, corrected, "{name} does not say {says}");
        fs::write(file, corrected).expect("the clone can be written");
    }

    /// A path beside or in the clone.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        let folder = path.parent().expect("it is in the site's folder");
        fs::create_dir_all(folder).expect("the site can be written");
        fs::write(path, text).expect("the site can be written");
    }

    /// Makes a revision.
    pub(crate) fn commit(&self, what: &str) {
        self.write("clone/release", what);
        run(&mut self.sh("git add --all && git commit --quiet --message release"));
    }

    /// A line of shell in the clone, which knows no other account than the emulator's.
    pub(crate) fn sh(&self, line: &str) -> Command {
        let tools = servers::program("ecs", "aws");
        let tools = tools.parent().expect("a program is in a folder").to_owned();
        let folders = [self.path("bin"), self.path(LOADED), tools];
        let folders = folders.map(|folder| folder.display().to_string());
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", folders.join(":"));
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", line])
            .current_dir(self.path("clone"))
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.folder.path())
            .env("PYTHONPATH", self.path("python"))
            // For the stand-ins: where they write, and what they read.
            .env("SITE", self.folder.path())
            .env("AWS", self.path(LOADED).join("aws"))
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", "codex")
            .env("AWS_SECRET_ACCESS_KEY", "a-secret-of-tests")
            .env("AWS_DEFAULT_REGION", "us-east-1");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "Tester")
                .env(format!("GIT_{who}_EMAIL"), "tester@example.org");
        }
        command
    }

    /// Runs every command of a guide as it is written, each block at a revision of its own: what is rolled back to must
    /// have run before. What is not run says why in its mark.
    pub(crate) fn runs_guide(&self, guide: &str, blocks_tried: usize) {
        let blocks = blocks(&read(guide));
        let (tried, untried): (Vec<_>, Vec<_>) =
            blocks.iter().partition(|block| block.mark == "sh");
        let count = tried.len();
        assert_eq!(
            count, blocks_tried,
            "blocks of {guide} that are to be tried"
        );
        for block in untried {
            let says_why = block.mark.starts_with("sh untested: ");
            assert!(says_why, "{}: {}", block.heading, block.mark);
        }
        for (number, block) in tried.iter().enumerate() {
            self.commit(&format!("release {number}"));
            run(&mut self.sh(&block.text));
        }
    }

    /// What a line prints that must succeed, without what surrounds it.
    pub(crate) fn says(&self, line: &str) -> String {
        run(&mut self.sh(line)).trim().to_owned()
    }

    /// All that a line prints that must fail.
    pub(crate) fn refuses(&self, line: &str) -> String {
        let output: Output = outcome(&mut self.sh(line));
        assert!(
            !output.status.success(),
            "{line} succeeded: {}",
            told(&output)
        );
        told(&output)
    }

    /// What a stand-in noted, by its name.
    pub(crate) fn log_of(&self, program: &str) -> String {
        fs::read_to_string(self.path(&format!("{program}.log"))).unwrap_or_default()
    }
}
