"""Transfers: rows 14 to 17 of facts page 4."""

import json

import huaweicloudsdklts.v2 as lts
import pytest

from vendor import every_hour, refused

NOBODY = "b6b9332b-091f-4b22-b810-264318d2d664"


@pytest.fixture
def group(modern, desk):
    return desk.create_group("web")


@pytest.fixture
def streams(desk, group):
    return [desk.create_stream(group, name) for name in ("access", "error")]


def test_a_transfer_comes_changes_and_goes(modern, desk, group, streams):
    detail = every_hour(
        obs_dir_pre_fix_name="web/access",
        obs_prefix_name="access-",
        obs_time_zone="UTC+08:00",
        obs_time_zone_id="Asia/Kuala_Lumpur",
    )
    made = desk.create_transfer(group, streams, format="JSON", **detail)
    assert made.status_code == 200
    assert (made.log_group_id, made.log_group_name) == (group, "web")
    covered = [(stream.log_stream_id, stream.log_stream_name) for stream in made.log_streams]
    assert covered == [(streams[0], "access"), (streams[1], "error")]
    info = made.log_transfer_info
    assert (info.log_transfer_type, info.log_transfer_mode) == ("OBS", "cycle")
    assert (info.log_storage_format, info.log_transfer_status) == ("JSON", "ENABLE")
    assert info.log_agency_transfer is None
    shown = info.log_transfer_detail
    assert {name: getattr(shown, name) for name in detail} == detail
    assert shown.obs_transfer_path == f"/acme-log-archive/LogTanks/{modern.region}/"

    listed = desk.client.list_transfers(lts.ListTransfersRequest())
    assert listed.to_json_object() == {"log_transfers": [made.to_json_object()]}

    changed = desk.update_transfer(made.log_transfer_id, status="DISABLE", **every_hour("other-bucket"))
    assert changed.status_code == 200
    assert changed.log_transfer_id == made.log_transfer_id
    shown = changed.log_transfer_info.log_transfer_detail
    assert (shown.obs_bucket_name, shown.obs_prefix_name, shown.obs_dir_pre_fix_name) == ("other-bucket", "", "")
    assert changed.log_transfer_info.log_transfer_status == "DISABLE"
    assert changed.log_transfer_info.log_create_time == info.log_create_time

    gone = desk.delete_transfer(made.log_transfer_id)
    assert (gone.status_code, gone.log_transfer_id) == (200, made.log_transfer_id)
    assert desk.transfers() == []
    with refused(400, "LTS.0405"):
        desk.delete_transfer(made.log_transfer_id)
    with refused(400, "LTS.0405"):
        desk.update_transfer(made.log_transfer_id)


def test_empty_prefixes_come_back_as_empty_text(desk, group, streams):
    made = desk.create_transfer(group, streams[:1])
    detail = json.loads(made.raw_content)["log_transfer_info"]["log_transfer_detail"]
    assert (detail["obs_prefix_name"], detail["obs_dir_pre_fix_name"]) == ("", "")


def test_a_transfer_may_go_to_another_account(desk, group, streams):
    agency = lts.CreateTransferRequestBodyLogTransferInfoLogAgencyTransfer(
        agency_domain_id="fedcba9876543210fedcba9876543210",
        agency_domain_name="acme-security",
        agency_name="lts-delivery",
        agency_project_id="89abcdef0123456789abcdef01234567",
        be_agency_domain_id="0123456789abcdef0123456789abcdef",
        be_agency_project_id="2a473356cca5487f8373be891bffc1cf",
    )
    made = desk.create_transfer(group, streams[:1], agency=agency)
    assert made.log_transfer_info.log_agency_transfer.to_dict() == agency.to_dict()


def test_a_stream_has_one_obs_transfer_and_one_of_each_other_kind(desk, group, streams):
    desk.create_transfer(group, streams[:1])
    with refused(400, "LTS.0207"):
        desk.create_transfer(group, streams)
    stream = dict(kind="DIS", mode="realTime", dis_id="AqXHhoDSSmqkaQTN8gS", dis_name="dis-web")
    desk.create_transfer(group, streams[:1], **stream)
    with refused(400, "LTS.0207"):
        desk.create_transfer(group, streams[:1], **stream)
    queue = dict(kind="DMS", mode="realTime", kafka_id="e5cfd5dc-4b1f-44c3-9b1d-000000000000", kafka_topic="web")
    desk.create_transfer(group, streams[:1], **queue)
    assert sorted(t.log_transfer_info.log_transfer_type for t in desk.transfers()) == ["DIS", "DMS", "OBS"]


def test_lists_are_filtered_by_names(desk, group, streams):
    other = desk.create_group("日志-组")
    theirs = desk.create_stream(other, "access")
    ours = desk.create_transfer(group, streams[:1]).log_transfer_id
    others = desk.create_transfer(other, [theirs]).log_transfer_id

    def ids(**filters):
        return {transfer.log_transfer_id for transfer in desk.transfers(**filters)}

    assert ids() == {ours, others}
    assert ids(log_transfer_type="OBS") == {ours, others}
    assert ids(log_transfer_type="DIS") == set()
    assert ids(log_group_name="web") == {ours}
    assert ids(log_group_name="日志-组") == {others}
    assert ids(log_stream_name="access") == {ours, others}
    assert ids(log_group_name="web", log_stream_name="error") == set()
    with refused(400, "LTS.0201"):
        ids(log_group_name="nobody")
    with refused(400, "LTS.0001"):
        ids(log_transfer_type="FTP")


def test_a_list_may_be_cut(modern, desk, group):
    modern.configure(transfers_cut_at=2)
    for name in ("a", "b", "c"):
        desk.create_transfer(group, [desk.create_stream(group, name)])
    assert len(desk.transfers()) == 2


def test_an_update_may_move_streams(desk, group, streams):
    made = desk.create_transfer(group, streams[:1])
    changed = desk.update_transfer(made.log_transfer_id, streams=streams)
    assert [stream.log_stream_id for stream in changed.log_streams] == streams


@pytest.mark.parametrize(
    "members",
    [
        dict(kind="FTP"),
        dict(mode="realTime"),
        dict(format="XML"),
        dict(status="ON"),
        dict(status="EXCEPTION"),
        dict(obs_bucket_name="acme-log-archive", obs_period=2, obs_period_unit="hour"),
        dict(obs_bucket_name="acme-log-archive", obs_period_unit="hour"),
        dict(obs_period=1, obs_period_unit="hour"),
        every_hour(obs_prefix_name="a b"),
        every_hour(obs_dir_pre_fix_name="%Y/%m"),
        every_hour(obs_time_zone="UTC"),
        every_hour(obs_encrypted_enable=True),
    ],
    ids=str,
)
def test_what_is_no_transfer_is_refused(modern, desk, group, streams, members):
    with refused(400, "LTS.0009"):
        desk.create_transfer(group, streams, **members)
    assert desk.transfers() == []


def test_group_stream_and_bucket_have_to_be_there(modern, desk, group, streams):
    with refused(400, "LTS.0201"):
        desk.create_transfer(NOBODY, streams)
    with refused(400, "LTS.0208"):
        desk.create_transfer(group, [NOBODY])
    modern.admin("PUT", "/buckets/no-such-bucket", {"state": "missing"})
    modern.admin("PUT", "/buckets/not-ours", {"state": "forbidden"})
    with refused(400, "LTS.0416"):
        desk.create_transfer(group, streams, **every_hour("no-such-bucket"))
    with refused(403, "LTS.0018"):
        desk.create_transfer(group, streams, **every_hour("not-ours"))
    made = desk.create_transfer(group, streams)
    with refused(400, "LTS.0416"):
        desk.update_transfer(made.log_transfer_id, **every_hour("no-such-bucket"))


def test_an_encrypted_bucket_needs_its_key(modern, desk, group, streams):
    modern.admin("PUT", "/buckets/sealed", {"state": "encrypted"})
    with refused(400, "LTS.0416"):
        desk.create_transfer(group, streams, **every_hour("sealed"))
    key = "00000000-0000-0000-0000-000000000000"
    made = desk.create_transfer(group, streams, **every_hour("sealed", obs_encrypted_enable=True, obs_encrypted_id=key))
    shown = made.log_transfer_info.log_transfer_detail
    assert (shown.obs_encrypted_enable, shown.obs_encrypted_id) == (True, key)


def test_a_broken_transfer_can_be_read_changed_and_removed(modern, desk, group, streams):
    id = desk.create_transfer(group, streams).log_transfer_id
    modern.admin("PATCH", f"/transfers/{id}", {"status": "EXCEPTION"})
    (shown,) = desk.transfers()
    assert shown.log_transfer_info.log_transfer_status == "EXCEPTION"
    assert desk.update_transfer(id).log_transfer_info.log_transfer_status == "ENABLE"
    modern.admin("PATCH", f"/transfers/{id}", {"status": "EXCEPTION"})
    desk.delete_transfer(id)


def test_all_that_the_vendor_can_send_is_taken_and_shown(modern, desk, group, streams):
    detail = dict(
        obs_bucket_name="acme-log-archive",
        obs_period=30,
        obs_period_unit="min",
        obs_dir_pre_fix_name="web",
        obs_prefix_name="access-",
        obs_encrypted_enable=True,
        obs_encrypted_id="00000000-0000-0000-0000-000000000000",
        obs_time_zone="UTC-02:00",
        obs_time_zone_id="Etc/GMT+2",
        tags=["hostIP", "hostId", "hostName", "pathFile", "collectTime"],
    )
    newest = dict(
        obs_eps_id="0",
        lts_tags=["logStreamName"],
        stream_tags=["class"],
        struct_fields=["level"],
        invalid_field_value="-",
    )
    made = desk.create_transfer(group, streams, **detail, **newest)
    shown = made.to_json_object()["log_transfer_info"]["log_transfer_detail"]
    assert {name: shown.get(name) for name in (detail | newest)} == detail | newest
    for name, value in detail.items():
        assert getattr(made.log_transfer_info.log_transfer_detail, name) == value
