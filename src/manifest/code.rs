//! The stable codes of complaints. Scripts match them, so one that was
//! published keeps its spelling and its meaning.

macro_rules! codes {
    ($($name:ident = $code:literal: $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*

        /// Every code with what it means, for `ltsctl explain`.
        pub const ALL: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    UNREADABLE = "unreadable": "a file, a folder or the standard input could not be read";
    NO_MANIFEST = "no-manifest": "nothing was named that could be a manifest";
    EMPTY_MANIFEST = "empty-manifest": "a file holds no declaration at all; that never means `delete everything`";
    TOO_LARGE = "too-large": "a file, or all of them together, exceed what a manifest may need";
    CONTROL_CHARACTER = "control-character": "the text holds a character that cannot be seen";
    SYNTAX = "syntax": "the text is not YAML";
    SEVERAL_DOCUMENTS = "several-documents": "a file holds more than one YAML document";
    ANCHOR = "anchor": "anchors and aliases are not part of the manifest language";
    MERGE_KEY = "merge-key": "merge keys (`<<`) are not part of the manifest language";
    TAG = "yaml-tag": "explicit YAML tags (`!name`) are not part of the manifest language";
    KEY_NOT_TEXT = "key-not-text": "a key is a list or a mapping";
    AMBIGUOUS_TEXT = "ambiguous-text": "an unquoted word is text to some readers of YAML and something else to others";
    UNKNOWN_KEY = "unknown-key": "a key has no meaning where it stands";
    DUPLICATE_KEY = "duplicate-key": "a key stands twice in one mapping";
    DUPLICATE_ITEM = "duplicate-item": "something stands twice in one list";
    MISSING_KEY = "missing-key": "a key that is required is not there";
    MISSING_VALUE = "missing-value": "a key has no value";
    WRONG_TYPE = "wrong-type": "a value is of another kind than the key takes";
    UNKNOWN_VALUE = "unknown-value": "a value is not one of those the key takes";
    OUT_OF_RANGE = "out-of-range": "a number is too small or too large, or a list too short or too long";
    BAD_NAME = "bad-name": "a name breaks the rules of the service";
    BAD_TEXT = "bad-text": "a text does not have the form the key takes";
    BAD_TAG = "bad-tag": "a tag breaks the rules of the service, or uses a reserved key";
    INCLUDE = "include": "a file that is to be included is not there, is outside of the folder, or cannot be read";
    UNKNOWN_VARIABLE = "unknown-variable": "a variable is used or given, and no file declares it";
    BAD_VARIABLE = "bad-variable": "`${…}` is malformed, or stands where no variable can";
    LAYOUT = "layout": "a file whose comments or texts stand where no layout can keep them";
    NOT_YET = "not-yet": "part of the manifest language that this version does not read";
    TOMBSTONE = "tombstone": "an object that is to be deleted says more than it can";
    SEVERAL_TARGETS = "several-targets": "files name several targets, and one belongs to none of them or only one is taken";
    MIXED_TARGET = "mixed-target": "a target names a place twice, in ways that exclude each other";
    DECLARED_TWICE = "declared-twice": "one address, or one setting of the estate, is declared in two places";
    UNKNOWN_STREAM = "unknown-stream": "a dump covers a stream that its group does not declare";
    DOOMED_STREAM = "doomed-stream": "a dump covers a stream that is to be deleted";
    SHARED_STREAM = "shared-stream": "two dumps cover one stream; a stream has at most one OBS dump";
    DUMP_BOTH_WAYS = "dump-both-ways": "one dump is declared to exist and not to exist";
    QUOTA = "quota": "more objects are declared than the account may have";
    TTL_LIMIT = "ttl-limit": "a group is to keep logs longer than its region takes";
    CONFUSABLE_NAMES = "confusable-names": "two names differ in upper and lower case only";
    DOUBTFUL_PATH = "doubtful-path": "a folder in the bucket that the service may refuse";
    NOTHING_DECLARED = "nothing-declared": "no file declares any group";
    NAMELESS_ESTATE = "nameless-estate": "a setting does nothing, because the estate has no name";
    BAD_DATA = "bad-data": "a file that is no manifest says what its reader does not take";
    PART_OF_ESTATE = "part-of-estate": "nothing is pruned, because what was named may be a part of its estate only";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_unique_and_plain() {
        for (index, (code, meaning)) in ALL.iter().enumerate() {
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            assert!(!meaning.is_empty() && !meaning.ends_with('.'), "{code}");
            assert!(ALL.iter().skip(index + 1).all(|(other, _)| other != code), "{code} twice");
        }
    }
}
