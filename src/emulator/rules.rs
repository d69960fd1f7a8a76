//! What the service accepts as a name, a ttl, a tag, a period and a prefix.
//!
//! Only facts about single values; what depends on other objects is in
//! [`super::state`].

/// The longest ttl of a stream, in days `[SEED:893]`.
pub(crate) const MAX_STREAM_TTL: u32 = 365;

/// How many tags an object may have (facts page 6.3).
pub(crate) const MAX_TAGS: usize = 20;

/// The wording of the seven legal periods `[SEED:2147]`.
pub(crate) const PERIODS: &str = "2min, 5min, 30min, 1hour, 3hour, 6hour, 12hour";

/// Returns whether a group or a stream may have this name: 1 to 64 letters,
/// digits, `_`, `-` and `.`, neither `.` nor `_` first, `.` not last (facts
/// page 6.1). Chinese characters count as letters, as in the newest page.
pub(crate) fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    (1..=64).contains(&length)
        && !text.starts_with(['.', '_'])
        && !text.ends_with('.')
        && text.chars().all(|letter| is_name_letter(letter) || matches!(letter, '_' | '-' | '.'))
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// Returns whether a name shown in the console is one the service keeps: 1 to
/// 64 characters. What characters it may have is not written down.
pub(crate) fn is_alias(text: &str) -> bool {
    (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// Returns whether this is a name of an enterprise project: 1 to 255 letters,
/// digits, `_` and `-`, and not "default" in any case (facts page 5.7).
pub(crate) fn is_enterprise_project_name(text: &str) -> bool {
    (1..=255).contains(&text.chars().count())
        && !text.eq_ignore_ascii_case("default")
        && text.chars().all(|letter| is_name_letter(letter) || matches!(letter, '_' | '-'))
}

/// Returns whether this may be the key of a tag (facts page 6.3). A key that
/// starts with `_` is allowed, one that starts with `_sys_` is not (C17).
pub(crate) fn is_tag_key(text: &str) -> bool {
    (1..=128).contains(&text.chars().count())
        && !text.starts_with("_sys_")
        && text.trim() == text
        && text.chars().all(is_tag_letter)
}

/// Returns whether this may be the value of a tag: up to 255 characters, and
/// with the `/` that some documents add.
pub(crate) fn is_tag_value(text: &str) -> bool {
    text.chars().count() <= 255 && text.chars().all(|letter| is_tag_letter(letter) || letter == '/')
}

fn is_tag_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, ' ' | '_' | '.' | ':' | '=' | '+' | '-' | '@')
}

/// Returns whether number and unit together are one of the seven legal
/// periods `[SEED:2043]`.
pub(crate) fn is_period(number: i64, unit: &str) -> bool {
    matches!((number, unit), (2 | 5 | 30, "min") | (1 | 3 | 6 | 12, "hour"))
}

/// Returns whether this may stand before the names of dumped files: up to 64
/// characters of `a-zA-Z0-9._-` (facts page 5.14).
pub(crate) fn is_file_prefix(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(is_prefix_byte)
}

/// Returns whether this may be the folder of a dump: up to 64 characters,
/// `^(/)?([a-zA-Z0-9._-]+)(/[a-zA-Z0-9._-]+)*(/)?$`, or empty (facts page
/// 5.14; the `%` of the console is refused, C16).
pub(crate) fn is_folder_prefix(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let inner = text.strip_prefix('/').unwrap_or(text);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    text.len() <= 64 && inner.split('/').all(|part| !part.is_empty() && part.bytes().all(is_prefix_byte))
}

fn is_prefix_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// Returns whether a bucket could have this name (facts page 7).
pub(crate) fn is_bucket_name(text: &str) -> bool {
    (3..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
        && !text.starts_with(['-', '.'])
        && !text.ends_with(['-', '.'])
        && !["..", ".-", "-."].iter().any(|pair| text.contains(pair))
        && text.parse::<std::net::Ipv4Addr>().is_err()
}

/// Returns whether this looks like an id of the service: 36 characters in the
/// shape of a UUID (facts page 4).
pub(crate) fn is_object_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_facts_page_6_1() {
        for name in ["a", "lts-group-01nh", "a.b_c-d", "-a", "日志组", &"a".repeat(64)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", ".a", "_a", "a.", "a b", "a/b", "é", &"a".repeat(65)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn seven_of_fourteen_periods_are_legal() {
        let legal = [1, 2, 3, 5, 6, 12, 30]
            .into_iter()
            .flat_map(|number| [(number, "min"), (number, "hour")])
            .filter(|(number, unit)| is_period(*number, unit))
            .count();
        assert_eq!(legal, 7);
    }

    #[test]
    fn prefixes_follow_facts_page_5_14() {
        for folder in ["", "a", "/a/b/", "a.b/c-d/e_f"] {
            assert!(is_folder_prefix(folder), "{folder}");
        }
        for folder in ["/", "a//b", "%Y", "a b", &"a".repeat(65)] {
            assert!(!is_folder_prefix(folder), "{folder}");
        }
        assert!(is_file_prefix("") && is_file_prefix("audit-") && !is_file_prefix("a/b"));
    }

    #[test]
    fn tags_and_buckets_follow_their_rules() {
        assert!(is_tag_key("_a") && is_tag_key("ltsctl-estate") && is_tag_key("ключ"));
        assert!(!is_tag_key("_sys_x") && !is_tag_key(" a") && !is_tag_key("") && !is_tag_key("a/b"));
        assert!(is_tag_value("") && is_tag_value("a:b/c") && !is_tag_value(&"a".repeat(256)));
        assert!(is_bucket_name("lts-test") && is_bucket_name("a.b"));
        assert!(!is_bucket_name("ab") && !is_bucket_name("A-b") && !is_bucket_name("1.2.3.4"));
        assert!(is_object_id("b6b9332b-091f-4b22-b810-264318d2d664") && !is_object_id("632b9bdc"));
    }
}
