//! What is written for `cloudrun`, tried.
