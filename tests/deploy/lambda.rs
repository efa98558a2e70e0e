//! What is written for Lambda, tried.
//!
//! The templates, the script and the workflow are judged by programs made for that ([`judges`]). Then a clone with the
//! real `aws` deploys to an emulated Amazon that runs what it is given ([`rollout`]), and the guide is run there word by
//! word ([`guide`]). The compiler is a stand-in: it hands over a program that only says it is ready.

mod guide;
mod judges;
mod rollout;
mod site;
