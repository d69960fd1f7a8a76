//! How a request travels: over a socket, or straight into a router in this
//! process. Neither ever sends a request a second time, follows a redirect or
//! returns half an answer.

mod delivery;
mod router;
mod socket;

pub use delivery::{LARGEST_BODY, Transport, Undelivered};
pub use router::RouterTransport;
pub use socket::{SocketTransport, TransportFault};
