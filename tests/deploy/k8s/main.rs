//! The Kubernetes manifests: what they come to, whether a cluster would take them, and whether their parts fit
//! together and fit the service. The guide's commands are run against a stand-in for a cluster.

mod faults;
mod manifests;
mod schemas;

mod cluster;
mod guide;
