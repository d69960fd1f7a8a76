//! An estate as a manifest in any style a person may have: flow and block,
//! indentation, quotes, order, comments, line ends.

use std::fmt::Display;

use ltsctl::model::{
    Desired, DesiredDump, DesiredGroup, DesiredStream, DumpSettings, GroupSettings, StreamSettings, Tags, Wanted,
};

/// A style, and chance.
pub struct Style {
    chance: fastrand::Rng,
    step: usize,
    newline: &'static str,
    comments: u32,
}

impl Style {
    pub fn of(seed: u64) -> Self {
        let mut chance = fastrand::Rng::with_seed(seed);
        let step = chance.usize(1..=4);
        let newline = if chance.bool() { "\n" } else { "\r\n" };
        Self { chance, step, newline, comments: 0 }
    }

    fn one_in(&mut self, number: u32) -> bool {
        self.chance.u32(0..number) == 0
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("# c{}", self.comments)
    }
}

enum Node {
    Nothing,
    Word(String),
    Text(String),
    List(Vec<String>),
    Map(Vec<(String, Node)>),
}

/// Prints an estate.
pub fn print(desired: &Desired, style: &mut Style) -> String {
    let mut root = vec![("version".to_owned(), Node::Word("1".to_owned()))];
    root.extend(desired.estate.as_ref().map(|estate| ("estate".to_owned(), Node::Text(estate.to_string()))));
    let groups = desired.groups.iter().map(|(name, entry)| (name.to_string(), group(entry))).collect();
    root.push(("groups".to_owned(), Node::Map(groups)));
    let mut lines = Vec::new();
    block(&root, 0, style, &mut lines);
    let mut text = lines.join(style.newline);
    if !style.one_in(3) {
        text.push_str(style.newline);
    }
    if style.one_in(5) { format!("\u{feff}{text}") } else { text }
}

type Entries = Vec<(String, Node)>;

fn word(key: &str, value: impl Display) -> (String, Node) {
    (key.to_owned(), Node::Word(value.to_string()))
}

fn text(key: &str, value: impl Display) -> (String, Node) {
    (key.to_owned(), Node::Text(value.to_string()))
}

fn body(entries: Entries) -> Node {
    if entries.is_empty() { Node::Nothing } else { Node::Map(entries) }
}

fn tags(tags: &Tags) -> (String, Node) {
    ("tags".to_owned(), Node::Map(tags.iter().map(|(key, value)| text(key, value)).collect()))
}

fn group(entry: &DesiredGroup) -> Node {
    let Wanted::Present(GroupSettings { ttl, tags: set, .. }) = &entry.wanted else {
        return Node::Map(vec![word("ensure", "absent")]);
    };
    let mut entries: Entries = ttl.iter().map(|ttl| word("ttl_in_days", ttl)).collect();
    entries.extend(set.as_ref().map(tags));
    entries.extend(entry.streams.as_ref().map(|streams| {
        (
            "streams".to_owned(),
            Node::Map(streams.iter().map(|(name, entry)| (name.to_string(), stream(entry))).collect()),
        )
    }));
    entries.extend(entry.dumps.as_ref().map(|dumps| {
        ("dumps".to_owned(), Node::Map(dumps.iter().map(|(handle, entry)| (handle.to_string(), dump(entry))).collect()))
    }));
    body(entries)
}

fn stream(entry: &DesiredStream) -> Node {
    let Wanted::Present(StreamSettings { ttl, tags: set, .. }) = &entry.wanted else {
        return Node::Map(vec![word("ensure", "absent")]);
    };
    let mut entries: Entries = ttl.iter().map(|ttl| word("ttl_in_days", ttl)).collect();
    entries.extend(set.as_ref().map(tags));
    body(entries)
}

fn dump(entry: &DesiredDump) -> Node {
    let Wanted::Present(DumpSettings { obs_bucket_name, storage_format, period, switch_on, prefix_name, .. }) =
        &entry.wanted
    else {
        return Node::Nothing;
    };
    let streams = entry.streams.iter().map(ToString::to_string).collect();
    let mut entries = vec![("streams".to_owned(), Node::List(streams))];
    entries.extend(obs_bucket_name.iter().map(|bucket| text("obs_bucket_name", bucket)));
    entries.extend(storage_format.iter().map(|format| text("storage_format", format)));
    entries.extend(period.iter().map(|period| text("period", period)));
    entries.extend(switch_on.iter().map(|flag| word("switch_on", flag)));
    entries.extend(prefix_name.iter().map(|prefix| text("prefix_name", prefix)));
    Node::Map(entries)
}

/// A text in any quotes in which it means itself.
fn quoted(text: &str, style: &mut Style) -> String {
    let plain = text.len() > 1 && text.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !text.starts_with('-');
    let plain = plain && !matches!(text, "no" | "on" | "off" | "yes" | "true" | "false" | "null");
    match style.chance.u32(0..4) {
        0 | 1 if plain => text.to_owned(),
        2 => format!("'{text}'"),
        _ => format!("\"{text}\""),
    }
}

/// A key, quoted now and then.
fn key(text: &str, style: &mut Style) -> String {
    match style.chance.u32(0..8) {
        0 => format!("\"{text}\""),
        1 => format!("'{text}'"),
        _ => text.to_owned(),
    }
}

fn block(entries: &[(String, Node)], indent: usize, style: &mut Style, lines: &mut Vec<String>) {
    let margin = " ".repeat(indent);
    let mut order: Vec<usize> = (0..entries.len()).collect();
    if indent > 0 {
        style.chance.shuffle(&mut order);
    }
    for (name, node) in order.into_iter().map(|index| &entries[index]) {
        if style.one_in(4) {
            let comment = style.comment();
            lines.push(format!("{margin}{comment}"));
        }
        if style.one_in(10) {
            lines.push(String::new());
        }
        let name = if indent == 0 { name.clone() } else { key(name, style) };
        let gap = " ".repeat(style.chance.usize(1..=2));
        let tail = if style.one_in(4) { format!("  {}", style.comment()) } else { String::new() };
        match node {
            Node::Map(inner) if !inner.is_empty() && (indent == 0 || !style.one_in(3)) => {
                lines.push(format!("{margin}{name}:{tail}"));
                block(inner, indent + style.step, style, lines);
            }
            Node::List(items) if style.one_in(3) => {
                lines.push(format!("{margin}{name}:{tail}"));
                let inner = " ".repeat(indent + style.chance.usize(0..=style.step));
                for item in items {
                    let item = quoted(item, style);
                    let tail = if style.one_in(4) { format!(" {}", style.comment()) } else { String::new() };
                    lines.push(format!("{inner}- {item}{tail}"));
                }
            }
            Node::Map(inner) if inner.len() > 1 && style.one_in(3) => {
                lines.push(format!("{margin}{name}:{gap}{{{tail}"));
                let inside = " ".repeat(indent + style.step);
                for (index, (name, node)) in inner.iter().enumerate() {
                    let comma = if index + 1 < inner.len() || style.one_in(2) { "," } else { "" };
                    let (name, value) = (key(name, style), flow(node, style));
                    let tail = if style.one_in(4) { format!("  {}", style.comment()) } else { String::new() };
                    lines.push(format!("{inside}{name}: {value}{comma}{tail}"));
                }
                lines.push(format!("{margin}}}"));
            }
            Node::Nothing => {
                let nothing = ["", " ~", " null", " {}"][style.chance.usize(0..4)];
                lines.push(format!("{margin}{name}:{nothing}{tail}"));
            }
            node => {
                let value = flow(node, style);
                lines.push(format!("{margin}{name}:{gap}{value}{tail}"));
            }
        }
    }
}

fn flow(node: &Node, style: &mut Style) -> String {
    let (open, close) = if style.one_in(4) { (" ", " ") } else { ("", "") };
    match node {
        Node::Nothing => ["", "~", "{}"][style.chance.usize(0..3)].to_owned(),
        Node::Word(word) => word.clone(),
        Node::Text(text) => quoted(text, style),
        Node::List(items) => {
            let items: Vec<String> = items.iter().map(|item| quoted(item, style)).collect();
            format!("[{open}{}{close}]", items.join(", "))
        }
        Node::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, node)| match node {
                    Node::Nothing if style.one_in(3) => key(name, style),
                    node => format!("{}: {}", key(name, style), flow(node, style)),
                })
                .collect();
            format!("{{{open}{}{close}}}", entries.join(", "))
        }
    }
}
