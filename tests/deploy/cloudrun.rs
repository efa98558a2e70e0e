//! What is written for Cloud Run, tried with `gcloud`: the script, the service and the guide.
//!
//! Each request that `gcloud` makes is answered by a stand-in on this machine. Where there is no `gcloud`, the tests
//! that need it say so and end.

pub(crate) mod files;
mod google;
mod guide;
