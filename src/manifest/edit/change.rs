//! What can be edited, and why it may not be.

use std::sync::Arc;

use super::super::diagnostic::Complaints;
use super::super::write::FieldValue;
use crate::model::{Address, Field, Place};

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A declared object says this of a field. What `defaults` says is left
    /// alone: the object gets a key of its own.
    Set {
        /// The object.
        address: Address,
        /// The field.
        field: Field,
        /// What it is going to say.
        value: FieldValue,
    },
    /// A declared object says nothing of a field any more.
    Unset {
        /// The object.
        address: Address,
        /// The field.
        field: Field,
    },
    /// An object is declared. Its group has to be, by this edit or an earlier
    /// one; the section is made where there is none.
    Add {
        /// The object.
        address: Address,
        /// What is said of it, in this order.
        fields: Vec<(Field, FieldValue)>,
    },
    /// An object is declared no more. That is no tombstone: without the entry
    /// the manifest says nothing about it.
    Remove {
        /// The object.
        address: Address,
    },
}

impl Edit {
    /// Returns the object.
    #[must_use]
    pub fn address(&self) -> &Address {
        match self {
            Self::Set { address, .. }
            | Self::Unset { address, .. }
            | Self::Add { address, .. }
            | Self::Remove { address } => address,
        }
    }
}

/// A file that an edit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// File as the user named it.
    pub name: Arc<str>,
    /// Its text before.
    pub before: String,
    /// Its text after.
    pub after: String,
}

/// Why nothing was edited. Its words fit after `error:`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What is to be edited is no manifest to begin with.
    #[error("the manifest cannot be edited: {0}")]
    Unreadable(Complaints),
    /// There is no file to edit.
    #[error("there is no manifest to edit")]
    NoFile,
    /// No file declares the object.
    #[error("`{0}` is not declared")]
    NotDeclared(Address),
    /// A file declares the object already.
    #[error("`{address}` is declared already, at {place}")]
    Declared {
        /// The object.
        address: Address,
        /// Where.
        place: Place,
    },
    /// The object is a tombstone, which says nothing but that.
    #[error("`{address}` is a tombstone, at {place}")]
    Tombstone {
        /// The object.
        address: Address,
        /// Where.
        place: Place,
    },
    /// The value is that of `defaults`, which is for other groups as well.
    #[error("`{field}` of `{address}` comes from `defaults`, at {place}")]
    Default {
        /// The object.
        address: Address,
        /// The field.
        field: Field,
        /// Where the default is.
        place: Place,
    },
    /// A manifest cannot say it.
    #[error("`{field}` of `{address}` {reason}")]
    Inexpressible {
        /// The object.
        address: Address,
        /// The field.
        field: Field,
        /// Why not.
        reason: String,
    },
    /// It is written in a way that this program does not edit.
    #[error("`{address}` is written in a way that is not edited, at {place}")]
    Form {
        /// The object.
        address: Address,
        /// Where.
        place: Place,
    },
    /// The value is that of a variable, which may be used elsewhere and may have other
    /// values.
    #[error("`{address}` says `${{var.{name}}}`, at {place}")]
    Variable {
        /// The object.
        address: Address,
        /// The variable.
        name: String,
        /// Where it is used.
        place: Place,
    },
    /// The text would not mean what it should.
    #[error("the edit of `{address}` would change more than it should, at {place}: {what}")]
    Disproved {
        /// The object.
        address: Address,
        /// Where it is declared.
        place: Place,
        /// What would be otherwise.
        what: String,
    },
}

impl Refusal {
    /// Returns the way out.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "correct it first; `ltsctl validate` says what is wrong",
            Self::NoFile => "name a manifest with `-f`",
            Self::NotDeclared(_) => "declare it first, or name the file that does",
            Self::Declared { .. } => "edit the entry, or name another address",
            Self::Tombstone { .. } => "remove `ensure: absent` by hand, if it is to exist",
            Self::Default { .. } => "change it in `defaults` by hand, or give the group a value of its own",
            Self::Inexpressible { .. } => "leave it out",
            Self::Variable { .. } => {
                "give the variable another value, or write a value of its own in its place by hand"
            }
            Self::Form { .. } | Self::Disproved { .. } => "edit it by hand; nothing was changed",
        }
    }
}
