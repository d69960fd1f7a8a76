//! Manifests edited in place: what an edit changes, what it leaves alone, and
//! what it refuses. Case by case, on a long file, and for any manifest in any
//! style.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use ltsctl::manifest::edit::{Difference, Edit, Refusal, edit, write_back};
use ltsctl::manifest::write::FieldValue;
use ltsctl::manifest::{Given, Source, parse};
use ltsctl::model::{
    Address, Days, Desired, DumpHandle, Field, GroupName, Slot, StreamName, StreamTtl, Tags, TimeZone,
};
use proptest::prelude::*;
use support::estates::any_estate;
use support::style::{Style, print};

fn source(text: &str) -> Source {
    Source { name: Arc::from("m.yaml"), text: text.to_owned(), folder: PathBuf::new() }
}

/// Applies edits to one file.
fn edited(text: &str, edits: &[Edit]) -> Result<String, Refusal> {
    let changed = edit(&[source(text)], &Given::default(), edits)?;
    Ok(changed.into_iter().next().map_or_else(|| text.to_owned(), |changed| changed.after))
}

fn at(text: &str) -> Address {
    let parts: Vec<&str> = text.split('/').collect();
    let group = GroupName::parse(parts[0]).expect("a name");
    match parts.as_slice() {
        [_] => Address::Group(group),
        [_, "streams", name] => Address::Stream(group, StreamName::parse(name).expect("a name")),
        [_, "dumps", name] => Address::Dump(group, DumpHandle::parse(name).expect("a handle")),
        _ => panic!("{text}"),
    }
}

fn days(days: u32) -> FieldValue {
    FieldValue::Ttl(StreamTtl::Own(Days::from_service(days)))
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(Arc::from(text))
}

fn tags<const N: usize>(tags: [(&str, &str); N]) -> FieldValue {
    FieldValue::Tags(Tags::from_iter(tags))
}

fn set(address: &str, field: Field, value: FieldValue) -> Edit {
    Edit::Set { address: at(address), field, value }
}

fn unset(address: &str, field: Field) -> Edit {
    Edit::Unset { address: at(address), field }
}

fn add(address: &str, fields: Vec<(Field, FieldValue)>) -> Edit {
    Edit::Add { address: at(address), fields }
}

fn remove(address: &str) -> Edit {
    Edit::Remove { address: at(address) }
}

/// Demands that an edit turns one body of `groups:` into another.
#[track_caller]
fn turns(before: &str, edits: &[Edit], after: &str) {
    let found = edited(&format!("version: 1\n{before}"), edits).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!(found, format!("version: 1\n{after}"));
}

#[test]
fn a_value_is_replaced_and_nothing_else() {
    let ttl = |address: &str| [set(address, Field::TtlInDays, days(90))];
    turns("groups:\n  a: {ttl_in_days: 7}  # why\n", &ttl("a"), "groups:\n  a: {ttl_in_days: 90}  # why\n");
    turns("groups:\n  a:\n    ttl_in_days:   7   # why\n", &ttl("a"), "groups:\n  a:\n    ttl_in_days:   90   # why\n");
    turns(
        "groups: {a: {streams: {s: {ttl_in_days: inherit , tags: {}}}}}\n",
        &ttl("a/streams/s"),
        "groups: {a: {streams: {s: {ttl_in_days: 90 , tags: {}}}}}\n",
    );
    turns("groups:\r\n  a:\r\n    ttl_in_days: 7\r\n", &ttl("a"), "groups:\r\n  a:\r\n    ttl_in_days: 90\r\n");
    turns("groups:\n  a:\n    ttl_in_days: 7", &ttl("a"), "groups:\n  a:\n    ttl_in_days: 90");
    // What is so already stays as it is written.
    turns("groups: {a: { ttl_in_days:   90 }}\n", &ttl("a"), "groups: {a: { ttl_in_days:   90 }}\n");
}

#[test]
fn quotes_are_kept() {
    let before = "groups:\n  a:\n    tags: {x: 'one', y: \"two\", z: three}\n";
    let edits = [set("a", Field::Tags, tags([("x", "1"), ("y", "2 3"), ("z", "4")]))];
    turns(before, &edits, "groups:\n  a:\n    tags: {x: '1', y: \"2 3\", z: \"4\"}\n");
}

#[test]
fn a_key_comes_where_people_expect_it() {
    let ttl = |address: &str| [set(address, Field::TtlInDays, days(9))];
    let before = "groups:\n  a:  # the group\n    # its tags\n    tags: {}\n    streams: {}\n";
    let after = "groups:\n  a:  # the group\n    ttl_in_days: 9\n    # its tags\n    tags: {}\n    streams: {}\n";
    turns(before, &ttl("a"), after);
    let before = "groups:\n  a:\n    ttl_in_days: 9  # days\n    streams:\n      s:\n  b:\n";
    let after = "groups:\n  a:\n    ttl_in_days: 9  # days\n    tags: {k: v}\n    streams:\n      s:\n  b:\n";
    turns(before, &[set("a", Field::Tags, tags([("k", "v")]))], after);
    turns("groups: {a: {tags: {}}}\n", &ttl("a"), "groups: {a: {tags: {}, ttl_in_days: 9}}\n");
    let before = "groups:\n  a: {\n    # mine\n    tags: {}\n  }\n";
    turns(before, &ttl("a"), "groups:\n  a: {\n    # mine\n    ttl_in_days: 9,\n    tags: {}\n  }\n");
    // A default is for other groups as well.
    turns(
        "defaults: {ttl_in_days: 3}\ngroups: {a: {}, b: {}}\n",
        &ttl("b"),
        "defaults: {ttl_in_days: 3}\ngroups: {a: {}, b: {ttl_in_days: 9}}\n",
    );
}

#[test]
fn an_entry_without_a_body_gets_one_like_its_neighbours() {
    let ttl = [set("a/streams/s", Field::TtlInDays, days(9))];
    let with = |body: &str| format!("groups:\n  a:\n    streams:\n{body}");
    turns(
        &with("      s:   # nothing yet\n      t:\n"),
        &ttl,
        &with("      s: {ttl_in_days: 9}   # nothing yet\n      t:\n"),
    );
    turns(&with("      s: ~  # tilde\n"), &ttl, &with("      s: {ttl_in_days: 9}  # tilde\n"));
    turns(&with("      s:\n      t: {tags: {}}\n"), &ttl, &with("      s: {ttl_in_days: 9}\n      t: {tags: {}}\n"));
    let block = "      t:\n        tags: {}\n";
    turns(
        &with(&format!("      s:  # c\n{block}")),
        &ttl,
        &with(&format!("      s:  # c\n        ttl_in_days: 9\n{block}")),
    );
    turns("groups: {a: {streams: {s: , t: }}}\n", &ttl, "groups: {a: {streams: {s: {ttl_in_days: 9} , t: }}}\n");
    turns("groups: {a: {streams: {s, t}}}\n", &ttl, "groups: {a: {streams: {s: {ttl_in_days: 9}, t}}}\n");
    turns("groups: {a: {streams: {s: null}}}\n", &ttl, "groups: {a: {streams: {s: {ttl_in_days: 9}}}}\n");
    turns(&with("      s: {}\n"), &ttl, &with("      s: {ttl_in_days: 9}\n"));
    turns("groups:\n    a:\n", &[set("a", Field::TtlInDays, days(9))], "groups:\n    a:\n        ttl_in_days: 9\n");
}

#[test]
fn tags_are_changed_one_by_one() {
    let wanted = [set("a", Field::Tags, tags([("keep", "x"), ("other", "new"), ("more", "y")]))];
    let before =
        "groups:\n  a:\n    tags:\n      keep: x  # why\n      # gone soon\n      old: z\n      other: old  # was\n";
    let after = "groups:\n  a:\n    tags:\n      keep: x  # why\n      # gone soon\n      other: new  # was\n      more: \"y\"\n";
    turns(before, &wanted, after);
    turns(
        "groups: {a: {tags: {old: z, keep: x, other: old}}}\n",
        &wanted,
        "groups: {a: {tags: {keep: x, other: new, more: \"y\"}}}\n",
    );
    let none = [set("a", Field::Tags, tags([]))];
    turns(
        "groups:\n  a:\n    tags:  # none\n      k: v\n    streams: {}\n",
        &none,
        "groups:\n  a:\n    tags: {}  # none\n    streams: {}\n",
    );
    turns("groups: {a: {tags: {k: v, l: w}}}\n", &none, "groups: {a: {tags: {}}}\n");
    turns(
        "groups:\n  a:\n    tags: {\n      k: v,  # one\n      l: w\n    }\n",
        &none,
        "groups:\n  a:\n    tags: {\n    }\n",
    );
}

const DUMP: &str = "groups:
  a:
    streams: {s: , t: , u: }
    dumps:
      d:
        streams: [s, t]  # both
        obs_bucket_name: bucket-one
        storage_format: JSON
        period: 1hour
        prefix_name: \"\"
        time_zone:   # local
          name: \"UTC+08:00\"
          id: Asia/Kuala_Lumpur
";

#[test]
fn the_fields_of_a_dump_are_edited() {
    let with = |old: &str, new: &str| DUMP.replace(old, new);
    let streams = |names: &[&str]| {
        FieldValue::Streams(names.iter().map(|name| StreamName::parse(name).expect("a name")).collect::<BTreeSet<_>>())
    };
    let d = |field, value| [set("a/dumps/d", field, value)];
    turns(DUMP, &d(Field::Streams, streams(&["t", "u"])), &with("[s, t]", "[t, u]"));
    let block = with("streams: [s, t]  # both", "streams:\n          - s  # one\n          - t");
    turns(
        &block,
        &d(Field::Streams, streams(&["t", "u"])),
        &block.replace("          - s  # one\n          - t", "          - t\n          - u"),
    );
    turns(DUMP, &d(Field::Period, text("2min")), &with("1hour", "2min"));
    turns(DUMP, &d(Field::PrefixName, text("x-")), &with("\"\"", "\"x-\""));
    turns(DUMP, &d(Field::SwitchOn, FieldValue::Flag(false)), &with("1hour\n", "1hour\n        switch_on: false\n"));
    let zone = |id: &str| FieldValue::TimeZone(Slot::Filled(TimeZone { name: "UTC+08:00".into(), id: id.into() }));
    turns(DUMP, &d(Field::TimeZone, zone("Asia/Singapore")), &with("Asia/Kuala_Lumpur", "Asia/Singapore"));
    let none = "        time_zone: none   # local\n";
    let old = "        time_zone:   # local\n          name: \"UTC+08:00\"\n          id: Asia/Kuala_Lumpur\n";
    turns(DUMP, &d(Field::TimeZone, FieldValue::TimeZone(Slot::Empty)), &with(old, none));
    let filled = "        time_zone: {name: \"UTC+08:00\", id: Asia/Kuala_Lumpur}   # local\n";
    turns(&with(old, none), &d(Field::TimeZone, zone("Asia/Kuala_Lumpur")), &with(old, filled));
    let key = FieldValue::Encryption(Slot::Filled("k".into()));
    turns(DUMP, &d(Field::Encryption, key), &format!("{DUMP}        encryption: {{kms_key_id: k}}\n"));
    turns(DUMP, &[unset("a/dumps/d", Field::TimeZone)], &with(old, ""));
    let required = edited(&format!("version: 1\n{DUMP}"), &[unset("a/dumps/d", Field::Period)]);
    assert!(matches!(required, Err(Refusal::Disproved { .. })), "{required:?}");
}

#[test]
fn a_field_goes_with_its_lines() {
    let no_ttl = |address: &str| [unset(address, Field::TtlInDays)];
    turns(
        "groups:\n  a:\n    # why\n    ttl_in_days: 7  # days\n    tags: {}\n",
        &no_ttl("a"),
        "groups:\n  a:\n    # why\n    tags: {}\n",
    );
    turns("groups:\n  a:\n    ttl_in_days: 7\n  b:\n", &no_ttl("a"), "groups:\n  a:\n  b:\n");
    turns("groups: {a: {ttl_in_days: 7}}\n", &no_ttl("a"), "groups: {a: {}}\n");
    turns("groups: {a: {ttl_in_days: 7, tags: {}}}\n", &no_ttl("a"), "groups: {a: {tags: {}}}\n");
    turns("groups: {a: {tags: {}, ttl_in_days: 7}}\n", &no_ttl("a"), "groups: {a: {tags: {}}}\n");
    turns(
        "groups: {a: {tags: {}, ttl_in_days: 7, streams: {}}}\n",
        &no_ttl("a"),
        "groups: {a: {tags: {}, streams: {}}}\n",
    );
    turns("groups:\n  a:\n    tags: {}\n    ttl_in_days: 7", &no_ttl("a"), "groups:\n  a:\n    tags: {}\n");
    turns("groups: {a: {tags: {}}}\n", &no_ttl("a"), "groups: {a: {tags: {}}}\n");
    let shared = edited("version: 1\ndefaults: {ttl_in_days: 3}\ngroups: {a: {}}\n", &no_ttl("a"));
    assert!(matches!(shared, Err(Refusal::Default { ref place, .. }) if place.line == 2), "{shared:?}");
    turns(
        "defaults: {ttl_in_days: 3}\ngroups: {a: {ttl_in_days: 4}}\n",
        &no_ttl("a"),
        "defaults: {ttl_in_days: 3}\ngroups: {a: {}}\n",
    );
}

#[test]
fn entries_are_added_where_they_belong() {
    let s = [add("a/streams/s", vec![(Field::TtlInDays, days(9)), (Field::Tags, tags([]))])];
    let body = "s: {ttl_in_days: 9, tags: {}}";
    turns("groups:\n  a:\n", &s, &format!("groups:\n  a:\n    streams:\n      {body}\n"));
    turns("groups:\n  a: {}\n", &s, &format!("groups:\n  a: {{streams: {{{body}}}}}\n"));
    turns(
        "groups:\n  a:\n    streams: {}  # none\n",
        &s,
        &format!("groups:\n  a:\n    streams:  # none\n      {body}\n"),
    );
    let there = "groups:\n  a:\n    streams:\n      r:  # first\n      # the end\n    dumps: {}\n";
    turns(there, &s, &there.replace("# first\n", &format!("# first\n      {body}\n")));
    turns("groups: {a: {streams: {r: }}}\n", &s, &format!("groups: {{a: {{streams: {{r:, {body} }}}}}}\n"));
    turns(
        "groups:\n  b:\n    dumps: {}\n  a:\n    dumps: {}\n",
        &s,
        &format!("groups:\n  b:\n    dumps: {{}}\n  a:\n    streams:\n      {body}\n    dumps: {{}}\n"),
    );
    let block = "groups:\n  a:\n    streams:\n      r:\n        tags: {}\n";
    turns(block, &s, &format!("{block}      s:\n        ttl_in_days: 9\n        tags: {{}}\n"));
    let group = [add("new", vec![(Field::TtlInDays, days(9))]), add("new/streams/s", vec![])];
    let lines = "  new:\n    ttl_in_days: 9\n    streams:\n      s:\n";
    turns("groups:\n  a:\n", &group, &format!("groups:\n  a:\n{lines}"));
    turns("groups: {}\n", &group, &format!("groups:\n{lines}"));
    turns("estate: acme\n", &group, &format!("estate: acme\ngroups:\n{lines}"));
    turns("groups:\n  a:", &group, &format!("groups:\n  a:\n{}", lines.trim_end()));
    turns("groups: {a: }\n", &group[..1], "groups: {a:, new: {ttl_in_days: 9} }\n");
    let fields = vec![
        (Field::Streams, FieldValue::Streams(BTreeSet::from([StreamName::parse("s").expect("a name")]))),
        (Field::ObsBucketName, text("bucket-one")),
        (Field::StorageFormat, text("RAW")),
        (Field::Period, text("5min")),
    ];
    let dump = "    dumps:\n      d:\n        streams: [s]\n        obs_bucket_name: bucket-one\n        storage_format: RAW\n        period: 5min\n";
    turns(
        "groups:\n  a:\n    streams: {s: }\n",
        &[add("a/dumps/d", fields)],
        &format!("groups:\n  a:\n    streams: {{s: }}\n{dump}"),
    );
}

#[test]
fn entries_are_taken_out() {
    turns(
        "groups:\n  a:\n  # about b\n  b:\n    ttl_in_days: 3\n  c:\n",
        &[remove("b")],
        "groups:\n  a:\n  # about b\n  c:\n",
    );
    turns("groups:  # all\n  a:\n", &[remove("a")], "groups: {}  # all\n");
    turns(
        "groups:\n  a:\n    streams:\n      s:\n    dumps: {}\n",
        &[remove("a/streams/s")],
        "groups:\n  a:\n    streams: {}\n    dumps: {}\n",
    );
    turns("groups: {a: {streams: {s, t: }}}\n", &[remove("a/streams/s")], "groups: {a: {streams: {t: }}}\n");
    turns(DUMP, &[remove("a/dumps/d")], "groups:\n  a:\n    streams: {s: , t: , u: }\n    dumps: {}\n");
}

#[test]
fn what_cannot_be_edited_is_refused_with_its_place() {
    let refused = |body: &str, edit: Edit| edited(&format!("version: 1\n{body}"), &[edit]).expect_err("a refusal");
    let ttl = || set("a", Field::TtlInDays, days(9));
    assert!(matches!(refused("groups: {b: }\n", ttl()), Refusal::NotDeclared(_)));
    assert!(
        matches!(refused("groups: {a: {ensure: absent}}\n", ttl()), Refusal::Tombstone { ref place, .. } if place.line == 2)
    );
    assert!(matches!(refused("groups: {a: }\n", add("a", vec![])), Refusal::Declared { .. }));
    assert!(matches!(refused("groups: {a: }\n", set("a", Field::TtlInDays, days(400))), Refusal::Inexpressible { .. }));
    assert!(matches!(refused("groups: {a: }\n", set("a", Field::Period, text("5min"))), Refusal::Inexpressible { .. }));
    assert!(matches!(refused("groups: [\n", ttl()), Refusal::Unreadable(_)));
    assert!(matches!(edit(&[], &Given::default(), &[ttl()]), Err(Refusal::NoFile)));
    // An explicit key has no line of its own.
    let form = refused("groups:\n  ? a\n  : ttl_in_days: 7\n    tags: {}\n", unset("a", Field::TtlInDays));
    assert!(matches!(form, Refusal::Form { ref place, .. } if place.line == 4), "{form:?}");
    // A dump needs its stream, and the proof says so.
    let broken = refused(DUMP, remove("a/streams/s"));
    assert!(
        matches!(broken, Refusal::Disproved { ref what, .. } if what.contains("declares no log stream `s`")),
        "{broken}"
    );
    // One edit that cannot be made keeps all others from being made.
    let both = edited("version: 1\ngroups: {a: }\n", &[ttl(), set("b", Field::TtlInDays, days(1))]);
    assert!(both.is_err());
}

const WITH_VARIABLES: &str = "\
version: 1
vars: {days: 7, team: , tz: UTC}
defaults: {ttl_in_days: '${var.days}'}
groups:
  a:
    ttl_in_days: ${var.days} # the stage decides
    tags: {team: \"${var.team}\", old: x}
    streams: {s: {ttl_in_days: 3}}
    dumps:
      d: {streams: [s], obs_bucket_name: \"logs-${var.team}\", period: 1hour, storage_format: RAW}
  b:
  c: {ttl_in_days: 9, tags: {}}
";

/// What variables say is known, kept where it stays, and never written over.
#[test]
fn a_variable_is_kept_or_refused_with_its_place() {
    let given = Given { files: Vec::new(), values: vec![("team".to_owned(), "core".to_owned())] };
    let after = |edits: &[Edit]| {
        let changed = edit(&[source(WITH_VARIABLES)], &given, edits)?;
        Ok(changed.into_iter().next().map_or_else(|| WITH_VARIABLES.to_owned(), |changed| changed.after))
    };
    let turns = |from: &str, to: &str, edits: &[Edit]| {
        assert_eq!(after(edits), Ok(WITH_VARIABLES.replace(from, to)), "{edits:?}");
    };
    // What it says already is not written.
    turns("", "", &[set("a", Field::TtlInDays, days(7))]);
    turns("", "", &[set("a/dumps/d", Field::ObsBucketName, text("logs-core"))]);
    // Beside it something changes, and it stays.
    let wanted = tags([("team", "core"), ("new", "z")]);
    turns(", old: x}", ", new: z}", &[set("a", Field::Tags, wanted)]);
    turns("{ttl_in_days: 3}", "{ttl_in_days: 9}", &[set("a/streams/s", Field::TtlInDays, days(9))]);
    // The default of a group that says nothing is the variable's.
    turns("  b:\n", "  b:\n    ttl_in_days: 9\n", &[set("b", Field::TtlInDays, days(9))]);
    // And so it is for one that says nothing any more.
    turns("  c: {ttl_in_days: 9, tags: {}}", "  c: {tags: {}}", &[unset("c", Field::TtlInDays)]);
    // What it says otherwise is a decision about the variable.
    for (edit, name, line) in [
        (set("a", Field::TtlInDays, days(9)), "days", 6),
        (unset("a", Field::TtlInDays), "days", 6),
        (set("a", Field::Tags, tags([("team", "web"), ("old", "x")])), "team", 7),
        (set("a", Field::Tags, tags([("old", "x")])), "team", 7),
        (set("a/dumps/d", Field::ObsBucketName, text("elsewhere")), "team", 10),
    ] {
        match after(std::slice::from_ref(&edit)) {
            Err(Refusal::Variable { name: found, place, .. }) => assert_eq!((&*found, place.line), (name, line)),
            other => panic!("{edit:?}: {other:?}"),
        }
    }
    // Without a value for it nothing is known at all.
    let unknown = edit(&[source(WITH_VARIABLES)], &Given::default(), &[set("b", Field::TtlInDays, days(9))]);
    assert!(matches!(unknown, Err(Refusal::Unreadable(_))), "{unknown:?}");
}

#[test]
fn each_group_is_edited_in_its_file() {
    let file = |name: &str, text: &str| Source { name: Arc::from(name), text: text.to_owned(), folder: PathBuf::new() };
    let sources = [
        file("a.yaml", "version: 1\nestate: acme\n"),
        file("b.yaml", "\u{feff}version: 1\ngroups:\n  b: {ttl_in_days: 7}\n"),
        file("c.yaml", "version: 1\ngroups:\n  c:\n"),
    ];
    let edits = [set("c", Field::TtlInDays, days(9)), set("b", Field::TtlInDays, days(8)), add("new", vec![])];
    let changed = edit(&sources, &Given::default(), &edits).expect("an edit");
    let found: Vec<(&str, &str)> = changed.iter().map(|file| (&*file.name, file.after.as_str())).collect();
    let b = "\u{feff}version: 1\ngroups:\n  b: {ttl_in_days: 8}\n  new:\n";
    assert_eq!(found, [("b.yaml", b), ("c.yaml", "version: 1\ngroups:\n  c:\n    ttl_in_days: 9\n")]);
}

/// A manifest as people keep it for years: 500 lines with comments everywhere.
fn long_manifest() -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "# The logging estate.\nversion: 1\nestate: acme   # owner\ndefaults: {ttl_in_days: 7}\n\ngroups:\n",
    );
    for group in 0..27 {
        let _ = writeln!(
            text,
            "  # --- team {group} ---\n  team-{group:02}:      # see the wiki\n    tags: {{team: \"{group}\", cost: 'c-{group}'}}\n    streams:"
        );
        for stream in 0..6 {
            let _ = match stream {
                0 => writeln!(text, "      api:            # inherits"),
                1 => writeln!(text, "      audit: {{ttl_in_days: 30, tags: {{class: evidence}}}}   # by law"),
                2 => writeln!(text, "      # kept short on purpose\n      debug:\n        ttl_in_days: 1"),
                _ => writeln!(text, "      worker-{stream}: {{}}"),
            };
        }
        let _ = writeln!(
            text,
            "    dumps:\n      archive:\n        streams: [audit]\n        obs_bucket_name: acme-archive\n        storage_format: JSON    # for the lake\n        period: 1hour\n"
        );
    }
    text
}

#[test]
fn in_a_file_of_500_lines_only_the_lines_of_the_edit_change() {
    let text = long_manifest();
    assert!(text.lines().count() >= 500, "{}", text.lines().count());
    let differences = [
        Difference { address: at("team-03"), field: Field::TtlInDays, live: Some(days(14)) },
        Difference {
            address: at("team-07"),
            field: Field::Tags,
            live: Some(tags([("team", "7"), ("cost", "c-8"), ("on-call", "yes")])),
        },
        Difference { address: at("team-11/streams/api"), field: Field::TtlInDays, live: Some(days(3)) },
        Difference {
            address: at("team-11/streams/audit"),
            field: Field::TtlInDays,
            live: Some(FieldValue::Ttl(StreamTtl::Inherit)),
        },
        Difference { address: at("team-19/streams/debug"), field: Field::TtlInDays, live: None },
        Difference {
            address: at("team-24/dumps/archive"),
            field: Field::StorageFormat,
            live: Some(FieldValue::Text("RAW".into())),
        },
        Difference {
            address: at("team-24/dumps/archive"),
            field: Field::SwitchOn,
            live: Some(FieldValue::Flag(false)),
        },
    ];
    let changed = write_back(&[source(&text)], &Given::default(), &differences).expect("an edit");
    let diff = similar::TextDiff::from_lines(&text, &changed[0].after).unified_diff().context_radius(0).to_string();
    let lines: Vec<&str> = diff.lines().filter(|line| !line.starts_with("@@")).collect();
    assert_eq!(
        lines,
        [
            "+    ttl_in_days: 14",
            "-    tags: {team: \"7\", cost: 'c-7'}",
            "+    tags: {team: \"7\", cost: 'c-8', on-call: \"yes\"}",
            "-      audit: {ttl_in_days: 30, tags: {class: evidence}}   # by law",
            "+        ttl_in_days: 3",
            "+      audit: {ttl_in_days: inherit, tags: {class: evidence}}   # by law",
            "-        ttl_in_days: 1",
            "-        storage_format: JSON    # for the lake",
            "+        storage_format: RAW    # for the lake",
            "+        switch_on: false",
        ]
    );
}

/// Any field of any object of an estate, with a value for it; or nothing.
fn any_edit(desired: &Desired, dice: &[u32; 4]) -> Option<Edit> {
    let mut places: Vec<(Address, Field)> = Vec::new();
    for (name, group) in desired.groups.iter().filter(|(_, group)| !group.wanted.is_absent()) {
        let address = Address::Group(name.clone());
        places
            .extend([Field::TtlInDays, Field::Tags, Field::EnterpriseProjectId].map(|field| (address.clone(), field)));
        for (stream, entry) in group.streams.iter().flatten() {
            if !entry.wanted.is_absent() {
                let address = Address::Stream(name.clone(), stream.clone());
                places.extend([Field::TtlInDays, Field::Tags].map(|field| (address.clone(), field)));
            }
        }
        for handle in group.dumps.iter().flatten().map(|(handle, _)| handle) {
            let address = Address::Dump(name.clone(), handle.clone());
            let fields = [Field::Period, Field::ObsBucketName, Field::SwitchOn, Field::PrefixName, Field::TimeZone];
            places.extend(fields.map(|field| (address.clone(), field)));
        }
    }
    let (address, field) = places.get(dice[0] as usize % places.len().max(1))?.clone();
    let pick = dice[1] % 4;
    let value = match (field, &address) {
        (Field::TtlInDays, Address::Stream(..)) if pick == 0 => FieldValue::Ttl(StreamTtl::Inherit),
        (Field::TtlInDays, _) => days([3, 14, 365][dice[2] as usize % 3]),
        (Field::Tags, _) => match pick {
            0 => tags([]),
            1 => tags([("a", "x")]),
            2 => tags([("b", "y"), ("c d", "1")]),
            _ => tags([("a", "no"), ("b", "x"), ("c", "z")]),
        },
        (Field::Period, _) => text("30min"),
        (Field::ObsBucketName, _) => text("bucket-three"),
        (Field::SwitchOn, _) => FieldValue::Flag(pick < 2),
        (Field::PrefixName, _) => text(["", "x-", "0", "true"][pick as usize]),
        (Field::TimeZone, _) if pick == 0 => FieldValue::TimeZone(Slot::Empty),
        (Field::TimeZone, _) => {
            FieldValue::TimeZone(Slot::Filled(TimeZone { name: "UTC+01:00".into(), id: "Europe/Berlin".into() }))
        }
        _ => text("0"),
    };
    let required = matches!(field, Field::Period | Field::ObsBucketName);
    Some(if dice[3].is_multiple_of(4) && !required {
        Edit::Unset { address, field }
    } else {
        Edit::Set { address, field, value }
    })
}

/// What stays the same at the beginning and at the end, and what does not.
fn middles<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    let same = |(one, two): &(char, char)| one == two;
    let head: usize = before.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (before, after) = (&before[head..], &after[head..]);
    let tail: usize = before.chars().rev().zip(after.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    (&before[..before.len() - tail], &after[..after.len() - tail])
}

fn comments(text: &str) -> BTreeSet<&str> {
    text.split("# ").skip(1).filter_map(|rest| rest.split_whitespace().next()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_field_of_any_manifest_in_any_style_is_edited(
        desired in any_estate(),
        seed in any::<u64>(),
        dice in any::<[u32; 4]>(),
    ) {
        let text = print(&desired, &mut Style::of(seed));
        prop_assert!(parse(&[source(&text)]).is_ok(), "{text}");
        let Some(wanted) = any_edit(&desired, &dice) else { return Ok(()) };
        // That it means what it should and nothing else is proved inside.
        let after = match edited(&text, std::slice::from_ref(&wanted)) {
            Ok(after) => after,
            Err(refusal) => panic!("{wanted:?}: {refusal}\n{text}"),
        };
        let (old, new) = middles(&text, &after);
        let lost: Vec<_> = comments(&text).difference(&comments(&after)).map(|c| (*c).to_owned()).collect();
        match &wanted {
            // A value goes with its lines; what is beside it stays.
            Edit::Unset { .. } => {
                prop_assert!(new.trim().is_empty(), "{new:?} for {old:?}:\n{text}");
                prop_assert!(lost.len() <= old.lines().count(), "{lost:?}");
            }
            Edit::Set { field: Field::Tags | Field::TimeZone, .. } => {
                prop_assert!(lost.len() <= old.lines().count(), "{lost:?}: {old:?}\n{text}");
                prop_assert!(old.lines().count() <= 12, "{old:?}");
            }
            _ => {
                prop_assert!(lost.is_empty(), "{lost:?}:\n{text}\n{after}");
                prop_assert!(!old.contains('\n'), "{old:?} -> {new:?}:\n{text}");
            }
        }
        prop_assert_eq!(text.matches('\r').count() == 0, after.matches('\r').count() == 0);
        prop_assert_eq!(edited(&after, &[wanted]), Ok(after.clone()), "a second time");
    }

    #[test]
    fn entries_come_and_go_and_leave_everything_else(desired in any_estate(), seed in any::<u64>()) {
        let text = print(&desired, &mut Style::of(seed));
        let new = [
            add("new", vec![(Field::TtlInDays, days(9))]),
            add("new/streams/s", vec![(Field::TtlInDays, days(3))]),
            add("new/streams/t", vec![]),
        ];
        let longer = match edited(&text, &new) {
            Ok(longer) => longer,
            Err(refusal) => panic!("{refusal}\n{text}"),
        };
        prop_assert!(comments(&text).is_subset(&comments(&longer)), "{text}\n{longer}");
        let again = edited(&longer, &[remove("new/streams/t"), remove("new/streams/s"), remove("new")]);
        let again = again.unwrap_or_else(|refusal| panic!("{refusal}\n{longer}"));
        let meaning = |text: &str| parse(&[source(text)]).expect("a manifest").desired.groups.into_keys().collect::<Vec<_>>();
        prop_assert_eq!(meaning(&again), meaning(&text));
    }
}
