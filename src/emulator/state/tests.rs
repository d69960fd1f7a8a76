//! What a request cannot show: that a refused transition touches nothing, and
//! what a transition says that it touched.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::profile::Profile;
use super::line::{LineDraft, LineNumber};
use super::{GroupDraft, Key, StreamDraft, TagAction, TagWrite, Taggable, TransferDraft, TransferKind, World};

fn world() -> World {
    let mut world = World::new(Profile::Modern, "my-kualalumpur-1");
    world.create_group("p", "g".to_owned(), 1, group("group")).unwrap();
    for name in ["one", "two"] {
        world.create_stream("p", "g", format!("id-{name}"), 1, stream(name)).unwrap();
    }
    world.take_changes();
    world
}

fn group(name: &str) -> GroupDraft {
    let name = name.to_owned();
    GroupDraft { name, alias: None, ttl_in_days: 7, enterprise_project_id: "0".to_owned(), tags: Vec::new() }
}

fn stream(name: &str) -> StreamDraft {
    let name = name.to_owned();
    StreamDraft { name, alias: None, ttl_in_days: None, enterprise_project_id: None, tags: Vec::new() }
}

fn dump(stream_ids: &[&str]) -> TransferDraft {
    let detail = json!({ "obs_bucket_name": "bucket", "obs_period": 1, "obs_period_unit": "hour" });
    let Value::Object(detail) = detail else { panic!("an object") };
    TransferDraft {
        group_id: "g".to_owned(),
        stream_ids: stream_ids.iter().map(|id| (*id).to_owned()).collect(),
        kind: TransferKind::Obs,
        mode: "cycle".to_owned(),
        storage_format: "RAW".to_owned(),
        status: "ENABLE".to_owned(),
        agency: None,
        detail,
    }
}

fn write(key: &str) -> TagWrite {
    TagWrite { key: key.to_owned(), value: String::new(), to_streams: true }
}

fn line(content: &str, line_num: LineNumber) -> LineDraft {
    LineDraft { line_num, content: content.to_owned(), labels: BTreeMap::new() }
}

fn keys(world: &mut World) -> Vec<Key> {
    world.take_changes().into_iter().map(|change| change.key).collect()
}

#[test]
fn what_is_refused_touches_nothing() {
    let mut world = world();
    assert!(world.create_group("p", "h".to_owned(), 1, group("group")).is_err());
    assert!(world.create_stream("p", "g", "x".to_owned(), 1, stream("one")).is_err());
    assert!(world.update_group("p", "g", 0, Some(&[write("a")])).is_err());
    let many: Vec<TagWrite> = (0..21).map(|number| write(&number.to_string())).collect();
    assert!(world.update_group("p", "g", 9, Some(&many)).is_err());
    assert!(world.create_transfer("p", "t".to_owned(), 1, dump(&["id-one", "lost"])).is_err());
    assert!(world.delete_group("p", "lost").is_err());
    assert_eq!(keys(&mut world), []);
    assert_eq!(world.project("p").group("g").unwrap().ttl_in_days, 7);
    assert!(world.project("p").group("g").unwrap().tags.map().is_empty());
}

#[test]
fn spreading_tags_touch_the_group_and_its_streams() {
    let mut world = world();
    world.change_tags("p", Taggable::Group, "g", TagAction::Create, &[write("a")]).unwrap();
    let (project, group) = ("p".to_owned(), "g".to_owned());
    let of = |id: &str| Key::Stream { project: project.clone(), group: group.clone(), stream: id.to_owned() };
    let expected = [Key::Group { project: project.clone(), group: group.clone() }, of("id-one"), of("id-two")];
    assert_eq!(keys(&mut world), expected);
}

#[test]
fn a_stream_without_room_is_passed_over_when_tags_spread() {
    let mut world = world();
    let twenty: Vec<TagWrite> = (0..20).map(|number| write(&number.to_string())).collect();
    world.change_tags("p", Taggable::Stream, "id-one", TagAction::Create, &twenty).unwrap();
    world.change_tags("p", Taggable::Group, "g", TagAction::Create, &[write("a")]).unwrap();
    let tags = |id: &str| world.project("p").stream("g", id).unwrap().tags.map().len();
    assert_eq!((tags("id-one"), tags("id-two")), (20, 1));
}

#[test]
fn an_update_s_tags_are_the_whole_set_of_the_group() {
    let mut world = world();
    world.change_tags("p", Taggable::Group, "g", TagAction::Create, &[write("old"), write("kept")]).unwrap();
    world.update_group("p", "g", 7, Some(&[write("kept"), write("new")])).unwrap();
    let names: Vec<&String> = world.project("p").group("g").unwrap().tags.map().keys().collect();
    assert_eq!(names, ["kept", "new"]);
}

#[test]
fn lines_of_one_moment_get_numbers_of_their_own() {
    let mut world = world();
    let moment = LineNumber::From(1_595_659_490_000_000_000);
    let later = LineNumber::Given(1_595_659_490_000_000_002);
    let drafts = vec![line("c", later), line("a", moment), line("b", moment), line("d", moment)];
    let numbers = world.ingest("p", "g", "id-one", drafts).unwrap();
    let tails: Vec<u64> = numbers.iter().map(|number| number % 10).collect();
    assert_eq!(tails, [2, 0, 1, 3]);
    let lines = &world.project("p").stream("g", "id-one").unwrap().lines;
    let order: Vec<&str> = lines.iter().map(|line| line.content.as_str()).collect();
    assert_eq!(order, ["a", "b", "c", "d"]);
    world.ingest("p", "g", "id-one", vec![line("again", later)]).unwrap();
    assert_eq!(world.project("p").stream("g", "id-one").unwrap().lines.len(), 4, "a given number replaces");
}

#[test]
fn deleting_a_group_touches_its_streams_and_their_lines() {
    let mut world = world();
    world.ingest("p", "g", "id-one", vec![line("a", LineNumber::From(1))]).unwrap();
    world.take_changes();
    world.delete_group("p", "g").unwrap();
    assert_eq!(keys(&mut world).len(), 4, "the group, two streams, the lines of one");
}
