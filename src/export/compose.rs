//! Live → draft: what is declared, and what is left out and why.

use std::collections::{BTreeMap, BTreeSet};

use super::dumps::{self, Judged};
use super::order::{Cause, Draft, Entry, GroupDraft, LeftOut, Ownerless, Selection};
use super::refusal::Refusal;
use super::scene::{Guarded, Scene};
use crate::manifest::write::{FieldValue, ObjectKind, dump_fields, express, group_fields, stream_fields};
use crate::model::{
    Address, Capabilities, DumpHandle, EstateName, Field, GroupName, Listing, Live, LiveGroup, LiveStream, StreamName,
    Tags,
};

/// Says what a manifest can declare of a project without changing anything.
///
/// # Errors
/// Returns a refusal when a list that is asked for was not read in full, or
/// when nothing has an address that is asked for.
pub fn compose(
    live: &Live,
    capabilities: &Capabilities,
    estate: Option<&EstateName>,
    selection: Selection<'_>,
    ownerless: Ownerless,
) -> Result<Draft, Refusal> {
    let scene = Scene::new(live, capabilities, estate, ownerless);
    let mut composer = Composer {
        scene,
        selection,
        draft: Draft::default(),
        unread: Vec::new(),
        met: BTreeSet::new(),
        found_foreign: false,
    };
    if let Some(reason) = &live.groups_doubt {
        composer.unread.push(format!("the list of log groups: {reason}"));
    }
    let mut unlisted = false;
    for (name, group) in &live.groups {
        composer.add_group(name, group);
        unlisted |= matches!(group.dumps, Listing::NotOffered) && selection.reaches(name, "dumps");
    }
    if unlisted {
        let remark = "this edition of the API does not list OBS dumps; none is declared";
        composer.draft.remarks.push(remark.to_owned());
    }
    composer.finish(estate)
}

struct Composer<'a> {
    scene: Scene<'a>,
    selection: Selection<'a>,
    draft: Draft,
    unread: Vec<String>,
    /// Patterns, by position, that matched something.
    met: BTreeSet<usize>,
    /// Whether something of another estate was left out.
    found_foreign: bool,
}

type Streams = BTreeMap<StreamName, LiveStream>;

impl Composer<'_> {
    fn finish(mut self, estate: Option<&EstateName>) -> Result<Draft, Refusal> {
        if self.found_foreign && estate.is_none() {
            let remark =
                "what belongs to an estate is declared when that estate is named, with `--estate` or with `-f`";
            self.draft.remarks.push(remark.to_owned());
        }
        if !self.unread.is_empty() {
            return Err(Refusal::Unread(self.unread));
        }
        if let Selection::Matching(globs) = self.selection {
            let idle = globs.iter().enumerate().filter(|(position, _)| !self.met.contains(position));
            let idle: Vec<String> = idle.map(|(_, glob)| glob.to_string()).collect();
            if !idle.is_empty() {
                return Err(Refusal::NotFound(idle));
            }
        }
        Ok(self.draft)
    }

    /// Says whether an object is asked for under any of its addresses.
    fn wants(&mut self, addresses: &[&Address]) -> bool {
        let Selection::Matching(globs) = self.selection else { return true };
        let met = globs.iter().enumerate().filter(|(_, glob)| addresses.iter().any(|address| glob.matches(address)));
        let met: Vec<usize> = met.map(|(position, _)| position).collect();
        self.met.extend(&met);
        !met.is_empty()
    }

    fn find_trouble(&mut self, address: &Address, tags: Option<&Tags>) -> Option<String> {
        self.found_foreign |= self.scene.is_foreign(address, tags);
        self.scene.find_trouble(address, tags)
    }

    fn leave_whole(&mut self, address: Address, tags: Option<&Tags>, reason: String) {
        let foreign = self.scene.is_foreign(&address, tags);
        let cause = if foreign { Cause::AnotherEstate } else { Cause::Other };
        self.draft.left_out.insert(LeftOut { address, field: None, cause, reason });
    }

    fn leave_out(&mut self, address: Address, field: Option<Field>, reason: String) {
        self.draft.left_out.insert(LeftOut { address, field, cause: Cause::Other, reason });
    }

    fn add_group(&mut self, name: &GroupName, group: &LiveGroup) {
        let address = Address::Group(name.clone());
        let itself = self.wants(&[&address]);
        let wants_streams = self.selection.reaches(name, "streams");
        let wants_dumps = self.selection.reaches(name, "dumps");
        let nothing = Streams::new();
        let streams = match &group.streams {
            Listing::Complete(streams) => streams,
            Listing::Unread(reason, _) if wants_streams || wants_dumps => {
                return self.unread.push(format!("the log streams of log group {name:?}: {reason}"));
            }
            Listing::Unread(..) | Listing::NotOffered => &nothing,
        };
        let transfers = match &group.dumps {
            Listing::Complete(dumps) => dumps.as_slice(),
            Listing::Unread(reason, _) if wants_dumps => {
                return self.unread.push(format!("the transfers of log group {name:?}: {reason}"));
            }
            Listing::Unread(..) | Listing::NotOffered => &[],
        };
        let judged: Vec<Judged<'_>> = dumps::judge(&self.scene, name, transfers, streams)
            .into_iter()
            .filter(|judged| {
                let id = DumpHandle::from_service(judged.dump.id.as_str());
                let known = [&judged.handle, &id].map(|handle| Address::Dump(name.clone(), handle.clone()));
                self.wants(&known.each_ref())
            })
            .collect();
        let brought: BTreeSet<&StreamName> =
            judged.iter().filter(|judged| judged.trouble.is_none()).flat_map(|judged| &judged.streams).collect();
        let chosen: Vec<(&StreamName, &LiveStream)> = streams
            .iter()
            .filter(|(stream, _)| {
                self.wants(&[&Address::Stream(name.clone(), (*stream).clone())]) || brought.contains(stream)
            })
            .collect();
        if !itself && chosen.is_empty() && judged.is_empty() {
            return;
        }
        if let Some(reason) = self.find_trouble(&address, group.settings.tags.as_ref()) {
            let all =
                if streams.is_empty() && transfers.is_empty() { "" } else { "; what is in it is left out as well" };
            return self.leave_whole(address, group.settings.tags.as_ref(), format!("{reason}{all}"));
        }
        let mut draft = GroupDraft::default();
        if itself {
            let guarded = self.scene.guarded(&address, group.settings.tags.as_ref());
            draft.entry = self.entry(&address, ObjectKind::Group, group_fields(&group.settings), guarded);
        }
        if group.streams.complete().is_some() && (wants_streams || !brought.is_empty()) {
            draft.streams = Some(self.streams(name, &chosen));
        }
        if group.dumps.complete().is_some() && wants_dumps {
            draft.dumps = Some(self.dumps(name, &judged));
        }
        self.draft.groups.insert(name.clone(), draft);
    }

    fn streams(&mut self, group: &GroupName, chosen: &[(&StreamName, &LiveStream)]) -> BTreeMap<StreamName, Entry> {
        let mut entries = BTreeMap::new();
        for (name, stream) in chosen {
            let address = Address::Stream(group.clone(), (*name).clone());
            let tags: Option<&Tags> = stream.settings.tags.as_ref();
            if let Some(reason) = self.find_trouble(&address, tags) {
                self.leave_whole(address, tags, reason);
                continue;
            }
            let guarded = self.scene.guarded(&address, tags);
            let entry = self.entry(&address, ObjectKind::Stream, stream_fields(&stream.settings), guarded);
            entries.insert((*name).clone(), entry);
        }
        entries
    }

    fn dumps(&mut self, group: &GroupName, judged: &[Judged<'_>]) -> BTreeMap<DumpHandle, Entry> {
        let mut entries = BTreeMap::new();
        for Judged { dump, handle, streams, trouble } in judged {
            let address = Address::Dump(group.clone(), handle.clone());
            if let Some(reason) = trouble {
                self.leave_out(address, None, reason.clone());
                continue;
            }
            for field in dump.unreadable.keys() {
                self.leave_out(address.clone(), Some(*field), dumps::spelled(dump, *field));
            }
            let mut fields = vec![(Field::Streams, FieldValue::Streams(streams.clone()))];
            fields.extend(dump_fields(&dump.settings));
            entries.insert(handle.clone(), self.entry(&address, ObjectKind::Dump, fields, Guarded::No));
        }
        entries
    }

    fn entry(
        &mut self,
        address: &Address,
        kind: ObjectKind,
        fields: Vec<(Field, FieldValue)>,
        guarded: Guarded,
    ) -> Entry {
        let mut entry = Entry::default();
        for (field, value) in fields {
            match express(kind, field, &value) {
                Ok(_) => entry.fields.push((field, value)),
                Err(reason) => self.leave_out(address.clone(), Some(field), reason),
            }
        }
        match guarded {
            Guarded::No => {}
            Guarded::Ours => entry.fields.push((Field::Protected, FieldValue::Flag(true))),
            Guarded::Otherwise(reason) => self.leave_out(address.clone(), Some(Field::Protected), reason),
        }
        entry
    }
}
