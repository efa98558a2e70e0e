//! What is written for Lambda, tried.
//!
//! The templates, the script and the workflow are judged by programs made for that ([`judges`]). Then a clone with the
//! real `aws` deploys to an emulated Amazon that runs what it is given ([`rollout`]), the guide is run there word by word
//! ([`guide`]), and tables are played at the addresses that the script prints ([`play`]). The compiler is a stand-in: it
//! hands over the program that was built beside these tests, or one that only says it is ready. The table that the
//! template makes is compared with the one that the program makes ([`table`]).

mod address;
mod guide;
mod judges;
mod play;
mod rollout;
mod site;
mod table;
