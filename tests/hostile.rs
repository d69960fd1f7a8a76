//! Everything that the fuzzers found or were given, played again: the corpus of
//! each target in `fuzz/corpus/`.

#![allow(clippy::expect_used, clippy::panic, unreachable_pub, reason = "a test that cannot go on has failed")]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

/// The corpus of a target, sorted by name.
fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn no_target_fails_on_its_corpus() {
    let mut failures = Vec::new();
    for (name, run) in targets::TARGETS {
        let files = corpus(name);
        assert!(files.len() >= 3, "{name} has hardly a corpus");
        for file in files {
            let bytes = fs::read(&file).expect("bytes");
            if catch_unwind(|| run(&bytes)).is_err() {
                failures.push(file.display().to_string());
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Bytes that no fuzzer had to think of, for every target.
#[test]
fn no_target_fails_on_odd_bytes() {
    let odd: [&[u8]; 8] = [
        b"",
        b"\0",
        b"\xff\xfe\xfd",
        b"{}",
        b"[]",
        "\u{1b}[2J\u{9b}\u{202e}\r\n%%\n".as_bytes(),
        &[b'{'; 4096],
        &[0xf0; 4096],
    ];
    for (name, run) in targets::TARGETS {
        for bytes in odd {
            assert!(catch_unwind(|| run(bytes)).is_ok(), "{name} fails on {bytes:?}");
        }
    }
}
