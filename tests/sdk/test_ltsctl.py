"""`ltsctl` and the vendor's SDK on the same emulator: what one writes, the
other reads."""

import json

import pytest

from program import KEY, PASSWORD, Program, last_line
from vendor import every_hour

SYSTEM = "_sys_enterprise_project_id"

PAYMENTS = {
    "ttl_in_days": 30,
    "tags": {"team": "payments", "cost-centre": "0815"},
    "streams": {
        "api": None,
        "worker": {"ttl_in_days": "inherit"},
        "audit": {"ttl_in_days": 365, "tags": {"class": "evidence"}},
    },
    "dumps": {
        "audit-archive": {
            "streams": ["audit"],
            "obs_bucket_name": "acme-log-archive",
            "storage_format": "JSON",
            "period": "1hour",
            "dir_prefix_name": "payments/audit",
            "prefix_name": "audit-",
            "time_zone": {"name": "UTC+08:00", "id": "Asia/Kuala_Lumpur"},
        },
        "rest": {
            "streams": ["api", "worker"],
            "obs_bucket_name": "acme-log-archive",
            "storage_format": "RAW",
            "period": "12hour",
            "switch_on": False,
        },
    },
}
WEB = {"ttl_in_days": 7, "streams": {"access": None}}
ESTATE = {"payments": PAYMENTS, "web": WEB}


def edited(groups, path, value):
    """A copy with one value changed; `groups/web/ttl_in_days` is a path."""
    copy = json.loads(json.dumps(groups))
    at = copy
    *parents, last = path.split("/")
    for name in parents:
        at = at[name]
    at[last] = value
    return copy


def reads(emulator):
    return sorted(name for name in emulator.operations() if name.startswith("List"))


def test_what_ltsctl_makes_the_sdk_reads(modern, desk, program):
    program.declare(ESTATE)
    program.pending()
    assert modern.writes() == []
    assert last_line(program.apply()) == "Apply complete! Resources: 8 added, 0 changed, 0 destroyed."

    groups = desk.groups()
    assert {name: group.ttl_in_days for name, group in groups.items()} == {"payments": 30, "web": 7}
    assert groups["payments"].tag == {SYSTEM: "0", "team": "payments", "cost-centre": "0815"}
    streams = desk.streams(groups["payments"].log_group_id)
    assert {name: stream.ttl_in_days for name, stream in streams.items()} == {"api": -1, "worker": -1, "audit": 365}
    assert streams["audit"].tag == {SYSTEM: "0", "class": "evidence"}
    assert streams["api"].tag == {SYSTEM: "0"}, "tags of a group are kept from its streams"

    by_streams = {tuple(sorted(s.log_stream_name for s in t.log_streams)): t for t in desk.transfers()}
    audit, rest = by_streams[("audit",)].log_transfer_info, by_streams[("api", "worker")].log_transfer_info
    assert (audit.log_storage_format, audit.log_transfer_status) == ("JSON", "ENABLE")
    detail = audit.log_transfer_detail
    assert (detail.obs_bucket_name, detail.obs_period, detail.obs_period_unit) == ("acme-log-archive", 1, "hour")
    assert (detail.obs_dir_pre_fix_name, detail.obs_prefix_name) == ("payments/audit", "audit-")
    assert (detail.obs_time_zone, detail.obs_time_zone_id) == ("UTC+08:00", "Asia/Kuala_Lumpur")
    assert (rest.log_storage_format, rest.log_transfer_status) == ("RAW", "DISABLE")
    assert (rest.log_transfer_detail.obs_period, rest.log_transfer_detail.obs_period_unit) == (12, "hour")

    assert last_line(program.settled()) == "No changes. 8 resources match the manifest."


def test_an_edit_changes_what_it_names_and_nothing_else(modern, desk, program):
    program.declare(ESTATE)
    program.apply()
    before = modern.admin("GET", "/state")
    program.declare(edited(ESTATE, "payments/dumps/audit-archive/period", "30min"))
    change = program.changes()
    assert list(change) == ["groups/payments/dumps/audit-archive"]
    modern.forget()
    program.apply()
    assert modern.writes() == ["UpdateTransfer"]
    program.settled()
    after = modern.admin("GET", "/state")
    (old,) = [t for t in before["groups"]["payments"]["transfers"] if t["streams"] == ["audit"]]
    old["detail"] |= {"obs_period": 30, "obs_period_unit": "min"}
    assert after == before
    audit = [t for t in desk.transfers() if t.log_streams[0].log_stream_name == "audit"]
    assert audit[0].log_transfer_info.log_transfer_detail.obs_dir_pre_fix_name == "payments/audit"


@pytest.mark.parametrize(
    "path, value, operations",
    [
        ("web/ttl_in_days", 14, ["UpdateLogGroup"]),
        ("web/tags", {"team": "web"}, ["CreateTags"]),
        ("web/streams/access", {"ttl_in_days": 3}, ["UpdateLogStream"]),
        ("payments/tags", {"team": "money"}, ["CreateTags", "CreateTags"]),
        ("payments/streams/audit/ttl_in_days", "inherit", ["UpdateLogStream"]),
        ("payments/dumps/rest/switch_on", True, ["UpdateTransfer"]),
        ("payments/dumps/audit-archive/obs_bucket_name", "other-bucket", ["UpdateTransfer"]),
        ("payments/dumps/audit-archive/prefix_name", "", ["UpdateTransfer"]),
    ],
)
def test_each_edit_is_seen_done_and_settled(modern, program, path, value, operations):
    program.declare(ESTATE)
    program.apply()
    program.declare(edited(ESTATE, path, value))
    program.pending()
    modern.forget()
    program.apply("--allow", "data-loss")
    assert modern.writes() == operations
    program.settled()


def test_a_plan_costs_three_reads(modern, program):
    program.declare(ESTATE)
    program.apply()
    modern.forget()
    program.settled()
    assert reads(modern) == ["ListLogGroups", "ListLogStreams", "ListTransfers"]
    assert modern.operations() == [name for name in modern.operations() if name.startswith("List")]
    assert modern.writes() == []


def test_validation_sends_nothing(modern, program):
    program.declare(ESTATE)
    program.run("validate")
    assert modern.journal() == []


def test_destruction_goes_from_dumps_over_streams_to_groups(modern, desk, program):
    program.declare(ESTATE)
    program.apply()
    foreign = desk.create_group("of-somebody-else")
    modern.forget()
    program.destroy(code=4)
    assert modern.writes() == []
    told = last_line(program.destroy("--allow", "delete,data-loss"))
    assert told == "Apply complete! Resources: 0 added, 0 changed, 8 destroyed."
    removed = [(entry["operation"], entry["objects"][0]["name"]) for entry in modern.journal() if entry["committed"]]
    for group, streams in (("payments", ["api", "audit", "worker"]), ("web", ["access"])):
        last = removed.index(("DeleteLogGroup", group))
        for stream in streams:
            assert removed.index(("DeleteLogStream", stream)) < last
    transfers = [index for index, (name, _) in enumerate(removed) if name == "DeleteTransfer"]
    dumped = [removed.index(("DeleteLogStream", stream)) for stream in ("api", "audit", "worker")]
    assert len(transfers) == 2
    assert removed.index(("DeleteTransfer", "audit")) < dumped[1]
    assert max(transfers) < removed.index(("DeleteLogGroup", "payments"))
    assert {name: group.log_group_id for name, group in desk.groups().items()} == {"of-somebody-else": foreign}
    assert desk.transfers() == []


def test_what_the_sdk_made_is_adopted_as_it_is(modern, desk, program):
    web = desk.create_group("web", 7)
    access = desk.create_stream(web, "access")
    desk.create_dump(web, [access], period=5, period_unit="min", prefix_name="a-", dir_prefix_name="web")
    state = modern.admin("GET", "/state")
    dump = {"streams": ["access"], "obs_bucket_name": "acme-log-archive", "storage_format": "RAW", "period": "5min"}
    program.declare({"web": WEB | {"dumps": {"archive": dump}}})
    program.settled()
    assert modern.admin("GET", "/state") == state

    program.declare({"web": WEB | {"ttl_in_days": 14, "dumps": {"archive": dump | {"period": "2min"}}}})
    assert list(program.changes()) == ["groups/web", "groups/web/dumps/archive"]
    program.apply()
    (transfer,) = desk.transfers()
    detail = transfer.log_transfer_info.log_transfer_detail
    assert (detail.obs_period, detail.obs_period_unit) == (2, "min")
    assert (detail.obs_prefix_name, detail.obs_dir_pre_fix_name) == ("a-", "web"), "what is not declared is kept"
    assert {name: group.log_group_id for name, group in desk.groups().items()} == {"web": web}


def test_what_the_sdk_changes_is_drift(modern, desk, program):
    program.declare(ESTATE)
    program.apply()
    group = desk.groups()["web"].log_group_id
    desk.update_group(group, 3)
    desk.delete_stream(group, desk.streams(group)["access"].log_stream_id)
    desk.create_stream(group, "of-somebody-else")
    audit = [t for t in desk.transfers() if t.log_streams[0].log_stream_name == "audit"]
    desk.update_transfer(audit[0].log_transfer_id, status="DISABLE", format="JSON", **every_hour())
    addresses = ["groups/payments/dumps/audit-archive", "groups/web", "groups/web/streams/access"]
    assert sorted(program.changes()) == addresses
    program.apply()
    program.settled()
    assert set(desk.streams(group)) == {"access", "of-somebody-else"}


def test_a_dump_of_somebody_else_blocks(modern, desk, program):
    program.declare({"web": WEB})
    program.apply()
    group = desk.groups()["web"].log_group_id
    stream = desk.streams(group)["access"].log_stream_id
    transfer = desk.create_transfer(group, [stream], **every_hour("their-bucket"))
    modern.forget()
    program.declare({"web": {"ensure": "absent"}})
    ran = program.apply("--allow", "delete,data-loss,unmanaged", code=4)
    assert transfer.log_transfer_id in ran.stdout and "their-bucket" in ran.stdout
    assert modern.writes() == []


def test_tags_of_an_estate_are_its_marker(modern, desk, program):
    program.declare({"web": WEB}, estate="acme")
    program.apply()
    group = desk.groups()["web"]
    assert group.tag == {SYSTEM: "0", "ltsctl-estate": "acme:group:web"}
    stream = desk.streams(group.log_group_id)["access"]
    assert stream.tag == {SYSTEM: "0", "ltsctl-estate": "acme:stream:web/access"}
    program.settled()


def test_user_and_password_do_as_well(modern, desk, tmp_path):
    program = Program(modern, tmp_path, PASSWORD)
    program.declare(ESTATE)
    program.apply()
    assert set(desk.groups()) == {"payments", "web"}
    modern.forget()
    program.settled()
    assert modern.operations(of_iam=True).count("KeystoneCreateUserTokenByPassword") == 1
    assert reads(modern) == ["ListLogGroups", "ListLogStreams", "ListTransfers"]


def test_a_temporary_key_does_as_well(modern, desk, tmp_path):
    key = modern.new_key(security_token="STSTOKENEXAMPLE==")
    variables = dict(HW_ACCESS_KEY=key["access"], HW_SECRET_KEY=key["secret"], HW_SECURITY_TOKEN="STSTOKENEXAMPLE==")
    program = Program(modern, tmp_path, (), **variables)
    program.declare({"web": WEB})
    program.apply()
    assert set(desk.groups()) == {"web"}


def test_what_the_sdk_reads_from_the_environment_will_do(modern, desk, tmp_path):
    program = Program(modern, tmp_path, ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"))
    program.declare({"web": WEB})
    program.apply()
    assert set(desk.groups()) == {"web"}


def test_all_that_is_printed_can_be_exported(modern, desk, tmp_path):
    program = Program(modern, tmp_path, tuple(modern.variables))
    program.declare({"web": WEB})
    program.apply()
    assert set(desk.groups()) == {"web"}


def test_a_project_is_found_by_its_name(modern, desk, program):
    program.declare({"web": WEB}, target={"project_name": modern.region})
    program.apply()
    assert set(desk.groups()) == {"web"}


def test_a_wrong_secret_ends_before_the_first_request_to_lts(either, tmp_path):
    key = either.new_key()
    secret = "wrong-and-still-a-secret"
    program = Program(either, tmp_path, (), HW_ACCESS_KEY=key["access"], HW_SECRET_KEY=secret)
    program.declare({"web": WEB})
    for command in (program.apply, lambda **more: program.run("plan", **more)):
        either.forget()
        command(code=5)
        rejected = [entry for entry in either.journal() if entry["status"] == 401]
        assert 1 <= len(rejected) <= 2
        assert either.writes() == []


def test_a_wrong_password_ends_before_the_first_request_to_lts(either, tmp_path):
    program = Program(either, tmp_path, PASSWORD, HW_USER_PASSWORD="wrong-and-still-a-secret")
    program.declare({"web": WEB})
    program.apply(code=5)
    assert either.operations() == []


@pytest.mark.parametrize("variables", [KEY, PASSWORD], ids=["key", "password"])
@pytest.mark.parametrize("pin", [{"domain_id": "f" * 32}, {"project_id": "f" * 32}], ids=str)
def test_a_pin_that_does_not_hold_ends_before_the_first_write(either, tmp_path, variables, pin):
    program = Program(either, tmp_path, variables)
    program.declare({"web": WEB}, target={"project_id": either.project} | pin)
    program.apply(code=5)
    assert either.writes() == []


def test_another_project_is_another_estate(modern, desk, tmp_path):
    account = modern.admin("POST", "/accounts", {"name": "third", "projects": [{"name": modern.region}]})
    key = modern.new_key(domain_id=account["id"])
    theirs = Program(modern, tmp_path, (), HW_ACCESS_KEY=key["access"], HW_SECRET_KEY=key["secret"])
    theirs.declare({"web": WEB}, target={"project_id": account["projects"][0]["id"]})
    theirs.apply()
    assert desk.groups() == {}
    theirs.declare({"web": WEB})
    theirs.run("plan", code=5)


def test_a_quota_stops_what_it_concerns(modern, desk, program):
    modern.configure(quotas={"streams": 1})
    program.declare({"a": {"ttl_in_days": 7, "streams": {"one": None, "two": None}}, "b": WEB})
    program.apply(code=3)
    groups = desk.groups()
    assert set(groups) == {"a", "b"}
    assert len(desk.streams(groups["a"].log_group_id)) == 1
    assert set(desk.streams(groups["b"].log_group_id)) == {"access"}


def test_a_bucket_that_is_missing_is_told_and_the_rest_is_done(modern, desk, program):
    modern.admin("PUT", "/buckets/acme-log-archive", {"state": "missing"})
    program.declare(ESTATE)
    ran = program.apply(code=3)
    assert "LTS.0416" in ran.stdout + ran.stderr
    assert desk.transfers() == [] and len(desk.all_streams()) == 4
    modern.admin("PUT", "/buckets/acme-log-archive", {"state": "exists"})
    assert last_line(program.apply()) == "Apply complete! Resources: 2 added, 0 changed, 0 destroyed."


def test_tags_that_linger_are_waited_for(modern, desk, program):
    program.declare({"web": WEB | {"tags": {"team": "web", "old": "x"}}})
    program.apply()
    modern.configure(stale_tags_reads=2)
    program.declare({"web": WEB | {"tags": {"team": "web"}}})
    program.apply()
    program.settled()
    assert desk.groups()["web"].tag == {SYSTEM: "0", "team": "web"}


def test_json_is_all_that_is_printed(modern, program):
    program.declare(ESTATE)
    plan = program.plan()
    assert plan["format_version"] == "1.0" and plan["summary"]["add"] == 8
    events = [json.loads(line) for line in program.apply("-o", "json").stdout.splitlines()]
    assert events[0]["type"] == "version" and events[-1]["type"] == "summary"
    assert program.plan()["resource_changes"] == []
