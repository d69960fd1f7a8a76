//! `${var.NAME}` in a text.

use super::super::printable::quote;
use super::super::rules::VARIABLE_NAME;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// As it stands there.
    Text(&'t str),
    /// The value of a variable.
    Variable(&'t str),
}

/// What is wrong with a text, and the way out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) message: String,
    pub(super) help: &'static str,
}

const LITERALLY: &str = "write `$${` where `${` itself is meant";
const NOTHING_ELSE: &str =
    "a manifest reads no environment and calls no function; write `$${` where `${` itself is meant";

/// Takes a text apart. `$${` is `${` itself.
pub(super) fn split(text: &str) -> Result<Vec<Part<'_>>, Malformed> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(before) = before.strip_suffix('$') {
            // The second `$` and the brace are what is meant.
            parts.extend([Part::Text(before), Part::Text("${")]);
            rest = &from["${".len()..];
            continue;
        }
        let inner = &from["${".len()..];
        let Some(end) = inner.find('}') else {
            return Err(Malformed { message: "`${` has no closing `}`".to_owned(), help: LITERALLY });
        };
        let (inside, behind) = (&inner[..end], &inner[end + 1..]);
        let name = inside.strip_prefix("var.").ok_or_else(|| Malformed {
            message: format!("{} is no variable; only `${{var.NAME}}` is known", quote(&from[..end + 3])),
            help: NOTHING_ELSE,
        })?;
        if let Err(fault) = (VARIABLE_NAME.check)(name) {
            let fault = fault.split("; ").next().unwrap_or_default();
            return Err(Malformed { message: format!("variable name {} {fault}", quote(name)), help: NOTHING_ELSE });
        }
        parts.extend([Part::Text(before), Part::Variable(name)]);
        rest = behind;
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| *part != Part::Text(""));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_apart() {
        let split = |text| split(text).expect("well-formed");
        assert_eq!(split("${var.a}"), [Part::Variable("a")]);
        assert_eq!(
            split("x-${var.a}${var.b_2}$"),
            [Part::Text("x-"), Part::Variable("a"), Part::Variable("b_2"), Part::Text("$")]
        );
        assert_eq!(split("$${var.a}"), [Part::Text("${"), Part::Text("var.a}")]);
        assert_eq!(split("$$${var.a}"), [Part::Text("$"), Part::Text("${"), Part::Text("var.a}")]);
        assert_eq!(split("$a {b} $$"), [Part::Text("$a {b} $$")]);
    }

    #[test]
    fn nothing_else_stands_in_braces() {
        for text in
            ["${env.HOME}", "${var.a", "${}", "${ var.a }", "${var.a + 1}", "${var.}", "${upper(var.a)}", "${${var.a}}"]
        {
            assert!(split(text).is_err(), "{text}");
        }
    }
}
