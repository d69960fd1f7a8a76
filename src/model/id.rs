//! Identifiers the service hands out. They end up in URLs, so each is checked
//! before it is kept: a hostile id must not be able to change a path.

use std::fmt;
use std::sync::Arc;

/// An identifier that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdFault {
    /// The identifier is empty, too long, or holds a character that has a
    /// meaning in a URL.
    #[error("is not an identifier (1 to 64 letters, digits, `-` or `_`)")]
    Malformed,
    /// A project or domain id that is not 32 hexadecimal digits. `[SEED:457]`
    #[error("is not 32 hexadecimal digits")]
    NotHex32,
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $check:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and keeps an identifier.
            ///
            /// # Errors
            /// Returns what is wrong with the text.
            pub fn parse(text: &str) -> Result<Self, IdFault> {
                $check(text).map(|()| Self(Arc::from(text)))
            }

            /// Returns the identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

id_type! {
    /// Id of a log group, 36 characters in practice. `[SEED:476]`
    GroupId, check_service_id
}
id_type! {
    /// Id of a log stream, 36 characters in practice. `[SEED:898]`
    StreamId, check_service_id
}
id_type! {
    /// Id of a transfer (an OBS dump is one), 36 characters in practice.
    TransferId, check_service_id
}
id_type! {
    /// Id of a project: 32 hexadecimal digits. `[SEED:457]`
    ProjectId, check_hex32
}
id_type! {
    /// Id of an account (domain): 32 hexadecimal digits.
    DomainId, check_hex32
}

fn check_service_id(text: &str) -> Result<(), IdFault> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if (1..=64).contains(&text.len()) && text.bytes().all(legal) { Ok(()) } else { Err(IdFault::Malformed) }
}

fn check_hex32(text: &str) -> Result<(), IdFault> {
    if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) { Ok(()) } else { Err(IdFault::NotHex32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s65_an_id_cannot_change_a_path() {
        assert!(GroupId::parse("b6b9332b-091f-4b22-b810-264318d2d664").is_ok());
        for bad in ["", "a/b", "..", "a?x=1", "a#b", "a%2f", "a b", "a\n", &"x".repeat(65)] {
            assert_eq!(GroupId::parse(bad), Err(IdFault::Malformed), "{bad:?}");
        }
        assert!(ProjectId::parse("2a473356cca5487f8373be891bffc1cf").is_ok());
        assert_eq!(ProjectId::parse("2a47"), Err(IdFault::NotHex32));
    }
}
