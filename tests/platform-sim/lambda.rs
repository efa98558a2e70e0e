//! An emulator of AWS Lambda and of what stands in front of it.
//!
//! A [`LambdaFunction`] runs a real binary in environments: each has a runtime API of its own, answers one invocation at a
//! time, and is stopped (`SIGSTOP`) between two. Several run at once, and [`Chaos`] throws some away, kills some in the
//! middle, and delivers some events twice. A [`FunctionUrl`] makes events of requests of HTTP; a [`SocketApi`] holds
//! sockets as API Gateway does and takes posts to them.

mod environment;
mod function;
mod function_url;
mod runtime_api;
mod socket_api;
mod watchers;

pub use environment::InvocationFailure;
pub use function::{Chaos, LambdaFunction, LambdaTerms};
pub use function_url::FunctionUrl;
pub use socket_api::{PostedFrame, SocketApi, SocketLimits};
pub use watchers::{SocketClient, SocketFrame, asks_again_and_again, follows_by_socket};
