//! Amazon's own command line, loaded once for all calls of a test: a third of a second of each goes into loading it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const LOADED: &str = include_str!("loaded.py");
const CALL: &str = include_str!("call.py");

/// The process in which it is loaded. It ends with the test, however that ends.
#[derive(Debug)]
pub(crate) struct LoadedCommandLine(Child);

impl LoadedCommandLine {
    /// Loads it, and puts a program `aws` into a new folder that calls it. `python_path` is what else Python loads.
    pub(crate) fn load(folder: &Path, python_path: &Path) -> Self {
        let python = servers::program("ecs", "aws").with_file_name("python");
        fs::create_dir_all(folder).expect("the site can be written");
        let call = folder.join("aws");
        let text = format!("#!{} -IS\n{CALL}", python.display());
        fs::write(&call, text).expect("the site can be written");
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&call, executable).expect("it is ours");
        let mut loaded = Command::new(python)
            .args(["-c", LOADED])
            .arg(folder.join("socket"))
            .env_clear()
            .env("HOME", folder)
            .env("PYTHONPATH", python_path)
            // For the one call that reaches nobody.
            .env("AWS_ACCESS_KEY_ID", "nobody")
            .env("AWS_SECRET_ACCESS_KEY", "nothing")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_MAX_ATTEMPTS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the interpreter starts");
        let said = loaded.stdout.as_mut().expect("it is piped");
        let mut line = String::new();
        let read = BufReader::new(said).read_line(&mut line);
        read.expect("the pipe can be read");
        assert_eq!(line, "ready\n", "the command line cannot be loaded");
        Self(loaded)
    }
}

impl Drop for LoadedCommandLine {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
