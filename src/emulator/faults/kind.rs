//! The kinds of faults and their parameters, as they are written in files and
//! in `PUT /emulator/faults`.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::super::estate::EstateTransfer;

/// Declares the kinds with their names in one place.
macro_rules! kinds {
    ($($kind:ident($parameters:ty) = $name:literal, $slot:ident: $meaning:literal;)*) => {
        /// One kind of fault, with its parameters. `examples/faults/README.md` has
        /// the table.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[expect(private_interfaces, reason = "parameters are written in files, not in Rust")]
        pub enum Fault {
            $(#[doc = $meaning] #[serde(rename = $name)] $kind($parameters)),*
        }

        impl Fault {
            /// Returns the name it has in files and in the journal.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$kind(_) => $name),* }
            }

            /// Returns what of a request it decides about.
            pub(crate) fn slot(&self) -> Slot {
                match self { $(Self::$kind(_) => Slot::$slot),* }
            }
        }

        /// The names of all kinds.
        pub(super) const NAMES: &[&str] = &[$($name),*];

        /// What a schema says of every kind.
        pub(super) fn describe_kinds(generator: &mut SchemaGenerator) -> Vec<Described> {
            vec![$(Described {
                name: $name,
                meaning: $meaning,
                parameters: generator.subschema_for::<$parameters>(),
                stands_alone: serde_json::from_str::<$parameters>("{}").is_ok(),
                lists_only: matches!(Slot::$slot, Slot::List),
            }),*]
        }
    };
}

kinds! {
    Latency(Latency) = "latency", Beside: "The request, or its answer, is held for a while.";
    Drop(Nothing) = "drop", Answer: "Nothing is executed, and no answer comes.";
    CommitThenDrop(Nothing) = "commit_then_drop", Answer: "It is executed, and no answer comes.";
    LateCommit(LateCommit) = "late_commit", Answer: "No answer comes, and it is executed a while later.";
    CommitThen504(Nothing) = "commit_then_504", Answer: "It is executed, and the gateway reports a time-out.";
    Hang(Hang) = "hang", Answer: "The connection stays open and no answer comes.";
    Error(ErrorAnswer) = "error", Answer: "The answer is an error of the service, under any status.";
    Html(Html) = "html", Answer: "The answer is a page of HTML.";
    Redirect(Redirect) = "redirect", Answer: "The answer leads elsewhere.";
    Body(Body) = "body", Answer: "It is executed, and the answer's body is another.";
    Garbage(Nothing) = "garbage", Answer: "It is executed, and the answer's body is no text.";
    Truncate(Truncate) = "truncate", Answer: "It is executed, and the answer's body ends early.";
    SlowBody(SlowBody) = "slow_body", Answer: "The answer's body comes byte by byte.";
    Flood(Flood) = "flood", Answer: "It is executed, and the answer's body is huge.";
    Throttle(Throttle) = "throttle", Answer: "The request is refused as one too many.";
    RateLimit(RateLimit) = "rate_limit", Answer: "What exceeds a limit is refused as one too many.";
    RejectSignature(Nothing) = "reject_signature", Answer: "The request is refused, with what was signed in the text.";
    Stale(Stale) = "stale", List: "A list is as it was a while ago.";
    Cut(Cut) = "cut", List: "A list ends early.";
    MissItem(MissItem) = "miss_item", List: "A list lacks some of its items.";
    EmptyList(Nothing) = "empty_list", List: "A list has no items.";
    RepeatPage(RepeatPage) = "repeat_page", List: "A list is its first page, whichever was asked for.";
    Reappear(Reappear) = "reappear", List: "A list shows what was deleted.";
    RevokeTokens(RevokeTokens) = "revoke_tokens", Beside: "All tokens die.";
    ExpireKey(Nothing) = "expire_key", Beside: "The key of the request is refused from now on.";
    ClockSkew(ClockSkew) = "clock_skew", Beside: "The service's clock is off.";
    Exception(ObjectsOf) = "exception", Beside: "Dumps flip to EXCEPTION.";
    EditGroup(EditGroup) = "edit_group", Beside: "Somebody edits a group.";
    EditStream(EditStream) = "edit_stream", Beside: "Somebody edits a stream.";
    CreateGroup(NewGroup) = "create_group", Beside: "Somebody makes a group.";
    CreateStream(NewStream) = "create_stream", Beside: "Somebody makes a stream.";
    CreateTransfer(NewTransfer) = "create_transfer", Beside: "Somebody makes a transfer.";
    DeleteGroup(GroupName) = "delete_group", Beside: "Somebody deletes a group.";
    DeleteStream(StreamName) = "delete_stream", Beside: "Somebody deletes a stream.";
    DeleteTransfer(StreamName) = "delete_transfer", Beside: "Somebody deletes the transfers of a stream.";
}

/// What a schema says of a kind.
pub(super) struct Described {
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
    pub(super) parameters: Schema,
    /// Whether it needs no parameter, so that its name is enough.
    pub(super) stands_alone: bool,
    /// Whether it changes lists, and nothing else.
    pub(super) lists_only: bool,
}

/// What of a request a fault decides about. At most one fault decides about an
/// answer, and one about a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Answer,
    List,
    Beside,
}

/// Declares parameters; what is left out has the value after `=`.
macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields, default)]
            pub(crate) struct $name { $($(#[$field_doc])* pub(crate) $field: $type),* }

            impl Default for $name {
                fn default() -> Self {
                    Self { $($field: $default),* }
                }
            }
        )*
    };
}

parameters! {
    /// No parameters.
    Nothing {}
    Hang {
        /// Whether it is executed all the same.
        at: Moment = Moment::After,
    }
    ErrorAnswer {
        /// The status of the answer.
        #[schemars(range(min = 200, max = 599))]
        status: u16 = 200,
        /// The service's code.
        error_code: String = "LTS.0010".to_owned(),
        /// The service's words.
        error_msg: String = "Internal Server Error".to_owned(),
        /// Whether it is executed all the same.
        at: Moment = Moment::Before,
    }
    Html {
        /// The status of the answer.
        #[schemars(range(min = 200, max = 599))]
        status: u16 = 503,
        /// Whether it is executed all the same.
        at: Moment = Moment::Before,
    }
    Body {
        /// The body, to the byte.
        text: String = "{}".to_owned(),
        /// What the header says it is.
        content_type: String = "application/json".to_owned(),
    }
    Truncate {
        /// How many bytes come; half of the body where it is left out.
        bytes: Option<u64> = None,
        /// What the header says of its length.
        content_length: BodyLength = BodyLength::Whole,
    }
    SlowBody {
        /// Milliseconds from one byte to the next.
        byte_ms: u64 = 1000,
    }
    Flood {
        /// Size of the body in MiB.
        mib: u32 = 64,
    }
    Throttle {
        /// Who has sent too much, as the text has it.
        policy: Policy = Policy::User,
        /// The observed numbers of the policy where they are left out: 200 in
        /// 5 minutes for a user, 5 in a second for an address (facts page 3.4).
        limit: Option<u32> = None,
        /// Seconds in which `limit` requests are taken, as the text has it.
        window_seconds: Option<u32> = None,
        /// The shape of the refusal.
        form: Form = Form::Plain,
        /// The header beside it.
        retry_after: RetryAfter = RetryAfter::None,
        /// In place of the whole text.
        error_msg: Option<String> = None,
    }
    Stale {
        /// How old the list is.
        seconds: u32 = 30,
    }
    MissItem {
        /// How many items it lacks, chosen by the seed.
        items: u32 = 1,
    }
    RepeatPage {
        /// Items of a page, where the request does not say.
        items: u32 = 100,
    }
    Reappear {
        /// For how long what was deleted shows again.
        seconds: u32 = 60,
    }
    RevokeTokens {
        /// What a dead token is told.
        answer: TokenAnswer = TokenAnswer::TokenMustBeUpdated,
    }
}

/// Declares parameters of which the first ones are required.
macro_rules! required {
    ($($name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty),* ;
        $($(#[$optional_doc:meta])* $optional:ident: $other:ty),* $(,)?
    })*) => {
        $(
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $name {
                $($(#[$field_doc])* pub(crate) $field: $type,)*
                $($(#[$optional_doc])* #[serde(default)] pub(crate) $optional: $other,)*
            }
        )*
    };
}

required! {
    Latency {
        /// Milliseconds.
        ms: u64;
        /// Up to so many milliseconds more, by the seed.
        jitter_ms: u64,
        /// Whether the request waits, or its answer.
        at: Moment,
    }
    LateCommit {
        /// Milliseconds after the connection is gone.
        ms: u64;
    }
    Redirect {
        /// Where it leads.
        location: String;
        /// 300 to 399; 307 where it is left out.
        status: RedirectStatus,
    }
    RateLimit {
        /// Requests that are taken in a window.
        #[schemars(range(min = 1))]
        limit: u32,
        /// Length of a window.
        #[schemars(range(min = 1))]
        window_seconds: u32;
        /// For whom it is counted.
        per: Per,
        /// The shape of the refusal.
        form: Form,
        /// The header beside it.
        retry_after: RetryAfter,
    }
    Cut {
        /// How many items there are.
        items: u32;
    }
    ClockSkew {
        /// How far ahead the service's clock is; negative: behind.
        seconds: i64;
    }
    ObjectsOf {
        /// Name of the group.
        group: String;
        /// Name of the stream; all of the group where it is left out.
        stream: Option<String>,
    }
    EditGroup {
        /// Name of the group.
        group: String;
        /// Its new retention.
        ttl_in_days: Option<i64>,
        /// The name the console gives it.
        alias: Option<String>,
        /// Tags to set, and to remove where there is no value.
        tags: TagEdits,
    }
    EditStream {
        /// Name of the group.
        group: String,
        /// Name of the stream.
        stream: String;
        /// Its new retention.
        ttl_in_days: Option<i64>,
        /// The name the console gives it.
        alias: Option<String>,
        /// Tags to set, and to remove where there is no value.
        tags: TagEdits,
    }
    NewGroup {
        /// Name of the group.
        group: String;
        /// Its retention; 7 where it is left out.
        ttl_in_days: Option<i64>,
    }
    NewStream {
        /// Name of the group.
        group: String,
        /// Name of the stream.
        stream: String;
        /// Its retention; the group's where it is left out.
        ttl_in_days: Option<i64>,
    }
    NewTransfer {
        /// Name of the group.
        group: String,
        /// The transfer, as in `/emulator/state`.
        transfer: EstateTransfer;
    }
    GroupName {
        /// Name of the group.
        group: String;
    }
    StreamName {
        /// Name of the group.
        group: String,
        /// Name of the stream.
        stream: String;
    }
}

/// Tags to set, and to remove where there is no value.
pub(crate) type TagEdits = BTreeMap<String, Option<String>>;

/// Declares words; the first is meant where none is written.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident {
        $(#[$first_doc:meta])* $first:ident, $($(#[$word_doc:meta])* $word:ident),* $(,)?
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
            #[serde(rename_all = "snake_case")]
            pub(crate) enum $name { $(#[$first_doc])* #[default] $first, $($(#[$word_doc])* $word),* }
        )*
    };
}

words! {
    /// On which side of the execution.
    Moment { After, Before }
    /// What the header says of a body that ends early.
    BodyLength {
        /// The length of the whole body, so that the connection breaks.
        Whole,
        /// The length of what comes, so that only the JSON is broken.
        Cut,
    }
    /// Who has sent too much.
    Policy { User, Ip }
    /// The shape of a refusal for too many requests.
    Form {
        Plain,
        /// Status 200 with the error in its body.
        #[serde(rename = "under_200")]
        Under200,
        Html,
    }
    /// The header that nobody has seen yet (facts page 3.4).
    RetryAfter { None, Seconds, HttpDate }
    /// For whom a limit is counted.
    Per { Key, Address, Everybody }
    /// What a dead token is told.
    TokenAnswer {
        /// 401 APIGW.0307 (facts page 3.4).
        TokenMustBeUpdated,
        /// 400 LTS.0003 (C26).
        InvalidToken,
    }
}

/// The status of a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct RedirectStatus(#[schemars(range(min = 300, max = 399))] pub(crate) u16);

impl Default for RedirectStatus {
    fn default() -> Self {
        Self(307)
    }
}
