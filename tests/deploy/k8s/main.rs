//! What is written for `k8s`, tried.
