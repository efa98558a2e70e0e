//! What is written for ECS, tried.
//!
//! The templates, the script and the workflow are judged by programs made for that ([`judges`]). Then [`Site`] gives
//! the script a clone, the real `aws` and an emulated Amazon to deploy to ([`rollout`]), and runs the guide there, word
//! by word ([`guide`]); and once more with a table of `DynamoDB` ([`table`]). No container runs in that: the engine is a
//! stand-in that pushes an image of nothing.
//!
//! [`Site`]: crate::amazon::Site

mod guide;
mod judges;
mod rollout;
mod site;
mod table;

use std::path::PathBuf;

use deploy::root;

/// A file of the folder that is tried.
fn file(name: &str) -> PathBuf {
    root().join("ecs").join(name)
}
