//! What an edit wants of the tree, and the next splices on the way there. One
//! small step at a time: each is computed on a tree that was read anew.

use super::super::keys;
use super::super::shape::{Shape, Takes};
use super::super::sink::Spot;
use super::super::vars::{Values, find_variable};
use super::super::write::{Layout, Tree, word};
use super::super::yaml::{Entry, Node, Value};
use super::page::{Page, Splice, start};
use super::style::{restyle, step, wants_block};
use super::{block, flow};
use crate::model::Address;

/// What is wanted of the tree.
#[derive(Debug)]
pub(super) enum Goal {
    /// The entry at the path says this of a key, or nothing.
    Field { path: Vec<String>, key: &'static str, tree: Option<Tree> },
    /// The section at the path has this entry; so far it has none of its name.
    Entry { path: Vec<String>, name: String, tree: Tree },
    /// Nothing is at the path.
    Gone { path: Vec<String> },
}

/// What stays of a mapping without its last key.
#[derive(Debug, Clone, Copy)]
enum Rest {
    /// A key without a value: it is declared, and nothing is said of it.
    Nothing,
    /// `{}`: there are none.
    Braces,
}

/// What keeps a goal from being reached.
#[derive(Debug)]
pub(super) enum Hindrance {
    /// Something is written in a way that is not edited.
    Form(Spot),
    /// What would change comes from a variable, which says it elsewhere as well.
    Variable(Spot, String),
}

impl From<Spot> for Hindrance {
    fn from(spot: Spot) -> Self {
        Self::Form(spot)
    }
}

/// Splices, or nothing when the goal is reached; or what is in the way.
type Next = Result<Option<Vec<Splice>>, Hindrance>;

/// Returns the keys that lead to the entry of an address.
pub(super) fn path_of(address: &Address) -> Vec<String> {
    let (section, name) = match address {
        Address::Group(_) => return vec!["groups".to_owned(), address.group().to_string()],
        Address::Stream(_, name) => ("streams", name.to_string()),
        Address::Dump(_, handle) => ("dumps", handle.to_string()),
    };
    vec!["groups".to_owned(), address.group().to_string(), section.to_owned(), name]
}

/// Returns the entries along a path, if it leads to one.
pub(super) fn find<'t, 's>(root: &'t Node<'s>, path: &[String]) -> Option<Vec<&'t Entry<'s>>> {
    let mut node = root;
    let mut trail = Vec::new();
    for key in path {
        let entry = node.get(key)?;
        trail.push(entry);
        node = &entry.node;
    }
    Some(trail)
}

/// A tree that is being edited.
pub(super) struct Work<'t, 's> {
    pub(super) page: Page<'t>,
    pub(super) root: &'t Node<'s>,
    /// What its variables mean.
    pub(super) values: &'t Values,
}

type Trail<'t, 's> = Vec<&'t Entry<'s>>;

impl<'t, 's> Work<'t, 's> {
    /// Returns the next splices on the way to a goal.
    pub(super) fn next(&self, goal: &Goal) -> Next {
        match goal {
            Goal::Field { path, key, tree } => {
                let trail = find(self.root, path).ok_or(self.root.spot)?;
                match (self.node(&trail).get(key), tree) {
                    (None, None) => Ok(None),
                    (None, Some(tree)) => self.add(&trail, key, tree),
                    (Some(entry), None) => {
                        demand_literal(&entry.node)?;
                        self.take(&with(&trail, entry), Rest::Nothing)
                    }
                    (Some(entry), Some(tree)) => self.settle(&with(&trail, entry), tree),
                }
            }
            Goal::Entry { path, name, tree } => {
                let known = (0..=path.len()).rev().find_map(|length| find(self.root, path.get(..length)?));
                let trail = known.ok_or(self.root.spot)?;
                match path.get(trail.len()) {
                    Some(section) => {
                        self.add(&trail, section, &Tree::Map(vec![(name.clone(), tree.clone())], Layout::Open))
                    }
                    None if self.node(&trail).get(name).is_some() => Ok(None),
                    None => self.add(&trail, name, &self.like_neighbours(&trail, tree)),
                }
            }
            Goal::Gone { path } => match find(self.root, path) {
                Some(trail) => self.take(&trail, Rest::Braces),
                None => Ok(None),
            },
        }
    }

    /// Lays an entry out as those beside it are.
    fn like_neighbours(&self, trail: &[&'t Entry<'s>], tree: &Tree) -> Tree {
        let section = trail.last().map_or("", |section| section.key.text.as_ref());
        match tree {
            Tree::Map(entries, _) if wants_block(self.page, self.node(trail).entries(), section) => {
                Tree::Map(entries.clone(), Layout::Open)
            }
            tree => tree.clone(),
        }
    }

    fn node(&self, trail: &[&'t Entry<'s>]) -> &'t Node<'s> {
        trail.last().map_or(self.root, |entry| &entry.node)
    }

    /// Returns the mapping that the last entry of a trail is in.
    fn parent(&self, trail: &[&'t Entry<'s>]) -> &'t Node<'s> {
        self.node(trail.split_last().map_or(&[][..], |(_, above)| above))
    }

    /// Gives a value that is there another content.
    fn settle(&self, trail: &[&'t Entry<'s>], tree: &Tree) -> Next {
        let Some(entry) = trail.last() else { return Ok(None) };
        match (&entry.node.value, tree) {
            (Value::Scalar(scalar), Tree::Word(text) | Tree::Text(text)) if self.means(&scalar.text, text) => Ok(None),
            (Value::Map(entries), Tree::Map(wanted, _)) => {
                for (key, tree) in wanted {
                    let next = match entry.node.get(key) {
                        Some(entry) => self.settle(&with(trail, entry), tree)?,
                        None => self.add(trail, key, tree)?,
                    };
                    if next.is_some() {
                        return Ok(next);
                    }
                }
                let extra = entries.iter().find(|entry| wanted.iter().all(|(key, _)| entry.key.text != *key));
                let Some(extra) = extra else { return Ok(None) };
                demand_literal(&extra.node)?;
                self.take(&with(trail, extra), Rest::Braces)
            }
            (Value::List(items), Tree::List(wanted)) => self.settle_list(entry, items, wanted),
            _ => self.replace(entry, tree),
        }
    }

    /// Says whether what is written means what is wanted.
    fn means(&self, written: &str, wanted: &str) -> bool {
        written == wanted
            || matches!((self.values.fill(written), self.values.fill(wanted)), (Some(one), Some(other)) if one == other)
    }

    fn settle_list(&self, entry: &Entry<'_>, items: &[Node<'_>], wanted: &[String]) -> Next {
        let (page, form) = (self.page, entry.key_spot);
        let text = |item: &Node<'_>| match &item.value {
            Value::Scalar(scalar) => Some(scalar.text.clone().into_owned()),
            _ => None,
        };
        let there: Vec<String> = items.iter().map(text).collect::<Option<_>>().ok_or(form)?;
        let places = page.items(&entry.node).ok_or(form)?;
        let (open, is_flow) = (start(&entry.node), page.is_flow(&entry.node));
        if let Some(missing) = wanted.iter().find(|item| there.iter().all(|written| !self.means(written, item))) {
            if is_flow {
                return flow::insert(page, open, &places, &word(missing)).map(Some).ok_or(form.into());
            }
            let (last, end) = *places.last().ok_or(form)?;
            let margin = page.slice(page.line_start(last), last);
            if margin.trim() != "-" {
                return Err(form.into());
            }
            return Ok(Some(vec![block::below(page, end, &[format!("{margin}{}", word(missing))])]));
        }
        let extra = there.iter().position(|written| wanted.iter().all(|item| !self.means(written, item)));
        let Some(extra) = extra else { return Ok(None) };
        items.get(extra).map_or(Ok(()), demand_literal)?;
        if is_flow {
            return flow::remove(page, open, &places, extra).map(Some).ok_or(form.into());
        }
        let (first, end) = *places.get(extra).ok_or(form)?;
        let margin = page.slice(page.line_start(first), first);
        if margin.trim() == "-" { Ok(Some(vec![block::remove(page, first, end)])) } else { Err(form.into()) }
    }

    /// Puts a value of another kind where one stands.
    fn replace(&self, entry: &Entry<'_>, tree: &Tree) -> Next {
        let (page, form) = (self.page, entry.key_spot);
        let node = &entry.node;
        demand_literal(node)?;
        if Page::is_implicit(node) {
            let colon = page.colon(entry).ok_or(form)?;
            return Ok(Some(vec![Splice::insert(colon + 1, format!(" {}", tree.flow()))]));
        }
        let (first, end) = (start(node), page.end(node).ok_or(form)?);
        if matches!(node.value, Value::Map(_) | Value::List(_)) && !page.is_flow(node) {
            return block::collapse(page, entry, &tree.flow()).map(Some).ok_or(form.into());
        }
        Ok(Some(vec![Splice::replace(first, end, restyle(page.slice(first, end), tree))]))
    }

    /// Puts a key into the mapping at the end of a trail.
    fn add(&self, trail: &[&'t Entry<'s>], key: &str, tree: &Tree) -> Next {
        let (page, node) = (self.page, self.node(trail));
        let form = trail.last().map_or(node.spot, |entry| entry.key_spot);
        let step = step(page, self.root, trail);
        let Value::Map(entries) = &node.value else {
            return trail.last().map_or(Err(form.into()), |entry| self.fill(trail, entry, (key, tree), step));
        };
        if page.is_flow(node) {
            let is_section = matches!(trail.len(), 1 | 3);
            let stands_free = !trail.is_empty() && !page.is_flow(self.parent(trail));
            if let Some(entry) = trail.last().filter(|_| entries.is_empty() && is_section && stands_free) {
                let column = page.column(entry.key_spot.start as usize).ok_or(form)?;
                return block::expand(page, entry, &tree.lines(key, column + step, step)).map(Some).ok_or(form.into());
            }
            let items = page.items(node).ok_or(form)?;
            let text = format!("{}: {}", word(key), tree.flow());
            return flow::insert(page, start(node), &items, &text).map(Some).ok_or(form.into());
        }
        let shape = shape_at(trail);
        let rank = |key: &str| shape.map_or(0, |shape| rank(shape, key));
        block::insert(page, (trail.last().copied(), node), (key, tree), step, rank).map(Some).ok_or(form.into())
    }

    /// Gives an entry without a body its first key.
    fn fill(&self, trail: &[&'t Entry<'s>], entry: &Entry<'_>, (key, tree): (&str, &Tree), step: usize) -> Next {
        let (page, form, parent) = (self.page, entry.key_spot, self.parent(trail));
        if !matches!(&entry.node.value, Value::Scalar(scalar) if scalar.is_null()) {
            return Err(form.into());
        }
        let section = match trail {
            [_, _, section, _] => section.key.text.as_ref(),
            _ => "",
        };
        let body = |layout| Tree::Map(vec![(key.to_owned(), tree.clone())], layout);
        if !page.is_flow(parent) && wants_block(page, parent.entries(), section) {
            let column = page.column(entry.key_spot.start as usize).ok_or(form)?;
            let lines = body(Layout::Open).body(column + step, step);
            return block::expand(page, entry, &lines).map(Some).ok_or(form.into());
        }
        let text = body(Layout::Compact).flow();
        let splice = match (Page::is_implicit(&entry.node), page.colon(entry)) {
            (true, Some(colon)) => Splice::insert(colon + 1, format!(" {text}")),
            (true, None) => Splice::insert(page.key_end(entry), format!(": {text}")),
            (false, _) => Splice::replace(start(&entry.node), page.end(&entry.node).ok_or(form)?, text),
        };
        Ok(Some(vec![splice]))
    }

    /// Takes the last entry of a trail out of the mapping it is in.
    fn take(&self, trail: &[&'t Entry<'s>], rest: Rest) -> Next {
        let Some((entry, above)) = trail.split_last() else { return Ok(None) };
        let (page, form, parent) = (self.page, entry.key_spot, self.parent(trail));
        let entries = parent.entries();
        if page.is_flow(parent) {
            let items = page.items(parent).ok_or(form)?;
            let index = entries.iter().position(|other| other.key_spot == entry.key_spot).ok_or(form)?;
            return flow::remove(page, start(parent), &items, index).map(Some).ok_or(form.into());
        }
        let first = entry.key_spot.start as usize;
        if page.column(first).is_none() {
            return Err(form.into());
        }
        let mut splices = vec![block::remove(page, first, page.entry_end(entry).ok_or(form)?)];
        if let (1, Rest::Braces, Some(holder)) = (entries.len(), rest, above.last()) {
            splices.push(Splice::insert(page.colon(holder).ok_or(form)? + 1, " {}"));
        }
        Ok(Some(splices))
    }
}

/// What a variable says is not written over where it is used: for other values of
/// the variable it would be wrong.
fn demand_literal(node: &Node<'_>) -> Result<(), Hindrance> {
    find_variable(node).map_or(Ok(()), |name| Err(Hindrance::Variable(node.spot, name)))
}

fn with<'t, 's>(trail: &[&'t Entry<'s>], entry: &'t Entry<'s>) -> Trail<'t, 's> {
    trail.iter().copied().chain([entry]).collect()
}

/// Returns the keys that a mapping with fixed keys takes, in the order in which
/// people write them.
fn shape_at(trail: &[&Entry<'_>]) -> Option<&'static Shape> {
    let inner = |shape: &'static Shape, key: &str| match &shape.key(key)?.takes {
        Takes::Entries(_, Takes::Object(object)) => Some(object.present),
        _ => None,
    };
    match trail {
        [] => Some(&keys::MANIFEST),
        [groups, _] => inner(&keys::MANIFEST, &groups.key.text),
        [groups, _, section, _] => inner(inner(&keys::MANIFEST, &groups.key.text)?, &section.key.text),
        _ => None,
    }
}

fn rank(shape: &Shape, key: &str) -> usize {
    shape.keys.iter().position(|known| known.name == key).unwrap_or(usize::MAX)
}
