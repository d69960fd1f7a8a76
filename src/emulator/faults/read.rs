//! A document -> rules, or everything that is wrong with it.

use std::fmt;

use serde_json::{Map, Value};

use super::super::http::{list_names, operation_names};
use super::kind::{Fault, NAMES, Slot};
use super::rule::{Faults, Rule, matches};

pub(super) const TOP_KEYS: &[&str] = &["seed", "rules"];
pub(super) const RULE_KEYS: &[&str] =
    &["name", "operation", "method", "path", "nth", "after", "first", "every", "count", "probability", "fault"];
pub(super) const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE"];

/// Most rules; every request is shown to all of them.
pub(super) const MOST_RULES: usize = 1000;

/// Something that is wrong with a document of faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultComplaint {
    /// Keys and indices from 0 that lead to the value in question.
    pub path: Vec<String>,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl fmt::Display for FaultComplaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "{}", self.message)
        } else {
            write!(f, "{}: {}", self.path.join("."), self.message)
        }
    }
}

impl Faults {
    /// Reads `{"seed": 7, "rules": [{"operation": "Create*", "first": 1,
    /// "fault": "commit_then_drop"}]}`; `examples/faults/README.md` has the
    /// table of keys and kinds.
    ///
    /// # Errors
    /// Returns every complaint about the document.
    pub fn read(document: &Value) -> Result<Self, Vec<FaultComplaint>> {
        let mut reader = Reader::default();
        let faults = reader.document(document);
        match faults {
            Some(faults) if reader.complaints.is_empty() => Ok(faults),
            _ => Err(reader.complaints),
        }
    }
}

#[derive(Default)]
struct Reader {
    path: Vec<String>,
    complaints: Vec<FaultComplaint>,
}

impl Reader {
    fn complain(&mut self, message: impl Into<String>, help: impl Into<String>) {
        let help = Some(help.into()).filter(|help| !help.is_empty());
        self.complaints.push(FaultComplaint { path: self.path.clone(), message: message.into(), help });
    }

    /// Reads what stands under a key.
    fn within<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(key.to_owned());
        let value = read(self);
        self.path.pop();
        value
    }

    fn document(&mut self, document: &Value) -> Option<Faults> {
        let Value::Object(top) = document else {
            self.complain("expected a mapping with `rules`", "begin with `rules:` and a list");
            return None;
        };
        self.check_keys(top, TOP_KEYS);
        let seed = self.number(top, "seed").unwrap_or(0);
        let rules = match top.get("rules") {
            Some(Value::Array(rules)) if rules.len() <= MOST_RULES => rules.clone(),
            Some(Value::Array(_)) => {
                self.within("rules", |reader| reader.complain(format!("more than {MOST_RULES} rules"), ""));
                return None;
            }
            Some(_) => {
                self.within("rules", |reader| reader.complain("expected a list", "each rule begins with `-`"));
                return None;
            }
            None => {
                self.complain("`rules` is missing", "`rules: []` strikes nothing");
                return None;
            }
        };
        let rules: Vec<Option<Rule>> = self.within("rules", |reader| {
            let numbered = rules.iter().enumerate();
            numbered.map(|(index, rule)| reader.within(&index.to_string(), |reader| reader.rule(rule))).collect()
        });
        Some(Faults { seed, rules: rules.into_iter().collect::<Option<_>>()? })
    }

    fn rule(&mut self, rule: &Value) -> Option<Rule> {
        let Value::Object(map) = rule else {
            self.complain("expected a mapping with `fault`", "such as `{operation: CreateLogGroup, fault: drop}`");
            return None;
        };
        self.check_keys(map, RULE_KEYS);
        let fault = match map.get("fault") {
            Some(fault) => self.within("fault", |reader| reader.fault(fault)),
            None => {
                self.complain("`fault` is missing", format!("one of {}", NAMES.join(", ")));
                None
            }
        };
        let rule = Rule {
            name: self.text(map, "name"),
            operation: self.operations(map, fault.as_ref()),
            method: self.method(map),
            path: self.text(map, "path"),
            nth: self.numbers(map, "nth"),
            after: self.number(map, "after").unwrap_or(0),
            first: self.positive(map, "first"),
            every: self.positive(map, "every").unwrap_or(1),
            count: self.positive(map, "count"),
            probability: self.probability(map),
            fault: fault?,
        };
        Some(rule)
    }

    fn check_keys(&mut self, map: &Map<String, Value>, known: &[&str]) {
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            self.within(key, |reader| {
                reader.complain(format!("unknown key `{key}`"), format!("the keys here are {}", known.join(", ")));
            });
        }
    }

    /// Reads a kind: `drop`, or `{latency: {ms: 100}}`.
    fn fault(&mut self, value: &Value) -> Option<Fault> {
        let (name, parameters) = match value {
            Value::String(name) => (name, &Value::Null),
            Value::Object(map) if map.len() == 1 => map.iter().next()?,
            _ => {
                let help = "such as `fault: drop`, or `fault: {latency: {ms: 100}}`";
                self.complain("expected the name of one kind, or a mapping from it to its parameters", help);
                return None;
            }
        };
        if !NAMES.contains(&name.as_str()) {
            self.complain(format!("there is no kind `{name}`"), format!("the kinds are {}", NAMES.join(", ")));
            return None;
        }
        let parameters = if parameters.is_null() { Value::Object(Map::new()) } else { parameters.clone() };
        let tagged = Value::Object(Map::from_iter([(name.clone(), parameters)]));
        match serde_json::from_value::<Fault>(tagged) {
            Ok(fault) => {
                self.check_parameters(&fault);
                Some(fault)
            }
            Err(error) => {
                self.complain(format!("`{name}`: {error}"), "");
                None
            }
        }
    }

    /// Complains about numbers that no answer could have.
    fn check_parameters(&mut self, fault: &Fault) {
        let (status, statuses) = match fault {
            Fault::Error(error) => (error.status, 200..=599),
            Fault::Html(html) => (html.status, 200..=599),
            Fault::Redirect(redirect) => (redirect.status.0, 300..=399),
            _ => (200, 200..=200),
        };
        if !statuses.contains(&status) {
            let (least, most) = (statuses.start(), statuses.end());
            self.complain(format!("`status` must be {least} to {most}, not {status}"), "");
        }
        if let Fault::RateLimit(limit) = fault
            && (limit.limit == 0 || limit.window_seconds == 0)
        {
            self.complain("`limit` and `window_seconds` must be 1 or more", "`throttle` refuses every request");
        }
    }

    fn operations(&mut self, map: &Map<String, Value>, fault: Option<&Fault>) -> Vec<String> {
        let patterns = self.list(map, "operation", "the name of an operation, or a list of names", |value| {
            value.as_str().map(str::to_owned)
        });
        let lists_only = fault.is_some_and(|fault| fault.slot() == Slot::List);
        self.within("operation", |reader| {
            for pattern in &patterns {
                if !operation_names().any(|name| matches(pattern, name)) {
                    let names: Vec<&str> = operation_names().collect();
                    let help = format!("the operations are {}", names.join(", "));
                    reader.complain(format!("there is no operation `{pattern}`"), help);
                } else if lists_only && !list_names().any(|name| matches(pattern, name)) {
                    let names: Vec<&str> = list_names().collect();
                    let help = format!("the lists are {}", names.join(", "));
                    reader.complain(format!("`{pattern}` is no list, and this fault changes lists"), help);
                }
            }
        });
        patterns
    }

    fn method(&mut self, map: &Map<String, Value>) -> Option<String> {
        let method = self.text(map, "method")?;
        if !METHODS.contains(&method.as_str()) {
            let help = format!("one of {}", METHODS.join(", "));
            self.within("method", |reader| reader.complain(format!("`{method}` is no method of this API"), help));
        }
        Some(method)
    }

    fn probability(&mut self, map: &Map<String, Value>) -> f64 {
        let Some(value) = map.get("probability") else { return 1.0 };
        match value.as_f64() {
            Some(probability) if (0.0..=1.0).contains(&probability) => probability,
            _ => {
                self.within("probability", |reader| reader.complain("expected a number from 0 to 1", ""));
                1.0
            }
        }
    }

    fn text(&mut self, map: &Map<String, Value>, key: &str) -> Option<String> {
        match map.get(key)? {
            Value::String(text) => Some(text.clone()),
            _ => {
                self.within(key, |reader| reader.complain("expected a text", "put it in quotes"));
                None
            }
        }
    }

    fn number(&mut self, map: &Map<String, Value>, key: &str) -> Option<u64> {
        let value = map.get(key)?;
        if value.as_u64().is_none() {
            self.within(key, |reader| reader.complain("expected a whole number, 0 or more", ""));
        }
        value.as_u64()
    }

    fn positive(&mut self, map: &Map<String, Value>, key: &str) -> Option<u64> {
        let number = self.number(map, key)?;
        if number == 0 {
            self.within(key, |reader| reader.complain("expected 1 or more", "leave the rule out to strike nothing"));
        }
        Some(number)
    }

    fn numbers(&mut self, map: &Map<String, Value>, key: &str) -> Vec<u64> {
        let positive = |value: &Value| value.as_u64().filter(|number| *number > 0);
        self.list(map, key, "a whole number from 1, or a list of them", positive)
    }

    /// Reads one value or a list of them.
    fn list<T>(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Vec<T> {
        let values = match map.get(key) {
            None => return Vec::new(),
            Some(Value::Array(values)) if !values.is_empty() => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        let read: Option<Vec<T>> = values.iter().map(read).collect();
        read.unwrap_or_else(|| {
            self.within(key, |reader| reader.complain(format!("expected {expected}"), ""));
            Vec::new()
        })
    }
}
