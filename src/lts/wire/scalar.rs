//! Single values whose type cannot be relied on.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value that should be text, a number or a boolean. The service has been
/// seen to send one as another (C2, C7, C8 of the facts page).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Scalar<'de> {
    /// The key is absent, or its value is null.
    #[default]
    Absent,
    /// Text.
    Text(Cow<'de, str>),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// A boolean.
    Flag(bool),
    /// An array or an object.
    Odd,
}

impl Scalar<'_> {
    /// Returns the text, which may be empty.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the text if there is any; for optional text, empty, null and
    /// absent are one value.
    pub(crate) fn filled(&self) -> Option<&str> {
        self.text().filter(|text| !text.is_empty())
    }

    /// Returns the whole number, also from text.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            // Exact in this range; 7.0 is 7.
            #[expect(clippy::cast_possible_truncation, reason = "the value is whole and below 2^53")]
            Self::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            _ => None,
        }
    }

    /// Returns the boolean, also from text.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// Returns the value in words, for a message.
    pub(crate) fn spelled(&self) -> String {
        self.shown().into_owned()
    }

    /// Returns the value in words, and text as it is.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Real(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Owned(flag.to_string()),
            Self::Odd => Cow::Borrowed("a structure"),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Absent)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Flag(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Scalar::Integer(value))
            }
            #[expect(clippy::cast_precision_loss, reason = "such a number is only ever shown")]
            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(value).map_or(Scalar::Real(value as f64), Scalar::Integer))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Scalar::Real(value))
            }
            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Borrowed(value)))
            }
            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Owned(value.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Odd)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Odd)
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// The `tag` of a group or stream: a map from text to text (facts page 5.4).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum TagMap<'de> {
    /// The key is absent, or its value is null.
    #[default]
    Absent,
    /// The tags, in the order they came.
    Pairs(Vec<(Cow<'de, str>, Scalar<'de>)>),
    /// Something that is no map.
    Odd,
}

impl<'de> Deserialize<'de> for TagMap<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TagVisitor;
        impl<'de> Visitor<'de> for TagVisitor {
            type Value = TagMap<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some((key, value)) = entries.next_entry::<Scalar<'de>, Scalar<'de>>()? {
                    if let Scalar::Text(key) = key {
                        pairs.push((key, value));
                    }
                }
                Ok(TagMap::Pairs(pairs))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(TagMap::Absent)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut empty = true;
                while items.next_element::<IgnoredAny>()?.is_some() {
                    empty = false;
                }
                // Some languages write an empty map as an empty list.
                Ok(if empty { TagMap::Pairs(Vec::new()) } else { TagMap::Odd })
            }
            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(TagMap::Odd)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(TagMap::Odd)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(TagMap::Odd)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(TagMap::Odd)
            }
            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(TagMap::Odd)
            }
        }
        deserializer.deserialize_any(TagVisitor)
    }
}
