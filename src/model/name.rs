//! Names of groups and streams, dump handles, estate names.

use std::fmt;
use std::sync::Arc;

/// What is wrong with a name, in words that fit after the name itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// The name has no characters.
    #[error("is empty")]
    Empty,
    /// The name has more characters than the service takes.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// The name holds a character outside the service's set.
    #[error("contains {0:?}; only letters, digits, `-`, `_` and `.` are allowed")]
    Character(char),
    /// The name begins with a character that may only stand further on.
    #[error("starts with `{0}`, which is allowed only after the first character")]
    Start(char),
    /// The name ends with a full stop.
    #[error("ends with `.`")]
    End,
}

/// Longest name of a group or stream, in characters. `[SEED:473]` `[SEED:891]`
pub const LONGEST_NAME: usize = 64;

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Returns the name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Keeps a name exactly as the service spells it, whatever it
            /// holds: an object that exists has the name it has.
            #[must_use]
            pub fn from_service(text: &str) -> Self {
                Self(Arc::from(text))
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

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name_type! {
    /// Name of a log group: unique in its project, compared byte by byte.
    GroupName
}
name_type! {
    /// Name of a log stream: unique in its group, compared byte by byte.
    StreamName
}
name_type! {
    /// The manifest's own name for a dump, which has none in the API.
    DumpHandle
}
name_type! {
    /// Name of the estate, the owner that is written into tags.
    EstateName
}

impl GroupName {
    /// Checks a group name against the rules of facts page section 6.1.
    ///
    /// # Errors
    /// Returns the first rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        check_service_name(text).map(|()| Self(Arc::from(text)))
    }
}

impl StreamName {
    /// Checks a stream name against the rules of facts page section 6.1.
    ///
    /// # Errors
    /// Returns the first rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        check_service_name(text).map(|()| Self(Arc::from(text)))
    }
}

impl DumpHandle {
    /// Checks a dump handle; it follows the rules of stream names, so that an
    /// address reads the same for every kind.
    ///
    /// # Errors
    /// Returns the first rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        check_service_name(text).map(|()| Self(Arc::from(text)))
    }
}

impl EstateName {
    /// Checks an estate name: 1 to 64 of lower-case letters, digits, `-`, `_`
    /// and `.`, so that it can stand before a colon in a tag value.
    ///
    /// # Errors
    /// Returns the first rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        check_service_name(text)?;
        match text.chars().find(|c| !c.is_ascii() || c.is_ascii_uppercase()) {
            Some(c) => Err(NameFault::Character(c)),
            None => Ok(Self(Arc::from(text))),
        }
    }
}

fn check_service_name(text: &str) -> Result<(), NameFault> {
    let first = text.chars().next().ok_or(NameFault::Empty)?;
    if text.chars().count() > LONGEST_NAME {
        return Err(NameFault::TooLong(LONGEST_NAME));
    }
    if let Some(c) = text.chars().find(|c| !is_name_character(*c)) {
        return Err(NameFault::Character(c));
    }
    if matches!(first, '.' | '_') {
        return Err(NameFault::Start(first));
    }
    if text.ends_with('.') {
        return Err(NameFault::End);
    }
    Ok(())
}

/// The newest edition also takes Chinese characters (facts page 6.1); an older
/// one refuses them itself, with its own words.
fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s65_names_follow_the_documents() {
        for good in ["a", "lts-group-01nh", "A.b_c-9", "日志", &"x".repeat(64)] {
            assert!(GroupName::parse(good).is_ok(), "{good}");
        }
        for (bad, fault) in [
            ("", NameFault::Empty),
            ("_a", NameFault::Start('_')),
            (".a", NameFault::Start('.')),
            ("a.", NameFault::End),
            ("a/b", NameFault::Character('/')),
            ("a%2f", NameFault::Character('%')),
            ("a\r\n", NameFault::Character('\r')),
            ("a b", NameFault::Character(' ')),
        ] {
            assert_eq!(GroupName::parse(bad), Err(fault), "{bad:?}");
        }
        assert_eq!(StreamName::parse(&"x".repeat(65)), Err(NameFault::TooLong(64)));
    }
}
