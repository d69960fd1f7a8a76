"""The old creation of a dump, row 13 of facts page 4, in all its answers."""

import json

import huaweicloudsdklts.v2 as lts
import pytest

from vendor import dump_body, refused

NOBODY = "632b9bdc-5af4-4666-a5de-2579f8b80314"

# What to send and what comes back, in the order of the document's examples
# [SEED:2103-2184].
WRONG = [
    (dict(log_group_id=NOBODY), "LTS.0201", "The log group does not existed"),
    (dict(log_stream_ids=[NOBODY]), "LTS.0208", f"Log stream id does not exist: {NOBODY}"),
    (dict(obs_bucket_name="no-such-bucket"), "LTS.0416", "obs bucket does not exist: no-such-bucket"),
    (dict(type="cycle1"), "LTS.1901", "type is not in the list [cycle]"),
    (dict(storage_format="XML"), "LTS.1901", "storage_format is not in the list [RAW, JSON]"),
    (
        dict(period=1, period_unit="min"),
        "LTS.1901",
        "period+period_unit is not in the list [2min, 5min, 30min, 1hour, 3hour, 6hour, 12hour]",
    ),
    (dict(period_unit="day"), "LTS.1901", "period_unit is not in the list [min, hour]"),
    (dict(prefix_name="a b"), "LTS.1902", "prefix_name is invalid, please verify if it's provided as required"),
    (dict(dir_prefix_name="%Y"), "LTS.1902", "dir_prefix_name is invalid, please verify if it's provided as required"),
]


@pytest.fixture
def group(desk):
    return desk.create_group("web")


@pytest.fixture
def stream(desk, group):
    return desk.create_stream(group, "access")


def test_a_dump_answers_201_with_its_id(either, desk, group, stream):
    made = desk.create_dump(group, [stream])
    assert made.status_code == 201
    assert made.raw_content.decode() == f'{{"log_dump_obs_id":"{made.log_dump_obs_id}"}}'
    assert len(made.log_dump_obs_id) == 36


@pytest.mark.parametrize("members, code, message", WRONG, ids=[code + str(wrong) for wrong, code, _ in WRONG])
def test_the_document_had_errors_under_200(seed, desk, group, stream, members, code, message):
    seed.admin("PUT", "/buckets/no-such-bucket", {"state": "missing"})
    body = dump_body(group, [stream], **members)
    # The vendor's SDK takes it for a success, which is why ours must not.
    answer = desk.client.unchecked.create_log_dump_obs(lts.CreateLogDumpObsRequest(body=body))
    assert (answer.status_code, answer.log_dump_obs_id) == (200, None)
    assert json.loads(answer.raw_content) == {"error_code": code, "error_msg": message}
    assert seed.writes() == ["CreateLogGroup", "CreateLogStream"]


@pytest.mark.parametrize("members, code, message", WRONG, ids=[code + str(wrong) for wrong, code, _ in WRONG])
def test_today_errors_are_under_400(modern, desk, group, stream, members, code, message):
    modern.admin("PUT", "/buckets/no-such-bucket", {"state": "missing"})
    with refused(400, code) as caught:
        desk.create_dump(group, [stream], **members)
    assert caught.value.error_msg == message


def test_a_second_dump_of_a_stream_is_refused(seed, desk, group, stream):
    desk.create_dump(group, [stream])
    request = lts.CreateLogDumpObsRequest(body=dump_body(group, [stream]))
    answer = desk.client.unchecked.create_log_dump_obs(request)
    message = f"Log stream id is associated by transfer: {stream}"
    assert json.loads(answer.raw_content) == {"error_code": "LTS.0207", "error_msg": message}


REQUIRED = ["log_group_id", "log_stream_ids", "obs_bucket_name", "type", "storage_format", "period", "period_unit"]


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_required_is_required(either, desk, group, stream, name):
    with refused(400, "LTS.0009"):
        desk.create_dump(group, [stream], **{name: None})


def test_a_bucket_of_others_is_forbidden(either, desk, group, stream):
    either.admin("PUT", "/buckets/not-ours", {"state": "forbidden"})
    with refused(403, "LTS.0018"):
        desk.create_dump(group, [stream], obs_bucket_name="not-ours")


def test_the_document_sends_a_flag_as_text(either, desk, group, stream):
    desk.create_dump(group, [stream], switch_on="true")


def test_a_dump_is_a_transfer(modern, desk, group, stream):
    id = desk.create_dump(group, [stream], storage_format="JSON", switch_on=False).log_dump_obs_id
    (transfer,) = desk.transfers()
    info, detail = transfer.log_transfer_info, transfer.log_transfer_info.log_transfer_detail
    assert transfer.log_transfer_id == id
    assert [covered.log_stream_id for covered in transfer.log_streams] == [stream]
    assert (info.log_storage_format, info.log_transfer_status, info.log_transfer_type) == ("JSON", "DISABLE", "OBS")
    assert (detail.obs_period, detail.obs_period_unit) == (5, "min")
    assert (detail.obs_prefix_name, detail.obs_dir_pre_fix_name) == ("fileprefixname", "dirprefixname")
    desk.update_transfer(id)
    desk.delete_transfer(id)
    desk.delete_group(group)
