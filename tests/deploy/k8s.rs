//! The Kubernetes manifests: what they come to and whether a cluster would take them. The guide's commands are run
//! with the real `kubectl` against a stand-in for a cluster.

pub(crate) mod manifests;
mod schemas;

mod cluster;
mod guide;
