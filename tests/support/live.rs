//! Projects as they are found: made by hand, by this program, by other estates
//! and by other tools; and what somebody may do to one meanwhile.

use ltsctl::emulator::{Estate, EstateGroup, EstateStream, EstateTransfer};
use proptest::prelude::*;

pub const GROUPS: [&str; 3] = ["alpha", "beta", "gamma"];
pub const STREAMS: [&str; 4] = ["s", "t", "u", "console"];

/// Any project over three groups and four streams, with owners, protection,
/// transfers of all kinds, twin dumps and failing ones.
pub fn any_live() -> impl Strategy<Value = Estate> {
    prop::array::uniform3(prop::option::weighted(0.8, any_group())).prop_map(|groups| {
        let named = GROUPS.into_iter().zip(groups).enumerate();
        let groups = named.filter_map(|(index, (name, group))| Some((name.to_owned(), settle(name, index, group?))));
        Estate { groups: groups.collect() }
    })
}

/// Retention, owner, and the value of a tag.
type StreamDraft = (Option<u32>, Marks, Option<&'static str>);
/// Kind, the streams it covers as bits, bucket, period, status.
type TransferDraft = (&'static str, u8, &'static str, &'static str, &'static str);

/// What is generated of a group before it has a name.
#[derive(Debug, Clone)]
struct Draft {
    ttl: u32,
    marks: Marks,
    tag: Option<&'static str>,
    streams: [Option<StreamDraft>; 4],
    transfers: Vec<TransferDraft>,
}

#[derive(Debug, Clone, Copy)]
enum Marks {
    None,
    Ours,
    OursProtected,
    Rivals,
    /// The marker of another bearer, as a copy of a group's tags leaves it.
    Copied,
}

fn any_marks() -> impl Strategy<Value = Marks> {
    prop_oneof![
        4 => Just(Marks::None),
        4 => Just(Marks::Ours),
        1 => Just(Marks::OursProtected),
        1 => Just(Marks::Rivals),
        1 => Just(Marks::Copied),
    ]
}

/// Boxed, as its parts are: unoptimised, a tree of all its choices is too large for
/// the stack of a test.
fn any_group() -> BoxedStrategy<Draft> {
    let ttl = || prop::sample::select(vec![1, 3, 7, 30]);
    let stream = (prop::option::of(ttl()), any_marks(), prop::option::of(Just("x"))).boxed();
    let transfer = (
        prop::sample::select(vec!["OBS", "OBS", "OBS", "DIS"]),
        1..16_u8,
        prop::sample::select(vec!["bucket-one", "bucket-two"]),
        prop::sample::select(vec!["1hour", "2min"]),
        prop::sample::select(vec!["ENABLE", "ENABLE", "DISABLE", "EXCEPTION"]),
    )
        .boxed();
    (
        ttl(),
        any_marks(),
        prop::option::of(Just("x")),
        prop::array::uniform4(prop::option::weighted(0.7, stream)),
        prop::collection::vec(transfer, 0..3),
    )
        .prop_map(|(ttl, marks, tag, streams, transfers)| Draft { ttl, marks, tag, streams, transfers })
        .boxed()
}

fn settle(name: &str, index: usize, draft: Draft) -> EstateGroup {
    let tags = |bearer: &str, marks: Marks, tag: Option<&str>| {
        let mut tags: Vec<(&str, String)> = tag.map(|value| ("a", value.to_owned())).into_iter().collect();
        match marks {
            Marks::None => {}
            Marks::Ours => tags.push(("ltsctl-estate", format!("acme:{bearer}"))),
            Marks::OursProtected => {
                tags.push(("ltsctl-estate", format!("acme:{bearer}")));
                tags.push(("ltsctl-protected", bearer.to_owned()));
            }
            Marks::Rivals => tags.push(("ltsctl-estate", format!("rivals:{bearer}"))),
            Marks::Copied => tags.push(("ltsctl-estate", "acme:group:elsewhere".to_owned())),
        }
        tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    };
    let id = |number: usize| Some(format!("00000000-0000-4000-8000-{index:04}{number:08}"));
    let mut group = EstateGroup {
        id: id(0),
        ttl_in_days: Some(draft.ttl),
        tags: tags(&format!("group:{name}"), draft.marks, draft.tag),
        ..EstateGroup::default()
    };
    for (number, (stream, draft)) in STREAMS.into_iter().zip(draft.streams).enumerate() {
        if let Some((ttl, marks, tag)) = draft {
            let tags = tags(&format!("stream:{name}/{stream}"), marks, tag);
            let stream_id = id(number + 1);
            let settings = EstateStream { id: stream_id, ttl_in_days: ttl, tags, ..EstateStream::default() };
            group.streams.insert(stream.to_owned(), Some(settings));
        }
    }
    for (number, (kind, covered, bucket, period, status)) in draft.transfers.into_iter().enumerate() {
        let streams: Vec<String> = STREAMS
            .into_iter()
            .enumerate()
            .filter(|(bit, stream)| covered >> bit & 1 == 1 && group.streams.contains_key(*stream))
            .map(|(_, stream)| stream.to_owned())
            .collect();
        if !streams.is_empty() {
            group.transfers.push(EstateTransfer {
                id: id(number + 10),
                kind: Some(kind.to_owned()),
                streams,
                status: Some(status.to_owned()),
                obs_bucket_name: (kind == "OBS").then(|| bucket.to_owned()),
                period: (kind == "OBS").then(|| period.to_owned()),
                ..EstateTransfer::default()
            });
        }
    }
    group
}

/// One thing that somebody may do to a project.
#[derive(Debug, Clone)]
pub enum Edit {
    GroupTtl(u32),
    GroupTag(&'static str, &'static str),
    StreamTtl(&'static str, u32),
    StreamTag(&'static str, &'static str, &'static str),
    NewGroup,
    NewStream(&'static str),
    GoneGroup,
    GoneStream(&'static str),
    Remade(&'static str),
    NewDump(&'static str),
    GoneDump,
    OtherFormat,
}

pub fn any_edit() -> impl Strategy<Value = (&'static str, Edit)> {
    let group = prop::sample::select(GROUPS.to_vec());
    let stream = || prop::sample::select(STREAMS.to_vec());
    let tag = || {
        prop::sample::select(vec![
            ("ltsctl-protected", "by a colleague"),
            ("ltsctl-estate", "rivals"),
            ("a", "other"),
            ("new", "one"),
        ])
    };
    let ttl = || prop::sample::select(vec![2, 5, 90]);
    let edit = prop_oneof![
        ttl().prop_map(Edit::GroupTtl),
        tag().prop_map(|(key, value)| Edit::GroupTag(key, value)),
        (stream(), ttl()).prop_map(|(stream, ttl)| Edit::StreamTtl(stream, ttl)),
        (stream(), tag()).prop_map(|(stream, (key, value))| Edit::StreamTag(stream, key, value)),
        Just(Edit::NewGroup),
        stream().prop_map(Edit::NewStream),
        Just(Edit::GoneGroup),
        stream().prop_map(Edit::GoneStream),
        stream().prop_map(Edit::Remade),
        stream().prop_map(Edit::NewDump),
        Just(Edit::GoneDump),
        Just(Edit::OtherFormat),
    ];
    (group, edit)
}

/// Does it, if it can be done; says whether anything is different.
pub fn make(live: &mut Estate, (name, edit): &(&'static str, Edit)) -> bool {
    let before = live.clone();
    // The value of a marker names its bearer.
    let value = |key: &str, value: &str, bearer: String| match key {
        "ltsctl-estate" => format!("{value}:{bearer}"),
        _ => value.to_owned(),
    };
    if let Edit::NewGroup = edit {
        live.groups.entry((*name).to_owned()).or_default();
        return *live != before;
    }
    let Some(group) = live.groups.get_mut(*name) else { return false };
    let mut on_stream = |stream: &str, change: &dyn Fn(&mut EstateStream)| {
        if let Some(Some(found)) = group.streams.get_mut(stream) {
            change(found);
        }
    };
    match edit {
        Edit::GroupTtl(ttl) => group.ttl_in_days = Some(*ttl),
        Edit::GroupTag(key, text) => {
            group.tags.insert((*key).to_owned(), value(key, text, format!("group:{name}")));
        }
        Edit::StreamTtl(stream, ttl) => on_stream(stream, &|found| found.ttl_in_days = Some(*ttl)),
        Edit::StreamTag(stream, key, text) => on_stream(stream, &|found| {
            found.tags.insert((*key).to_owned(), value(key, text, format!("stream:{name}/{stream}")));
        }),
        Edit::NewStream(stream) => {
            group.streams.entry((*stream).to_owned()).or_insert_with(|| Some(EstateStream::default()));
        }
        Edit::GoneGroup => {
            live.groups.remove(*name);
        }
        Edit::GoneStream(stream) => {
            if group.transfers.iter().all(|transfer| !transfer.streams.iter().any(|covered| covered == stream)) {
                group.streams.remove(*stream);
            }
        }
        Edit::Remade(stream) => on_stream(stream, &|found| {
            // Another id, and none that anything else has.
            let digits = |of: &[&str], name: &str| of.iter().position(|other| other == &name).unwrap_or_default();
            let (group, number) = (digits(&GROUPS, name), digits(&STREAMS, stream));
            found.id = Some(format!("00000000-0000-4000-8000-dead{group:04}{number:04}"));
        }),
        Edit::NewDump(stream) => {
            let covered = group.transfers.iter().any(|transfer| transfer.streams.iter().any(|other| other == stream));
            if group.streams.contains_key(*stream) && !covered {
                let streams = vec![(*stream).to_owned()];
                group.transfers.push(EstateTransfer { streams, ..EstateTransfer::default() });
            }
        }
        Edit::GoneDump => {
            group.transfers.pop();
        }
        Edit::OtherFormat => {
            if let Some(transfer) = group.transfers.last_mut() {
                transfer.storage_format =
                    Some(if transfer.storage_format.as_deref() == Some("JSON") { "RAW" } else { "JSON" }.to_owned());
            }
        }
        Edit::NewGroup => {}
    }
    *live != before
}
