//! The shapes a refusal comes in (facts page 3.1).

use super::Scalar;
use super::record::record;

record! {
    /// A pair of code and text one level down: shapes 4 and 5.
    Inner {
        code: Scalar<'de> = "code",
        error_code: Scalar<'de> = "error_code",
        message: Scalar<'de> = "message",
        error_msg: Scalar<'de> = "error_msg",
        details: Scalar<'de> = "details",
        title: Scalar<'de> = "title",
    }
}

record! {
    /// Shapes 1 to 6 at once: whichever keys are there.
    Outer {
        error_code: Scalar<'de> = "error_code",
        error_msg: Scalar<'de> = "error_msg",
        error_code_camel: Scalar<'de> = "errorCode",
        error_message_camel: Scalar<'de> = "errorMessage",
        error_msg_camel: Scalar<'de> = "errorMsg",
        error: Nested<'de> = "error",
        message: Nested<'de> = "message",
        code: Scalar<'de> = "code",
        request_id: Scalar<'de> = "request_id",
    }
}

/// A value that is text in one shape and an object in another.
#[derive(Debug, Default)]
pub(crate) struct Nested<'de> {
    text: Scalar<'de>,
    inner: Inner<'de>,
}

impl<'de> serde::Deserialize<'de> for Nested<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NestedVisitor;
        impl<'de> serde::de::Visitor<'de> for NestedVisitor {
            type Value = Nested<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("any value")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
                let inner = serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(entries))?;
                Ok(Nested { inner, text: Scalar::Absent })
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                Ok(Nested::default())
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Nested::default())
            }
            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Nested::default())
            }
            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Nested { text: Scalar::Integer(value), inner: Inner::default() })
            }
            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Nested { text: Scalar::Text(value.to_string().into()), inner: Inner::default() })
            }
            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Nested::default())
            }
            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Nested { text: Scalar::Text(value.to_owned().into()), inner: Inner::default() })
            }
        }
        deserializer.deserialize_any(NestedVisitor)
    }
}

/// A body beyond this many bytes is searched before it is read as a fault.
const LONGEST_FAULT: usize = 64 * 1024;

/// What a body says went wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Code, as spelled.
    pub(crate) code: Option<String>,
    /// Text, not scrubbed.
    pub(crate) message: Option<String>,
    /// Id of the request, where the gateway puts it into the body.
    pub(crate) request_id: Option<String>,
}

impl Fault {
    /// Reads the fault from a body that came with a status of failure.
    /// Anything that is not a JSON object has none.
    pub(crate) fn of_failure(body: &[u8]) -> Option<Self> {
        let outer: Outer<'_> = super::read(body).ok()?;
        let first = |candidates: [&Scalar<'_>; 6]| {
            candidates.into_iter().map(Scalar::spelled).find(|spelled| !spelled.is_empty())
        };
        Some(Self {
            code: first([
                &outer.error_code,
                &outer.error_code_camel,
                &outer.error.inner.code,
                &outer.error.inner.error_code,
                &outer.message.inner.code,
                &outer.code,
            ]),
            message: first([
                &outer.error_msg,
                &outer.error_message_camel,
                &outer.error_msg_camel,
                &outer.error.inner.message,
                &outer.message.inner.details,
                &outer.message.text,
            ])
            .or_else(|| {
                first([
                    &outer.error.inner.error_msg,
                    &outer.error.inner.title,
                    &outer.message.inner.message,
                    &outer.message.inner.error_msg,
                    &outer.error.text,
                    &Scalar::Absent,
                ])
            }),
            request_id: outer.request_id.filled().map(str::to_owned),
        })
    }

    /// Reads the fault from a body that came with a status of success, where
    /// only an unmistakable code makes a failure (C20). An empty body has none.
    ///
    /// # Errors
    /// Returns in words that the body is not JSON.
    pub(crate) fn of_success(body: &[u8]) -> Result<Option<Self>, String> {
        if body.trim_ascii().is_empty() {
            return Ok(None);
        }
        // Every shape of a fault has a key that begins like this. A long list
        // without one is read once, by whoever asked for it.
        if body.len() > LONGEST_FAULT && memchr::memmem::find(body, b"\"error").is_none() {
            return Ok(None);
        }
        let outer: Outer<'_> = super::read(body)?;
        let coded =
            [&outer.error_code, &outer.error_code_camel, &outer.error.inner.code, &outer.error.inner.error_code]
                .into_iter()
                .any(|code| !code.spelled().is_empty());
        Ok(if coded { Self::of_failure(body) } else { None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_and_text(body: &str) -> (Option<String>, Option<String>) {
        let fault = Fault::of_failure(body.as_bytes()).unwrap_or_default();
        (fault.code, fault.message)
    }

    #[test]
    fn all_shapes_are_read() {
        let pair = |code: &str, text: &str| (Some(code.to_owned()), Some(text.to_owned()));
        for (body, expected) in [
            (r#"{"error_msg":"m","error_code":"LTS.0101"}"#, pair("LTS.0101", "m")),
            (r#"{"error_code":"APIGW.0301","error_msg":"m","request_id":"r"}"#, pair("APIGW.0301", "m")),
            (r#"{"errorCode":"LTS.1","errorMessage":"m"}"#, pair("LTS.1", "m")),
            (r#"{"errorCode":"LTS.1","errorMsg":"m"}"#, pair("LTS.1", "m")),
            (r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#, pair("401", "m")),
            (r#"{"message":{"code":"LTS.0601","details":"m"}}"#, pair("LTS.0601", "m")),
            (r#"{"code":"X.1","message":"m","encoded_authorization_message":"e"}"#, pair("X.1", "m")),
            (r#"{"error":"m"}"#, (None, Some("m".to_owned()))),
            ("[]", (None, None)),
            ("{}", (None, None)),
            (r#"{"error_code":null,"error_msg":[1]}"#, (None, Some("a structure".to_owned()))),
        ] {
            assert_eq!(code_and_text(body), expected, "{body}");
        }
        for body in ["", "-", "<html>no</html>", "{\"error_code\":\"LTS.1901\",}"] {
            assert_eq!(Fault::of_failure(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn a_success_with_a_code_is_none() {
        for body in [r#"{"error_code":"LTS.0010"}"#, r#"{"errorCode":"LTS.1","x":1}"#, r#"{"error":{"code":500}}"#] {
            assert!(matches!(Fault::of_success(body.as_bytes()), Ok(Some(_))), "{body}");
        }
        for body in [
            "",
            "{}",
            "[]",
            r#"{"log_group_id":"x"}"#,
            r#"{"error_code":"","log_group_id":"x"}"#,
            r#"{"error_code":null}"#,
            r#"{"code":"200","message":"fine"}"#,
        ] {
            assert_eq!(Fault::of_success(body.as_bytes()), Ok(None), "{body}");
        }
        for body in ["<html>log in</html>", "{\"log_groups\": [", "-"] {
            assert!(Fault::of_success(body.as_bytes()).is_err(), "{body}");
        }
    }
}
