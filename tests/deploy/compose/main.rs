//! What is written for `compose`, tried.
