//! What is written for ECS, tried.
//!
//! The templates, the script and the workflow are judged by programs made for that ([`judges`]). Then [`Site`] gives
//! the script a clone, the real `aws` and an emulated Amazon to deploy to ([`rollout`]), and runs the guide there, word
//! by word ([`guide`]). No container runs in that: the engine is a stand-in that pushes an image of nothing.
//!
//! [`Site`]: site::Site

mod guide;
mod judges;
mod rollout;
mod site;

use std::path::PathBuf;
use std::process::Command;

use deploy::root;
use serde_json::Value;

/// A file of the folder that is tried.
fn file(name: &str) -> PathBuf {
    root().join("ecs").join(name)
}

/// The interpreter that has Amazon's libraries.
fn python(script: &str) -> Command {
    let mut python = Command::new(servers::program("ecs", "cfn-lint").with_file_name("python"));
    python.args(["-c", script]);
    python
}

/// A template as a value; functions are objects such as `{"Ref": "Image"}`.
pub(crate) fn template(name: &str) -> Value {
    let script = "import json, sys\nfrom cfnlint.decode import cfn_yaml\n\
        print(json.dumps(cfn_yaml.load(sys.argv[1])))";
    let told = deploy::run(python(script).arg(file(name)));
    serde_json::from_str(&told).expect("json.dumps writes JSON")
}
