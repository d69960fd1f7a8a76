//! What edits mean: the same change, made on the meaning instead of the text.
//! The text is believed only when it comes to the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::change::{Edit, Refusal};
use crate::manifest::write::{FieldValue, ObjectKind, express};
use crate::model::{
    Address, BucketName, Days, Desired, DesiredDump, DesiredGroup, DesiredStream, DumpSettings, Field, GroupSettings,
    Period, Place, Protection, StorageFormat, StreamSettings, StreamTtl, Wanted,
};

/// The retention that `defaults` gives, and where.
pub(super) type DefaultTtl = Option<(Days, Place)>;

/// Does to a declaration what an edit means. `file` is where a new group goes.
pub(super) fn intend(desired: &mut Desired, edit: &Edit, default: &DefaultTtl, file: &Arc<str>) -> Result<(), Refusal> {
    let address = edit.address();
    match edit {
        Edit::Set { field, value, .. } => {
            demand_expressible(address, *field, value)?;
            assign(desired, address, *field, Some(value), default)
        }
        Edit::Unset { field, .. } => assign(desired, address, *field, None, default),
        Edit::Add { fields, .. } => {
            add(desired, address, file)?;
            for (field, value) in fields {
                demand_expressible(address, *field, value)?;
                assign(desired, address, *field, Some(value), default)?;
            }
            Ok(())
        }
        Edit::Remove { .. } => remove(desired, address),
    }
}

/// Returns the kind of an object.
pub(super) fn kind(address: &Address) -> ObjectKind {
    match address {
        Address::Group(_) => ObjectKind::Group,
        Address::Stream(..) => ObjectKind::Stream,
        Address::Dump(..) => ObjectKind::Dump,
    }
}

fn demand_expressible(address: &Address, field: Field, value: &FieldValue) -> Result<(), Refusal> {
    let refuse = |reason| Refusal::Inexpressible { address: address.clone(), field, reason };
    express(kind(address), field, value).map(drop).map_err(refuse)
}

/// Returns where an object is declared.
pub(super) fn place_of<'d>(desired: &'d Desired, address: &Address) -> Option<&'d Place> {
    let group = desired.groups.get(address.group())?;
    Some(match address {
        Address::Group(_) => &group.place,
        Address::Stream(_, name) => &group.streams.as_ref()?.get(name)?.place,
        Address::Dump(_, handle) => &group.dumps.as_ref()?.get(handle)?.place,
    })
}

fn add(desired: &mut Desired, address: &Address, file: &Arc<str>) -> Result<(), Refusal> {
    if let Some(place) = place_of(desired, address) {
        return Err(Refusal::Declared { address: address.clone(), place: place.clone() });
    }
    let place = Place { file: Arc::clone(file), line: 1, column: 1 };
    if let Address::Group(name) = address {
        let wanted = Wanted::Present(GroupSettings::default());
        let group = DesiredGroup { wanted, protection: None, streams: None, dumps: None, place };
        desired.groups.insert(name.clone(), group);
        return Ok(());
    }
    let holder = Address::Group(address.group().clone());
    let group = desired.groups.get_mut(address.group()).ok_or_else(|| Refusal::NotDeclared(holder.clone()))?;
    if group.wanted.is_absent() {
        return Err(Refusal::Tombstone { address: holder, place: group.place.clone() });
    }
    match address {
        Address::Group(_) => {}
        Address::Stream(_, name) => {
            let stream = DesiredStream { wanted: Wanted::Present(StreamSettings::default()), protection: None, place };
            group.streams.get_or_insert_with(BTreeMap::new).insert(name.clone(), stream);
        }
        Address::Dump(_, handle) => {
            let wanted = Wanted::Present(DumpSettings::default());
            let dump = DesiredDump { streams: Default::default(), wanted, tombstone_bucket: None, place };
            group.dumps.get_or_insert_with(BTreeMap::new).insert(handle.clone(), dump);
        }
    }
    Ok(())
}

fn remove(desired: &mut Desired, address: &Address) -> Result<(), Refusal> {
    let gone = match (address, desired.groups.get_mut(address.group())) {
        (Address::Group(name), _) => desired.groups.remove(name).is_some(),
        (Address::Stream(_, name), Some(group)) => {
            group.streams.as_mut().and_then(|streams| streams.remove(name)).is_some()
        }
        (Address::Dump(_, handle), Some(group)) => {
            group.dumps.as_mut().and_then(|dumps| dumps.remove(handle)).is_some()
        }
        (_, None) => false,
    };
    if gone { Ok(()) } else { Err(Refusal::NotDeclared(address.clone())) }
}

fn assign(
    desired: &mut Desired,
    address: &Address,
    field: Field,
    value: Option<&FieldValue>,
    default: &DefaultTtl,
) -> Result<(), Refusal> {
    let missing = || Refusal::NotDeclared(address.clone());
    let group = desired.groups.get_mut(address.group()).ok_or_else(missing)?;
    let known = match address {
        Address::Group(_) => {
            let default = default.as_ref().map(|(days, _)| *days);
            let place = group.place.clone();
            assign_group(present(&mut group.wanted, address, &place)?, &mut group.protection, field, value, default)
        }
        Address::Stream(_, name) => {
            let stream = group.streams.as_mut().and_then(|streams| streams.get_mut(name)).ok_or_else(missing)?;
            let place = stream.place.clone();
            assign_stream(present(&mut stream.wanted, address, &place)?, &mut stream.protection, field, value)
        }
        Address::Dump(_, handle) => {
            let dump = group.dumps.as_mut().and_then(|dumps| dumps.get_mut(handle)).ok_or_else(missing)?;
            let place = dump.place.clone();
            let settings = present(&mut dump.wanted, address, &place)?;
            match (field, value) {
                (Field::Streams, Some(FieldValue::Streams(streams))) => {
                    dump.streams.clone_from(streams);
                    Some(())
                }
                _ => assign_dump(settings, field, value),
            }
        }
    };
    known.ok_or_else(|| Refusal::Inexpressible {
        address: address.clone(),
        field,
        reason: format!("is no field of {}", address.kind()),
    })
}

fn present<'w, T>(wanted: &'w mut Wanted<T>, address: &Address, place: &Place) -> Result<&'w mut T, Refusal> {
    match wanted {
        Wanted::Present(settings) => Ok(settings),
        Wanted::Absent(_) => Err(Refusal::Tombstone { address: address.clone(), place: place.clone() }),
    }
}

fn text(value: Option<&FieldValue>) -> Option<Arc<str>> {
    match value {
        Some(FieldValue::Text(text)) => Some(Arc::clone(text)),
        _ => None,
    }
}

fn flag(value: Option<&FieldValue>) -> Option<bool> {
    match value {
        Some(FieldValue::Flag(flag)) => Some(*flag),
        _ => None,
    }
}

fn protection(value: Option<&FieldValue>) -> Option<Protection> {
    flag(value).map(|flag| if flag { Protection::Protected } else { Protection::Lifted })
}

fn ttl(value: Option<&FieldValue>) -> Option<StreamTtl> {
    match value {
        Some(FieldValue::Ttl(ttl)) => Some(*ttl),
        _ => None,
    }
}

fn tags(value: Option<&FieldValue>) -> Option<crate::model::Tags> {
    match value {
        Some(FieldValue::Tags(tags)) => Some(tags.clone()),
        _ => None,
    }
}

fn assign_group(
    settings: &mut GroupSettings,
    guard: &mut Option<Protection>,
    field: Field,
    value: Option<&FieldValue>,
    default: Option<Days>,
) -> Option<()> {
    match field {
        Field::TtlInDays => settings.ttl = ttl(value).and_then(|ttl| ttl.effective(None)).or(default),
        Field::Tags => settings.tags = tags(value),
        Field::EnterpriseProjectId => settings.enterprise_project_id = text(value),
        Field::Protected => *guard = protection(value),
        _ => return None,
    }
    Some(())
}

fn assign_stream(
    settings: &mut StreamSettings,
    guard: &mut Option<Protection>,
    field: Field,
    value: Option<&FieldValue>,
) -> Option<()> {
    match field {
        Field::TtlInDays => settings.ttl = ttl(value),
        Field::Tags => settings.tags = tags(value),
        Field::EnterpriseProjectName => settings.enterprise_project_name = text(value),
        Field::Protected => *guard = protection(value),
        _ => return None,
    }
    Some(())
}

fn assign_dump(settings: &mut DumpSettings, field: Field, value: Option<&FieldValue>) -> Option<()> {
    let word = text(value);
    match field {
        Field::ObsBucketName => settings.obs_bucket_name = word.as_deref().map(BucketName::from_service),
        Field::StorageFormat => settings.storage_format = word.as_deref().and_then(StorageFormat::parse),
        Field::Period => settings.period = word.as_deref().and_then(Period::parse),
        Field::SwitchOn => settings.switch_on = flag(value),
        Field::DirPrefixName => settings.dir_prefix_name = word,
        Field::PrefixName => settings.prefix_name = word,
        Field::TimeZone => {
            settings.time_zone = match value {
                Some(FieldValue::TimeZone(slot)) => Some(slot.clone()),
                _ => None,
            };
        }
        Field::Encryption => {
            settings.encryption = match value {
                Some(FieldValue::Encryption(slot)) => Some(slot.clone()),
                _ => None,
            };
        }
        Field::Agency => {
            settings.agency = match value {
                Some(FieldValue::Agency(slot)) => Some(slot.clone()),
                _ => None,
            };
        }
        _ => return None,
    }
    Some(())
}
