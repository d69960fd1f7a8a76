//! The forms of names and texts. Those of the service are the model's; the
//! patterns beside them are for editors.

use super::code;
use super::shape::Rule;
use crate::model::{
    AddressGlob, BucketName, DomainId, DumpHandle, Endpoint, EstateName, GroupName, ProjectId, Region, StreamName,
    check_prefix,
};

/// Pattern of names of groups, streams and dump handles (facts page 6.1).
const NAME_PATTERN: &str = "^[-A-Za-z0-9一-鿿]([-A-Za-z0-9_.一-鿿]*[-A-Za-z0-9_一-鿿])?$";

/// Pattern of 32 hexadecimal digits. `[SEED:457]`
const HEX32_PATTERN: &str = "^[0-9A-Fa-f]{32}$";

macro_rules! check {
    ($parse:expr) => {
        |text| $parse(text).map(drop).map_err(|fault| fault.to_string())
    };
}

pub(super) static GROUP_NAME: Rule = Rule {
    what: "log group name",
    code: code::BAD_NAME,
    check: check!(GroupName::parse),
    pattern: Some(NAME_PATTERN),
    length: (1, 64),
};

pub(super) static STREAM_NAME: Rule = Rule {
    what: "log stream name",
    code: code::BAD_NAME,
    check: check!(StreamName::parse),
    pattern: Some(NAME_PATTERN),
    length: (1, 64),
};

pub(super) static DUMP_HANDLE: Rule = Rule {
    what: "dump handle",
    code: code::BAD_NAME,
    check: check!(DumpHandle::parse),
    pattern: Some(NAME_PATTERN),
    length: (1, 64),
};

pub(super) static ESTATE_NAME: Rule = Rule {
    what: "estate name",
    code: code::BAD_NAME,
    check: check!(EstateName::parse),
    pattern: Some("^[-a-z0-9]([-a-z0-9_.]*[-a-z0-9_])?$"),
    length: (1, 64),
};

pub(super) static BUCKET_NAME: Rule = Rule {
    what: "bucket name",
    code: code::BAD_NAME,
    check: check!(BucketName::parse),
    pattern: Some("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"),
    length: (3, 63),
};

pub(super) static PROJECT_ID: Rule = Rule {
    what: "project id",
    code: code::BAD_TEXT,
    check: check!(ProjectId::parse),
    pattern: Some(HEX32_PATTERN),
    length: (32, 32),
};

pub(super) static DOMAIN_ID: Rule = Rule {
    what: "domain id",
    code: code::BAD_TEXT,
    check: check!(DomainId::parse),
    pattern: Some(HEX32_PATTERN),
    length: (32, 32),
};

pub(super) static REGION: Rule = Rule {
    what: "region",
    code: code::BAD_TEXT,
    check: |text| match Region::parse(text) {
        Some(_) => Ok(()),
        None => Err("is not a region: 1 to 63 lower-case letters, digits and inner `-`".to_owned()),
    },
    pattern: Some("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"),
    length: (1, 63),
};

pub(super) static ENDPOINT: Rule = Rule {
    what: "endpoint",
    code: code::BAD_TEXT,
    check: check!(Endpoint::parse),
    pattern: Some("^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+/?$"),
    length: (8, 300),
};

pub(super) static GLOB: Rule = Rule {
    what: "address",
    code: code::BAD_TEXT,
    check: check!(AddressGlob::parse),
    pattern: Some("^groups/[^/]+(/[^/]+(/[^/]+)?)?$"),
    length: (8, 220),
};

pub(super) static DATE: Rule = Rule {
    what: "date",
    code: code::BAD_TEXT,
    check: |text| {
        let shaped = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        match text.parse::<jiff::civil::Date>() {
            Ok(_) if shaped => Ok(()),
            _ => Err("is not a day of the calendar, `YYYY-MM-DD`".to_owned()),
        }
    },
    pattern: Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    length: (10, 10),
};

/// Id of an enterprise project: `0` or a UUID in practice (facts page 6.4). It
/// becomes part of a query.
pub(super) static ENTERPRISE_PROJECT_ID: Rule = Rule {
    what: "enterprise project id",
    code: code::BAD_TEXT,
    check: |text| {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let shaped = (1..=64).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(legal);
        if shaped { Ok(()) } else { Err("is not an id: `0`, or letters, digits and `-`".to_owned()) }
    },
    pattern: Some("^[A-Za-z0-9][-A-Za-z0-9]*$"),
    length: (1, 64),
};

/// Name of an enterprise project (facts page 5.7).
pub(super) static ENTERPRISE_PROJECT_NAME: Rule = Rule {
    what: "enterprise project name",
    code: code::BAD_TEXT,
    check: |text| {
        let legal =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || ('\u{4e00}'..='\u{9fff}').contains(&c);
        if !(1..=255).contains(&text.chars().count()) {
            return Err("must have 1 to 255 characters".to_owned());
        }
        if let Some(c) = text.chars().find(|c| !legal(*c)) {
            return Err(format!("contains {c:?}; only letters, digits, Chinese characters, `_` and `-` are allowed"));
        }
        // Refused by the service in any spelling of its letters.
        if text.eq_ignore_ascii_case("default") {
            return Err("cannot be written; leave the key out for the default project".to_owned());
        }
        Ok(())
    },
    pattern: Some("^[-A-Za-z0-9_一-鿿]+$"),
    length: (1, 255),
};

/// File prefix of a dump (facts page 5.14).
pub(super) static PREFIX: Rule = Rule {
    what: "file prefix",
    code: code::BAD_TEXT,
    check: check!(check_prefix),
    pattern: Some("^[A-Za-z0-9._-]*$"),
    length: (0, 64),
};

/// Folder prefix of a dump. Its characters are the service's to judge: the
/// documents contradict each other (facts page 7).
pub(super) static FOLDER: Rule = Rule {
    what: "folder prefix",
    code: code::BAD_TEXT,
    check: |text| bounded(text, 0, 64),
    pattern: None,
    length: (0, 64),
};

/// A path that stays inside the manifest's folder.
pub(super) static INNER_PATH: Rule = Rule {
    what: "path",
    code: code::BAD_TEXT,
    check: |text| {
        if text.is_empty() {
            return Err("is empty".to_owned());
        }
        if text.starts_with(['/', '\\', '~']) || text.contains(':') {
            return Err("is not relative; it has to stay inside the manifest's folder".to_owned());
        }
        if text.split(['/', '\\']).any(|part| part == "..") {
            return Err("leads out of the manifest's folder".to_owned());
        }
        bounded(text, 1, 1024)
    },
    pattern: Some("^[^/\\\\~:][^:]*$"),
    length: (1, 1024),
};

pub(super) static VARIABLE_NAME: Rule = Rule {
    what: "variable name",
    code: code::BAD_NAME,
    check: |text| {
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if begins && text.len() <= 64 && text.bytes().all(legal) {
            Ok(())
        } else {
            Err("is none: 1 to 64 letters, digits, `_` and `-`, not beginning with a digit or `-`".to_owned())
        }
    },
    pattern: Some("^[A-Za-z_][-A-Za-z0-9_]*$"),
    length: (1, 64),
};

/// The value of a variable, as a text.
pub(super) static SETTING: Rule = Rule {
    what: "value",
    code: code::BAD_TEXT,
    check: |text| match text.chars().find(|c| c.is_control()) {
        Some(c) => Err(format!("holds the control character U+{:04X}", u32::from(c))),
        None => bounded(text, 0, 1024),
    },
    pattern: None,
    length: (0, 1024),
};

/// A pattern of files below the folder of the file it stands in.
pub(super) static INCLUDE: Rule = Rule {
    what: "pattern",
    code: code::BAD_TEXT,
    check: |text| {
        (INNER_PATH.check)(text)?;
        if text.contains(['[', ']', '{', '}', '\\']) {
            return Err("holds a character that no pattern takes; `*`, `?` and `**` are all there is".to_owned());
        }
        if text.split('/').any(|part| part.contains("**") && part != "**") {
            return Err("holds `**` beside other characters; it stands for whole folders".to_owned());
        }
        if text.split('/').all(|part| matches!(part, "" | ".")) || text.ends_with('/') {
            return Err("names a folder; name its files, such as `groups/*.yaml`".to_owned());
        }
        Ok(())
    },
    pattern: Some("^[^/\\\\~:][^:\\\\\\[\\]{}]*$"),
    length: (1, 1024),
};

pub(super) static PROJECT_NAME: Rule = Rule {
    what: "project name",
    code: code::BAD_TEXT,
    check: |text| bounded(text, 1, 64),
    pattern: None,
    length: (1, 64),
};

/// A text of the user's own.
pub(super) static PROSE: Rule =
    Rule { what: "text", code: code::BAD_TEXT, check: |text| bounded(text, 1, 1000), pattern: None, length: (1, 1000) };

/// A text that the service defines and this program only passes on.
pub(super) static OPAQUE: Rule =
    Rule { what: "text", code: code::BAD_TEXT, check: |text| bounded(text, 1, 128), pattern: None, length: (1, 128) };

fn bounded(text: &str, shortest: usize, longest: usize) -> Result<(), String> {
    let length = text.chars().count();
    if length < shortest {
        return Err("is empty".to_owned());
    }
    if length > longest {
        return Err(format!("is longer than {longest} characters"));
    }
    Ok(())
}
