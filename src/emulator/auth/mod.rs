//! Who may ask: accounts, signatures, tokens.
//!
//! Everything here is as strict as the gateway before the service, and nothing
//! here may put a secret into a log or a journal. The text of a refused
//! signature does echo what was signed, because the gateway's does.

mod directory;
mod signature;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use directory::{AccessKey, Directory, Domain, ProjectEntry, User};
pub(crate) use signature::{Claim, Signed, decoded};
pub(crate) use token::{Scope, Token};
