//! The emulator's own API, which the real service does not have.
//!
//! Everything is JSON. No credential is asked for; behind a socket, only
//! requests whose `Host` is a loopback name are answered, and none that a web
//! page of another origin makes, so that no page can reach it through the
//! browser. A refusal is `{"error": {"message", "help"}}` and says what to do.
//! Where it says so, `?project_id=` names a project other than the built-in
//! account's.
//!
//! | method and path | body | what it does |
//! |---|---|---|
//! | `GET /emulator` | | the built-in account, the profile, this table in short |
//! | `GET /emulator/config` | | the configuration in force |
//! | `PUT /emulator/config` | members of a configuration | the profile's defaults, with these over them |
//! | `PATCH /emulator/config` | members of a configuration | what is in force, with these over it |
//! | | `{"gates": {"CreateLogGroup": "before"}}` or `after`, `null` to release | holds requests until released |
//! | | `{"forbidden": ["ListTransfers"]}`, `[]` to allow | refuses requests as for a lack of permission |
//! | | `{"empty_lists": ["ListTransfers"]}`, `[]` to end | answers with empty lists, whatever there is |
//! | `GET /emulator/faults` | | the rules of what goes wrong, and how often each matched and struck |
//! | `PUT /emulator/faults` | `{"seed": 7, "rules": [{"operation": "Create*", "first": 1, "fault": "commit_then_drop"}]}` | replaces them and counts anew; `emulator::faults` has the table of keys and kinds |
//! | `DELETE /emulator/faults` | | nothing goes wrong any more |
//! | `GET /emulator/journal?since=N` | | the requests after number N, oldest first |
//! | `DELETE /emulator/journal` | | forgets them; numbers go on |
//! | `GET /emulator/state` | | the objects of a project (`?project_id=`) |
//! | `PUT /emulator/state` | the same shape, ids optional | replaces them all, unchecked (`?project_id=`) |
//! | `GET /emulator/buckets` | | the registered buckets |
//! | `PUT /emulator/buckets/{name}` | `{"state": "exists"}` or `missing`, `forbidden`, `encrypted` | registers one |
//! | `DELETE /emulator/buckets/{name}` | | forgets it |
//! | `PATCH /emulator/groups/{id}` | `{"ttl_in_days", "alias", "tags"}` | edits a group as the console would (`?project_id=`) |
//! | `PATCH /emulator/groups/{id}/streams/{id}` | the same; ttl -1 inherits | edits a stream (`?project_id=`) |
//! | `PATCH /emulator/transfers/{id}` | `{"status": "EXCEPTION", "detail": {…}}` | edits a transfer as the service would (`?project_id=`) |
//! | `POST /emulator/logs` | `{"group", "stream", "lines": [{"content", "time", "line_num", "labels"}]}` | writes log lines; names, not ids (`?project_id=`) |
//! | `GET /emulator/accounts` | | accounts, projects, users and keys, without secrets |
//! | `POST /emulator/accounts` | `{"name", "id", "users": [{"name", "password"}], "projects": [{"name", "id"}]}` | adds to an account, or makes it |
//! | `POST /emulator/keys` | `{"access", "secret", "domain_id", "security_token", "expires_at"}`, all optional | makes a key; a temporary one has a token |
//! | `DELETE /emulator/keys/{access}` | | forgets a key |
//! | `DELETE /emulator/tokens` | | revokes all tokens (APIGW.0307 from then on) |
//! | `DELETE /emulator/tokens/{token}` | | revokes one |

mod access;
mod faults;
mod objects;
mod reply;
mod routes;
mod settings;

pub(crate) use routes::router;
