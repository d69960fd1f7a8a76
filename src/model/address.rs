//! Addresses: how every output, flag and error names an object.

use std::cmp::Ordering;
use std::fmt;

use super::{DumpHandle, GroupName, StreamName};

/// The address of a declared or live object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// `groups/NAME`
    Group(GroupName),
    /// `groups/NAME/streams/NAME`
    Stream(GroupName, StreamName),
    /// `groups/NAME/dumps/HANDLE`; an undeclared dump is addressed by its
    /// transfer id.
    Dump(GroupName, DumpHandle),
}

impl Address {
    /// Returns the group the object is, or is in.
    #[must_use]
    pub fn group(&self) -> &GroupName {
        match self {
            Self::Group(group) | Self::Stream(group, _) | Self::Dump(group, _) => group,
        }
    }

    /// Returns the kind in the service's words.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Group(_) => "log_group",
            Self::Stream(..) => "log_stream",
            Self::Dump(..) => "obs_dump",
        }
    }
}

/// A group comes first, then its streams, then its dumps: what belongs
/// together stands together in every output.
impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        self.group().cmp(other.group()).then_with(|| match (self, other) {
            (Self::Group(_), Self::Group(_)) => Ordering::Equal,
            (Self::Group(_), _) | (Self::Stream(..), Self::Dump(..)) => Ordering::Less,
            (_, Self::Group(_)) | (Self::Dump(..), Self::Stream(..)) => Ordering::Greater,
            (Self::Stream(_, one), Self::Stream(_, two)) => one.cmp(two),
            (Self::Dump(_, one), Self::Dump(_, two)) => one.cmp(two),
        })
    }
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(group) => write!(f, "groups/{group}"),
            Self::Stream(group, stream) => write!(f, "groups/{group}/streams/{stream}"),
            Self::Dump(group, handle) => write!(f, "groups/{group}/dumps/{handle}"),
        }
    }
}

/// An address glob that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not an address; write `groups/NAME`, `groups/NAME/streams/NAME` or `groups/NAME/dumps/HANDLE`, with `*` for any run of characters"
)]
pub struct GlobFault;

/// A pattern over addresses. `*` stands for any run of characters inside one
/// segment, `?` for one character; `**` as the last segment stands for all
/// that is below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressGlob(Vec<String>);

impl AddressGlob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Returns a fault when no address could match.
    pub fn parse(text: &str) -> Result<Self, GlobFault> {
        let segments: Vec<String> = text.split('/').map(str::to_owned).collect();
        let shape: Vec<&str> = segments.iter().map(String::as_str).collect();
        let plausible = match shape.as_slice() {
            ["groups", name] => !name.is_empty(),
            ["groups", group, kind, name] => {
                !group.is_empty() && !name.is_empty() && matches!(*kind, "streams" | "dumps" | "*")
            }
            ["groups", group, "**"] => !group.is_empty(),
            _ => false,
        };
        if plausible { Ok(Self(segments)) } else { Err(GlobFault) }
    }

    /// Says whether an address matches.
    #[must_use]
    pub fn matches(&self, address: &Address) -> bool {
        let text = address.to_string();
        let segments: Vec<&str> = text.split('/').collect();
        if let [head @ .., last] = self.0.as_slice()
            && last == "**"
        {
            return segments.len() >= head.len() && head.iter().zip(&segments).all(|(p, s)| matches_segment(p, s));
        }
        self.0.len() == segments.len() && self.0.iter().zip(&segments).all(|(p, s)| matches_segment(p, s))
    }

    /// Says whether the pattern can match something of a kind (`streams` or
    /// `dumps`) in a group, whatever its name. Who reads only what is asked for
    /// has to know before the names are.
    #[must_use]
    pub fn reaches(&self, group: &GroupName, kind: &str) -> bool {
        match self.0.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [_, pattern, "**"] => matches_segment(pattern, group.as_str()),
            [_, pattern, below, _] => matches_segment(pattern, group.as_str()) && matches_segment(below, kind),
            _ => false,
        }
    }
}

impl fmt::Display for AddressGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

/// Matches one segment in time linear in `pattern` × `text`, without recursion:
/// on a mismatch the last `*` swallows one more character.
pub(crate) fn matches_segment(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((star_p, star_t)) => {
                    p = star_p + 1;
                    t = star_t + 1;
                    star = Some((star_p, star_t + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(group: &str, stream: &str) -> Address {
        Address::Stream(GroupName::from_service(group), StreamName::from_service(stream))
    }

    #[test]
    fn globs_match_by_segment() {
        let glob = |text: &str| AddressGlob::parse(text).expect("a glob");
        assert!(glob("groups/pay*/streams/*").matches(&stream("payments", "api")));
        assert!(!glob("groups/pay*").matches(&stream("payments", "api")));
        assert!(glob("groups/payments/**").matches(&stream("payments", "api")));
        assert!(glob("groups/p*y*s/streams/a?i").matches(&stream("payments", "api")));
        assert!(!glob("groups/web/*/api").matches(&stream("payments", "api")));
        let group = GroupName::from_service("payments");
        assert!(glob("groups/pay*/**").reaches(&group, "dumps") && glob("groups/*/*/x").reaches(&group, "streams"));
        assert!(glob("groups/payments/dumps/x").reaches(&group, "dumps"));
        for other in ["groups/payments", "groups/web/**", "groups/payments/dumps/*"] {
            assert!(!glob(other).reaches(&group, "streams"), "{other}");
        }
        assert!(AddressGlob::parse("payments").is_err());
        assert!(AddressGlob::parse("groups//streams/x").is_err());
    }
}
