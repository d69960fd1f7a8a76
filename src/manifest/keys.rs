//! The manifest language: every key there is, what it takes and what it is
//! for. The words are the service's own, in its own spelling.

use super::rules;
use super::shape::{Items, Key, Object, Presence, Rule, Shape, Stands, Takes};

const fn required(name: &'static str, takes: Takes, doc: &'static str) -> Key {
    Key { name, doc, presence: Presence::Required, takes }
}

const fn optional(name: &'static str, takes: Takes, doc: &'static str) -> Key {
    Key { name, doc, presence: Presence::Optional, takes }
}

/// Fields an `accept` entry can name: the comparable ones, and `status`.
pub(super) const ACCEPTABLE: &[&str] = &[
    "ttl_in_days",
    "tags",
    "enterprise_project_id",
    "enterprise_project_name",
    "protected",
    "streams",
    "obs_bucket_name",
    "storage_format",
    "period",
    "switch_on",
    "dir_prefix_name",
    "prefix_name",
    "time_zone",
    "encryption",
    "agency",
    "status",
];

const PERIODS: &[&str] = &["2min", "5min", "30min", "1hour", "3hour", "6hour", "12hour"];

const fn named(rule: &'static Rule) -> Takes {
    Takes::Name(rule)
}

pub(super) static MANIFEST: Shape = Shape {
    what: "the manifest",
    name: "manifest",
    doc: "Everything declared for one project in one region: log groups, log streams and OBS dumps.",
    keys: &[
        required("version", Takes::Integer(1, 1), "Version of the manifest language."),
        optional(
            "estate",
            named(&rules::ESTATE_NAME),
            "Owner name. Without it nothing is stamped, pruned or protected on the live side.",
        ),
        optional(
            "include",
            Takes::List(&Takes::Text(&rules::INCLUDE), Items::Distinct),
            "Further files of the estate: paths relative to this file's folder and inside it; `*` stands for a part of \
             a name, `**` for folders. One that matches nothing is an error.",
        ),
        optional(
            "vars",
            Takes::Entries(&rules::VARIABLE_NAME, &Takes::Setting),
            "Variables of all files by name, with their values; without one it must be given with `--var` or \
             `--var-file`. `${var.NAME}` stands for the value in any value; no secret belongs here.",
        ),
        optional("target", Takes::Table(&TARGET), "Where the estate lives. The environment fills what is left out."),
        optional("defaults", Takes::Table(&DEFAULTS), "Values for groups that say nothing; they count as declared."),
        optional("policy", Takes::Table(&POLICY), "Rules the estate sets for itself."),
        optional(
            "ledger",
            Takes::Text(&rules::INNER_PATH),
            "File that remembers dumps where the API cannot list them, relative to the manifest's folder.",
        ),
        optional(
            "accept",
            Takes::List(&Takes::Table(&ACCEPTANCE), Items::Any),
            "Drift that is known and tolerated until a date.",
        ),
        optional(
            "groups",
            Takes::Entries(&rules::GROUP_NAME, &Takes::Object(&GROUP)),
            "Log groups by name. A group that is not here is not managed.",
        ),
    ],
};

static TARGET: Shape = Shape {
    what: "the target",
    name: "target",
    doc: "A project of the service, or the embedded emulator.",
    keys: &[
        optional("region", named(&rules::REGION), "Region, such as `my-kualalumpur-1`."),
        optional("project_id", named(&rules::PROJECT_ID), "Project by id: 32 hexadecimal digits."),
        optional("project_name", named(&rules::PROJECT_NAME), "Project by name; looked up and shown."),
        optional(
            "domain_id",
            named(&rules::DOMAIN_ID),
            "Account the credential must belong to; a mismatch stops the run.",
        ),
        optional("api", Takes::Word(&["auto", "modern", "seed-2022"]), "Edition of the API to expect; `auto` asks."),
        optional("endpoints", Takes::Table(&ENDPOINTS), "Origins, if not `https://{service}.{region}.{cloud}`."),
        optional(
            "emulator",
            Takes::Table(&EMULATOR),
            "The embedded service, instead of a region, project and endpoints.",
        ),
    ],
};

static ENDPOINTS: Shape = Shape {
    what: "the endpoints",
    name: "endpoints",
    doc: "Origins, `scheme://host[:port]`; `http://` for loopback addresses only.",
    keys: &[
        optional("lts", Takes::Text(&rules::ENDPOINT), "Origin of LTS."),
        optional("iam", Takes::Text(&rules::ENDPOINT), "Origin of IAM."),
    ],
};

static EMULATOR: Shape = Shape {
    what: "the emulator",
    name: "emulator",
    doc: "The embedded service, which needs no account.",
    keys: &[
        optional(
            "profile",
            Takes::Word(&["modern", "seed-2022", "no-update"]),
            "Edition it plays; `modern` by default.",
        ),
        optional(
            "data",
            Takes::Text(&rules::INNER_PATH),
            "Folder of its data, relative to the manifest's and inside it; `.ltsctl/emulator` by default.",
        ),
    ],
};

static DEFAULTS: Shape = Shape {
    what: "the defaults",
    name: "defaults",
    doc: "Values for groups that say nothing; they count as declared.",
    keys: &[optional("ttl_in_days", DAYS, "Retention of groups that say nothing, in days.")],
};

const DAYS: Takes = Takes::Integer(1, 365);

static POLICY: Shape = Shape {
    what: "the policy",
    name: "policy",
    doc: "Rules the estate sets for itself.",
    keys: &[
        optional(
            "prune",
            Takes::Word(&["none", "owned"]),
            "`owned` deletes what carries this estate's marker and is no longer declared, and the OBS dumps that the \
             `dumps` of such a group leave out.",
        ),
        optional("max_deletes", Takes::Table(&MAX_DELETES), "Budget of deletions of one apply."),
        optional("quotas", Takes::Table(&QUOTAS), "Quotas of the account."),
        optional("max_group_ttl", DAYS, "Longest retention of a group that this region takes, in days."),
    ],
};

static MAX_DELETES: Shape = Shape {
    what: "the budget of deletions",
    name: "max_deletes",
    doc: "Groups and streams together, cascaded ones included.",
    keys: &[
        optional("count", Takes::Integer(0, 1_000_000), "Most objects; 20 by default."),
        optional("percent", Takes::Integer(0, 100), "Most per cent of the live objects, from 10 on; 30 by default."),
    ],
};

static QUOTAS: Shape = Shape {
    what: "the quotas",
    name: "quotas",
    doc: "How much the account may have; a ticket raises it.",
    keys: &[
        optional("groups", Takes::Integer(1, 1_000_000), "Groups in the account; 100 by default."),
        optional("streams", Takes::Integer(1, 1_000_000), "Streams in one group; 100 by default."),
    ],
};

static ACCEPTANCE: Shape = Shape {
    what: "an accepted drift",
    name: "acceptance",
    doc: "While the live value equals `value` and the date has not come, the difference is no drift.",
    keys: &[
        required("address", Takes::Text(&rules::GLOB), "Objects it holds for, such as `groups/web/streams/*`."),
        required("field", Takes::Word(ACCEPTABLE), "Field that differs, or `status`."),
        required(
            "value",
            Takes::Anything,
            "Live value that is tolerated, as a plan prints it: `true` or `false` for `protected`, `a, b` for `streams`.",
        ),
        required("reason", Takes::Text(&rules::PROSE), "Why."),
        required("until", Takes::Text(&rules::DATE), "Last day on which it holds, `YYYY-MM-DD`."),
    ],
};

static GROUP: Object =
    Object { what: "a log group", stands: Stands::Free, present: &PRESENT_GROUP, absent: &ABSENT_GROUP };

static PRESENT_GROUP: Shape = Shape {
    what: "a log group",
    name: "group",
    doc: "A log group. Keys that are absent are not managed.",
    keys: &[
        optional("ensure", ENSURE_PRESENT, ENSURE_DOC),
        optional("ttl_in_days", DAYS, "Retention in days."),
        optional("tags", Takes::Tags, TAGS_DOC),
        optional(
            "enterprise_project_id",
            named(&rules::ENTERPRISE_PROJECT_ID),
            "Id of the enterprise project, `\"0\"` for the default one; written on creation, cannot be changed.",
        ),
        optional("protected", Takes::Boolean, "Never deleted, even if this entry disappears. `false` lifts it."),
        optional(
            "streams",
            Takes::Entries(&rules::STREAM_NAME, &Takes::Object(&STREAM)),
            "Log streams by name. Without the key nothing is said about streams; `{}` says that there are none.",
        ),
        optional(
            "dumps",
            Takes::Entries(&rules::DUMP_HANDLE, &Takes::Object(&DUMP)),
            "OBS dumps by a handle of the manifest's own.",
        ),
    ],
};

const ENSURE_PRESENT: Takes = Takes::Word(&["present", "absent"]);
const ENSURE_ABSENT: Takes = Takes::Word(&["absent"]);
const ENSURE_DOC: &str = "`absent` makes it a tombstone: the object is deleted.";
const TAGS_DOC: &str =
    "The exact set of tags, apart from `_sys_*` and `ltsctl-*`; at most 18. `{}` says that there are none.";

static ABSENT_GROUP: Shape = Shape {
    what: "the tombstone of a log group",
    name: "absent_group",
    doc: "A log group that is to be deleted. It holds nothing but tombstones.",
    keys: &[
        required("ensure", ENSURE_ABSENT, ENSURE_DOC),
        optional(
            "streams",
            Takes::Entries(&rules::STREAM_NAME, &Takes::Object(&DOOMED_STREAM)),
            "Tombstones of streams.",
        ),
        optional("dumps", Takes::Entries(&rules::DUMP_HANDLE, &Takes::Object(&DOOMED_DUMP)), "Tombstones of dumps."),
    ],
};

static STREAM: Object =
    Object { what: "a log stream", stands: Stands::Free, present: &PRESENT_STREAM, absent: &ABSENT_STREAM };
static DOOMED_STREAM: Object =
    Object { what: "a log stream", stands: Stands::UnderTombstone, present: &PRESENT_STREAM, absent: &ABSENT_STREAM };

static PRESENT_STREAM: Shape = Shape {
    what: "a log stream",
    name: "stream",
    doc: "A log stream. Keys that are absent are not managed.",
    keys: &[
        optional("ensure", ENSURE_PRESENT, ENSURE_DOC),
        optional("ttl_in_days", Takes::OrWord("inherit", &DAYS), "Retention in days, or `inherit` for the group's."),
        optional("tags", Takes::Tags, TAGS_DOC),
        optional(
            "enterprise_project_name",
            Takes::Text(&rules::ENTERPRISE_PROJECT_NAME),
            "Name of the enterprise project; written on creation, never readable.",
        ),
        optional("protected", Takes::Boolean, "Never deleted, even if this entry disappears. `false` lifts it."),
    ],
};

static ABSENT_STREAM: Shape = Shape {
    what: "the tombstone of a log stream",
    name: "absent_stream",
    doc: "A log stream that is to be deleted.",
    keys: &[required("ensure", ENSURE_ABSENT, ENSURE_DOC)],
};

static DUMP: Object =
    Object { what: "an OBS dump", stands: Stands::Free, present: &PRESENT_DUMP, absent: &ABSENT_DUMP };
static DOOMED_DUMP: Object =
    Object { what: "an OBS dump", stands: Stands::UnderTombstone, present: &PRESENT_DUMP, absent: &ABSENT_DUMP };

const DUMP_STREAMS: Takes = Takes::List(&Takes::Name(&rules::STREAM_NAME), Items::Distinct);
const DUMP_STREAMS_DOC: &str =
    "Streams of the group it covers; they are its identity. A stream has at most one OBS dump.";

static PRESENT_DUMP: Shape = Shape {
    what: "an OBS dump",
    name: "dump",
    doc: "An OBS dump, which the later API calls a transfer.",
    keys: &[
        optional("ensure", ENSURE_PRESENT, ENSURE_DOC),
        required("streams", DUMP_STREAMS, DUMP_STREAMS_DOC),
        required("obs_bucket_name", named(&rules::BUCKET_NAME), "Bucket that receives the files; it must exist."),
        required("storage_format", Takes::Word(&["RAW", "JSON"]), "Format of the files."),
        required("period", Takes::Word(PERIODS), "How often files are written."),
        optional("switch_on", Takes::Boolean, "Whether it runs. Not managed without the key; created as on."),
        optional(
            "dir_prefix_name",
            Takes::Text(&rules::FOLDER),
            "Folder below the service's own; at most 64 characters.",
        ),
        optional("prefix_name", Takes::Text(&rules::PREFIX), "Prefix of file names; at most 64 characters."),
        optional("time_zone", Takes::OrWord("none", &Takes::Table(&TIME_ZONE)), "Time zone of dates in paths."),
        optional("encryption", Takes::OrWord("none", &Takes::Table(&ENCRYPTION)), "Key of an encrypted bucket."),
        optional("agency", Takes::OrWord("none", &Takes::Table(&AGENCY)), "Delivery into another account's bucket."),
    ],
};

static ABSENT_DUMP: Shape = Shape {
    what: "the tombstone of an OBS dump",
    name: "absent_dump",
    doc: "An OBS dump that is to be deleted, named by its streams and its bucket.",
    keys: &[
        required("ensure", ENSURE_ABSENT, ENSURE_DOC),
        required("streams", DUMP_STREAMS, DUMP_STREAMS_DOC),
        required("obs_bucket_name", named(&rules::BUCKET_NAME), "Bucket of the dump; it must match."),
    ],
};

static TIME_ZONE: Shape = Shape {
    what: "a time zone",
    name: "time_zone",
    doc: "Time zone of dates in paths.",
    keys: &[
        required("name", Takes::Text(&rules::OPAQUE), "Offset, such as `UTC+08:00`."),
        required("id", Takes::Text(&rules::OPAQUE), "Id, such as `Asia/Kuala_Lumpur`."),
    ],
};

static ENCRYPTION: Shape = Shape {
    what: "the encryption of a bucket",
    name: "encryption",
    doc: "Key of an encrypted bucket.",
    keys: &[required("kms_key_id", named(&rules::OPAQUE), "Id of the KMS key.")],
};

static AGENCY: Shape = Shape {
    what: "an agency",
    name: "agency",
    doc: "Delegation of another account, whose bucket receives the files.",
    keys: &[
        required("domain_id", named(&rules::OPAQUE), "Account that delegates."),
        required("domain_name", named(&rules::OPAQUE), "Name of that account."),
        required("name", named(&rules::OPAQUE), "Name of the agency."),
        required("project_id", named(&rules::OPAQUE), "Project of that account."),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Edition, Field, Period, Profile, StorageFormat};

    fn words(shape: &Shape, key: &str) -> &'static [&'static str] {
        match shape.key(key).map(|key| &key.takes) {
            Some(Takes::Word(words)) => words,
            other => panic!("{key} takes {other:?}"),
        }
    }

    #[test]
    fn words_are_those_of_the_model() {
        assert_eq!(PERIODS, Period::ALL.map(Period::as_str));
        assert_eq!(words(&PRESENT_DUMP, "storage_format"), StorageFormat::ALL.map(StorageFormat::as_str));
        assert!(words(&TARGET, "api").iter().all(|word| Edition::parse(word).is_some()));
        assert!(words(&EMULATOR, "profile").iter().all(|word| Profile::parse(word).is_some()));
        let fields = [
            Field::TtlInDays,
            Field::Tags,
            Field::EnterpriseProjectId,
            Field::EnterpriseProjectName,
            Field::Protected,
            Field::Streams,
            Field::ObsBucketName,
            Field::StorageFormat,
            Field::Period,
            Field::SwitchOn,
            Field::DirPrefixName,
            Field::PrefixName,
            Field::TimeZone,
            Field::Encryption,
            Field::Agency,
        ];
        let mut expected: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
        expected.push("status");
        assert_eq!(ACCEPTABLE, expected);
    }
}
