//! Lists that are not what there is.

use serde_json::{Map, Value};

use super::super::http::{Answer, Call, json_bytes};
use super::super::refusal::Refusal;
use super::super::state::World;
use super::engine::{Engine, Strike};
use super::kind::Fault;
use crate::effects::Chance;

/// How a list is made of a state.
pub(crate) type Listing<'a> = &'a dyn Fn(&World, &Call) -> Result<Answer, Refusal>;

/// Makes an answer to a list as the strike has it; none where it would be no
/// other than the honest one.
pub(crate) fn look(
    strike: &Strike,
    engine: &Engine,
    world: &World,
    call: &Call,
    listing: Listing<'_>,
    honest: &Result<Answer, Refusal>,
) -> Option<Result<Answer, Refusal>> {
    let distorted = match (&strike.fault, &engine.history, honest) {
        (Fault::Stale(stale), Some(history), _) => listing(&history.at(world, call.now, stale.seconds), call),
        (Fault::Reappear(reappear), Some(history), Ok(honest)) => {
            let earlier = history.since(call.now, reappear.seconds);
            revive(honest, earlier.filter_map(|past| listing(&past(world), call).ok()))
        }
        (Fault::RepeatPage(page), _, _) => {
            let asked = call.query("limit").or(call.query("per_page")).and_then(|text| text.parse().ok());
            let items = asked.unwrap_or(page.items as usize);
            listing(world, &first_page(call)).and_then(|answer| edit(&answer, |list| list.truncate(items)))
        }
        (fault, _, Ok(honest)) => edit(honest, |list| shorten(fault, strike.draw, list)),
        (_, _, Err(_)) => return None,
    };
    let same = match (&distorted, honest) {
        (Ok(distorted), Ok(honest)) => distorted.body == honest.body,
        (Err(distorted), Err(honest)) => distorted == honest,
        _ => false,
    };
    (!same).then_some(distorted)
}

/// Takes items away.
fn shorten(fault: &Fault, draw: u64, list: &mut Vec<Value>) {
    match fault {
        Fault::EmptyList(_) => list.clear(),
        Fault::Cut(cut) => list.truncate(cut.items as usize),
        Fault::MissItem(miss) => {
            let chance = Chance::seeded(draw);
            for _ in 0..miss.items {
                let Some(last) = list.len().checked_sub(1) else { return };
                let index = usize::try_from(chance.between(0, last as u64)).unwrap_or(0);
                list.remove(index);
            }
        }
        _ => {}
    }
}

/// Returns the same request for the first page.
fn first_page(call: &Call) -> Call {
    let query = call.query.iter().filter(|(name, _)| name != "offset").map(|(name, value)| {
        let value = if name == "page" { "1" } else { value };
        (name.clone(), value.to_owned())
    });
    Call { query: query.collect(), ..call.clone() }
}

/// Puts what is gone since the latest state that had more behind what is there.
fn revive(honest: &Answer, mut earlier: impl Iterator<Item = Answer>) -> Result<Answer, Refusal> {
    let now = read(honest)?;
    let gone = earlier.find_map(|answer| {
        let gone = gone(&read(&answer).ok()?, &now);
        Some(gone).filter(|gone| !gone.is_empty())
    });
    let Some(gone) = gone else { return Ok(honest.clone()) };
    let mut revived = now.clone();
    for (name, items) in gone {
        if let Some(list) = revived.get_mut(&name).and_then(Value::as_array_mut) {
            list.extend(items);
        }
    }
    Ok(Answer { body: json_bytes(&revived)?, ..honest.clone() })
}

/// Returns the items that there were and are no more, by the name of the list.
fn gone(then: &Map<String, Value>, now: &Map<String, Value>) -> Vec<(String, Vec<Value>)> {
    let mut all = Vec::new();
    for (name, items) in then.iter().filter_map(|(name, value)| Some((name, value.as_array()?))) {
        let known = now.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let is_gone = |item: &&Value| !known.iter().any(|other| id(name, other) == id(name, item));
        let gone: Vec<Value> = items.iter().filter(is_gone).cloned().collect();
        if !gone.is_empty() {
            all.push((name.clone(), gone));
        }
    }
    all
}

/// Returns what tells an item from others of its list.
fn id<'a>(list: &str, item: &'a Value) -> Option<&'a Value> {
    item.get(match list {
        "log_groups" => "log_group_id",
        "log_streams" => "log_stream_id",
        "log_transfers" => "log_transfer_id",
        _ => "id",
    })
}

/// Returns the answer with its lists changed, to the byte as it was where
/// nothing changes.
fn edit(answer: &Answer, mut change: impl FnMut(&mut Vec<Value>)) -> Result<Answer, Refusal> {
    let before = read(answer)?;
    let mut after = before.clone();
    after.values_mut().filter_map(Value::as_array_mut).for_each(&mut change);
    if after == before {
        return Ok(answer.clone());
    }
    Ok(Answer { body: json_bytes(&after)?, ..answer.clone() })
}

fn read(answer: &Answer) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(&answer.body).map_err(|error| Refusal::broken(error.to_string()))
}
