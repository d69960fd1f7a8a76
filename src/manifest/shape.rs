//! The vocabulary in which the manifest language is described.
//!
//! The description itself is one table, in [`keys`](super::keys). The checks
//! of a manifest and its JSON Schema are both made from it, so an editor and
//! `ltsctl validate` cannot disagree about which keys exist.

/// A mapping with fixed keys.
#[derive(Debug)]
pub(super) struct Shape {
    /// What it describes, with its article.
    pub(super) what: &'static str,
    /// Name in the schema.
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) doc: &'static str,
    /// Its keys, in the order of the documentation.
    pub(super) keys: &'static [Key],
}

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    /// Its spelling.
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) doc: &'static str,
    /// Whether it has to be there.
    pub(super) presence: Presence,
    /// What it takes.
    pub(super) takes: Takes,
}

/// Whether a key has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

/// What a key takes.
#[derive(Debug)]
pub(super) enum Takes {
    /// A whole number in a range, both ends included.
    Integer(i64, i64),
    /// `true` or `false`.
    Boolean,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A name or an id. One that looks like a number is taken as it is
    /// written.
    Name(&'static Rule),
    /// A text; one that looks like something else has to be quoted.
    Text(&'static Rule),
    /// Whatever one word or text can be, as it is written.
    Anything,
    /// The value of a variable; nothing where one must be given.
    Setting,
    /// A mapping with fixed keys.
    Table(&'static Shape),
    /// A mapping from names to values.
    Entries(&'static Rule, &'static Takes),
    /// Tags by key.
    Tags,
    /// A list.
    List(&'static Takes, Items),
    /// A certain word, or something else.
    OrWord(&'static str, &'static Takes),
    /// An object that is wanted, or its tombstone.
    Object(&'static Object),
}

/// What a list has to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Items {
    /// At least one, none twice.
    Distinct,
    /// As they come.
    Any,
}

/// A group, a stream or a dump: to exist, or not to exist.
#[derive(Debug)]
pub(super) struct Object {
    /// Its kind, with its article.
    pub(super) what: &'static str,
    /// Whether it can be wanted where it stands.
    pub(super) stands: Stands,
    /// What it may say when it is to exist.
    pub(super) present: &'static Shape,
    /// What its tombstone may say.
    pub(super) absent: &'static Shape,
}

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// Where it can be wanted or not.
    Free,
    /// Under a tombstone, where nothing can be wanted.
    UnderTombstone,
}

/// The form of a name or a text.
#[derive(Debug)]
pub(super) struct Rule {
    /// What it is, for a sentence that begins with it.
    pub(super) what: &'static str,
    /// Code of the complaint.
    pub(super) code: &'static str,
    /// Says which rule a text breaks.
    pub(super) check: fn(&str) -> Result<(), String>,
    /// The same as a pattern for editors, where one says it. It may allow
    /// more than `check`, never less.
    pub(super) pattern: Option<&'static str>,
    /// Shortest and longest, in characters, for editors.
    pub(super) length: (usize, usize),
}

impl Shape {
    /// Returns the key of a name.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// Most words that a sentence lists.
pub(super) const MOST_LISTED: usize = 8;

impl Takes {
    /// Says what is taken, for a sentence such as "`x` takes …".
    pub(super) fn expectation(&self) -> String {
        match self {
            Self::Integer(1, 1) => "the number 1".to_owned(),
            Self::Integer(least, most) => format!("a whole number from {least} to {most}"),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Word(words) if words.len() > MOST_LISTED => format!("one of {} words", words.len()),
            Self::Word(words) => one_of(words),
            Self::Name(rule) | Self::Text(rule) => with_article(rule.what),
            Self::Anything | Self::Setting => "a text, a number or a boolean".to_owned(),
            Self::Table(_) => "a mapping".to_owned(),
            Self::Entries(rule, _) => format!("a mapping, keyed by {}s", rule.what),
            Self::Tags => "a mapping of tags".to_owned(),
            Self::List(..) => "a list".to_owned(),
            Self::OrWord(word, other) => format!("{}, or `{word}`", other.expectation()),
            Self::Object(object) => format!("a mapping ({})", object.what),
        }
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}
