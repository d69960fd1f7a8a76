//! What an unquoted word means: to YAML 1.2, and to the older readers that
//! disagree with it.

use super::printable::quote;
use super::yaml::{Node, Scalar, Value};

/// How a scalar can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing: `null`, `~` or no text at all.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A word that YAML 1.1 takes for a boolean and YAML 1.2 for a text.
    OldBoolean(bool),
    /// A whole number in its plain decimal form.
    Integer(i64),
    /// Something that some reader takes for a number, in a form that no key
    /// accepts: `012`, `0x7`, `1e3`, `1_000`, `7.0`, `+7`.
    OddNumber,
    /// A text.
    Text,
}

impl Scalar<'_> {
    /// Reads the scalar.
    pub(super) fn reading(&self) -> Reading {
        if !self.plain {
            return Reading::Text;
        }
        match self.text.as_ref() {
            _ if self.is_null() => Reading::Null,
            "true" | "True" | "TRUE" => Reading::Boolean(true),
            "false" | "False" | "FALSE" => Reading::Boolean(false),
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Reading::OldBoolean(true),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => Reading::OldBoolean(false),
            text => read_number(text),
        }
    }
}

fn read_number(text: &str) -> Reading {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let decimal = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if decimal && (digits == "0" || !digits.starts_with('0')) {
        return text.parse().map_or(Reading::OddNumber, Reading::Integer);
    }
    if decimal || is_odd_number(text) { Reading::OddNumber } else { Reading::Text }
}

fn is_odd_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let based = |prefix: &str, base: u32| {
        unsigned
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c == '_' || c.is_digit(base)))
    };
    if based("0x", 16) || based("0o", 8) || based("0b", 2) {
        return true;
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let numeric = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'e' | b'E' | b'+' | b'-');
    unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().all(numeric)
        && unsigned.replace('_', "").parse::<f64>().is_ok()
}

/// Says what stands there, for a sentence that ends with it.
pub(super) fn describe(node: &Node<'_>) -> String {
    match &node.value {
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
        Value::Refused => "something else".to_owned(),
        Value::Scalar(scalar) => match scalar.reading() {
            Reading::Null => "nothing".to_owned(),
            Reading::Boolean(_) => format!("the boolean {}", quote(&scalar.text)),
            Reading::OldBoolean(_) => format!("the word {}", quote(&scalar.text)),
            Reading::Integer(_) | Reading::OddNumber => format!("the number {}", quote(&scalar.text)),
            Reading::Text => format!("the text {}", quote(&scalar.text)),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn plain(text: &str) -> Reading {
        Scalar { text: Cow::Borrowed(text), plain: true }.reading()
    }

    #[test]
    fn s62_plain_words_mean_what_yaml_1_2_says() {
        assert_eq!(plain("7"), Reading::Integer(7));
        assert_eq!(plain("-1"), Reading::Integer(-1));
        assert_eq!(plain("0"), Reading::Integer(0));
        assert_eq!(plain("True"), Reading::Boolean(true));
        assert_eq!(plain("no"), Reading::OldBoolean(false));
        assert_eq!(plain(""), Reading::Null);
        for odd in
            ["012", "00", "0x7", "0o7", "0b1", "1e3", "1_000", "7.0", "+7", ".inf", "-.5", "99999999999999999999"]
        {
            assert_eq!(plain(odd), Reading::OddNumber, "{odd}");
        }
        for text in ["2027-01-31", "1.2.3", "0xzz", "1hour", "e3", "-", "+", ".", "_", "y", "n", "10.0.0.1", "1-2"] {
            assert_eq!(plain(text), Reading::Text, "{text}");
        }
        assert_eq!(Scalar { text: Cow::Borrowed("7"), plain: false }.reading(), Reading::Text);
    }
}
