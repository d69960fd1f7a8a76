//! Things that go wrong, on purpose: rules that say which requests are struck,
//! and by what.
//!
//! ```yaml
//! seed: 7                                  # the same seed and requests: the same strikes
//! rules:
//!   - operation: "Create*"                 # one or several, `*` stands for anything
//!     first: 10                            # of the requests that match
//!     probability: 0.5
//!     fault: commit_then_drop              # a kind, or `kind: {parameter: value}`
//!   - operation: ListTransfers
//!     nth: 2
//!     fault: {stale: {seconds: 30}}
//! ```
//!
//! A rule matches by `operation`, `method` and `path` (a part of path and
//! query); what is left out matches everything. Of the matching requests, `nth`
//! (one number or several, from 1) chooses single ones; `after` passes over so
//! many, `first` ends after so many of the rest, `every` takes each so-manieth
//! of them, `probability` decides by the seed, and after `count` strikes the
//! rule is spent. What has no effect is no strike: an object that is to be
//! edited and is not there yet, a list that would not differ.
//!
//! A request is shown to the rules in their order. Once one has decided about
//! its answer, it is not shown to others that would; the same holds for what
//! changes a list. Everything else adds up.
//!
//! | kind | parameters, with what they are when left out | what happens |
//! |---|---|---|
//! | `latency` | `ms`, `jitter_ms: 0`, `at: after` | the request is held `before` it is executed, or its answer `after` |
//! | `drop` | | nothing is executed, the connection closes without an answer |
//! | `commit_then_drop` | | it is executed, and the connection closes without an answer |
//! | `late_commit` | `ms` | the connection closes without an answer, and it is executed so much later |
//! | `commit_then_504` | | it is executed, and the gateway reports a time-out (APIGW.0201, facts page 3.4) |
//! | `hang` | `at: after` | no answer ever comes; executed or not |
//! | `error` | `status: 200`, `error_code: LTS.0010`, `error_msg`, `at: before` | an error as the service words it, under any status |
//! | `html` | `status: 503`, `at: before` | a page of a load balancer (facts page 3.1, shape 7) |
//! | `redirect` | `location`, `status: 307` | nothing is executed, the answer leads elsewhere |
//! | `body` | `text: "{}"`, `content_type: application/json` | it is executed, and the answer has this body |
//! | `garbage` | | it is executed, and the body is neither JSON nor UTF-8 |
//! | `truncate` | `bytes` (half of the body), `content_length: whole` | the body ends early; with `cut` its length says so |
//! | `slow_body` | `byte_ms: 1000` | the body comes byte by byte |
//! | `flood` | `mib: 64` | it is executed, and the body is this large |
//! | `throttle` | `policy: user` or `ip`, `limit`, `window_seconds`, `form: plain`, `under_200` or `html`, `retry_after: none`, `seconds` or `http_date`, `error_msg` | 429 APIGW.0308 (IAM.0012 of IAM), not executed |
//! | `rate_limit` | `limit`, `window_seconds`, `per: key`, `address` or `everybody`, `form`, `retry_after` | the same for what exceeds a limit, counted in fixed windows |
//! | `stale` | `seconds: 30` | a list as it was so long ago |
//! | `cut` | `items` | a list that ends early |
//! | `miss_item` | `items: 1` | a list without some of its items, chosen by the seed |
//! | `empty_list` | | a list without any |
//! | `repeat_page` | `items: 100` | the first page, whichever was asked for |
//! | `reappear` | `seconds: 60` | what was deleted so recently is in the list again |
//! | `revoke_tokens` | `answer: token_must_be_updated` or `invalid_token` | all tokens die: APIGW.0307, or 400 LTS.0003 |
//! | `expire_key` | | the key of this request is refused from now on (APIGW.0301) |
//! | `reject_signature` | | 401 APIGW.0301 that echoes what was signed, the signature included (facts page 2.3) |
//! | `clock_skew` | `seconds` | the service's clock is so far ahead for this request |
//! | `exception` | `group`, `stream` (all of the group) | dumps flip to EXCEPTION |
//! | `edit_group`, `edit_stream` | `group`, `stream`, `ttl_in_days`, `alias`, `tags` (`null` removes one) | somebody edits in the console |
//! | `create_group`, `create_stream` | `group`, `stream`, `ttl_in_days` | somebody makes one |
//! | `create_transfer` | `group`, `transfer` (as in `/emulator/state`) | somebody makes one |
//! | `delete_group`, `delete_stream`, `delete_transfer` | `group`, `stream` | somebody deletes one, where the service lets them |
//!
//! What happens behind the back happens before the request that is struck, in
//! its project. Nothing here is kept in `--data`, apart from what it did to
//! objects and tokens. This module must never answer a request: it says what is
//! to go wrong, and `http` does it.

mod behind;
mod engine;
mod history;
mod kind;
mod list;
mod read;
mod rule;
mod schema;
mod throttled;

pub(crate) use behind::interfere;
pub use engine::RuleCount;
pub(crate) use engine::{Engine, Seen, Strike};
pub use kind::Fault;
pub(crate) use kind::{BodyLength, Moment, Slot, TokenAnswer};
pub(crate) use list::{Listing, look};
pub use read::FaultComplaint;
pub use rule::{Faults, Rule};
pub use schema::faults_schema;
pub(crate) use throttled::throttled;
