//! Objects and arrays whose shape cannot be relied on.
//!
//! Serde's derive refuses a doubled key and a structure of another type; a list
//! of ten thousand streams must survive both in one of its items.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// An object of known keys. The last of several equal keys counts, unknown keys
/// are passed over, and anything that is not an object has no fields.
pub(crate) trait Fields<'de>: Default {
    /// Takes the value of a key, or consumes it.
    fn take<A: MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<(), A::Error>;
}

/// Reads any value as an object of known keys.
pub(crate) fn fields<'de, D: Deserializer<'de>, T: Fields<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct FieldsVisitor<T>(PhantomData<T>);
    impl<'de, T: Fields<'de>> Visitor<'de> for FieldsVisitor<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<T, A::Error> {
            let mut record = T::default();
            while let Some(key) = entries.next_key::<super::Scalar<'de>>()? {
                record.take(key.text().unwrap_or_default(), &mut entries)?;
            }
            Ok(record)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok(T::default())
        }
        fn visit_unit<E>(self) -> Result<T, E> {
            Ok(T::default())
        }
        fn visit_bool<E>(self, _: bool) -> Result<T, E> {
            Ok(T::default())
        }
        fn visit_i64<E>(self, _: i64) -> Result<T, E> {
            Ok(T::default())
        }
        fn visit_u64<E>(self, _: u64) -> Result<T, E> {
            Ok(T::default())
        }
        fn visit_f64<E>(self, _: f64) -> Result<T, E> {
            Ok(T::default())
        }
        fn visit_str<E>(self, _: &str) -> Result<T, E> {
            Ok(T::default())
        }
    }
    deserializer.deserialize_any(FieldsVisitor(PhantomData))
}

/// Declares an object of known keys.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub(crate) struct $name<'de> { $($(#[$field_doc])* pub(crate) $field: $type,)* }

        impl<'de> $crate::lts::wire::Fields<'de> for $name<'de> {
            fn take<A: serde::de::MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<(), A::Error> {
                match key {
                    $($key => self.$field = entries.next_value()?,)*
                    _ => { entries.next_value::<serde::de::IgnoredAny>()?; }
                }
                Ok(())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name<'de> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lts::wire::record::fields(deserializer)
            }
        }
    };
}
pub(crate) use record;

/// An array that may be missing.
#[derive(Debug, Default)]
pub(crate) enum Items<T> {
    /// The key is absent, or its value is not an array: this is not the answer
    /// that was asked for.
    #[default]
    Missing,
    /// The items; null is an empty array.
    Listed(Vec<T>),
}

impl<T> Items<T> {
    /// Returns the items, none if the array is missing.
    pub(crate) fn into_vec(self) -> Vec<T> {
        match self {
            Self::Missing => Vec::new(),
            Self::Listed(items) => items,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemsVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
            type Value = Items<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = elements.next_element()? {
                    items.push(item);
                }
                Ok(Items::Listed(items))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Items::Listed(Vec::new()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Items::Missing)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Items::Missing)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Items::Missing)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Items::Missing)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Items::Missing)
            }
            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(Items::Missing)
            }
        }
        deserializer.deserialize_any(ItemsVisitor(PhantomData))
    }
}
