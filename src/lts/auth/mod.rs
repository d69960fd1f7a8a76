//! Who is asking: signatures with an access key, tokens, and the lookup that
//! proves which account and project a credential belongs to.

mod authority;
mod identity;
mod sign;
mod token;

pub(crate) use authority::{Authority, Proof};
pub use identity::Identity;
pub(crate) use identity::identify;
pub(crate) use sign::percent_encode;
