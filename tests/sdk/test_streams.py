"""Streams: rows 7 to 11 of facts page 4."""

import json

import huaweicloudsdklts.v2 as lts
import pytest

from vendor import refused

NOBODY = "b6b9332b-091f-4b22-b810-264318d2d664"


def test_a_stream_comes_and_goes(either, desk):
    group = desk.create_group("lts-group-01nh")
    id = desk.create_stream(group, "lts-stream-13ci", 30)
    assert len(id) == 36
    (stream,) = desk.streams(group).values()
    assert (stream.log_stream_id, stream.log_stream_name, stream.filter_count) == (id, "lts-stream-13ci", 0)
    assert desk.delete_stream(group, id).status_code == 204
    assert desk.streams(group) == {}
    with refused(400, "LTS.0208"):
        desk.delete_stream(group, id)
    assert either.writes() == ["CreateLogGroup", "CreateLogStream", "DeleteLogStream"]


def test_a_stream_shows_all_that_the_vendor_reads(modern, desk):
    group = desk.create_group("web")
    desk.create_stream(group, "access", log_stream_name_alias="Zugriffe")
    of_group = desk.client.list_log_stream(lts.ListLogStreamRequest(log_group_id=group))
    of_project = desk.client.list_log_streams(lts.ListLogStreamsRequest())
    for answer, model in ((of_group, lts.LogStreamResBody), (of_project, lts.ListLogStreamsResponseBody1LogStreams)):
        (shown,) = json.loads(answer.raw_content)["log_streams"]
        assert set(shown) == set(model.attribute_map.values())


def test_a_stream_showed_less(seed, desk):
    group = desk.create_group("web")
    desk.create_stream(group, "access", 30)
    answer = desk.client.list_log_stream(lts.ListLogStreamRequest(log_group_id=group))
    (shown,) = json.loads(answer.raw_content)["log_streams"]
    assert set(shown) == {"creation_time", "filter_count", "log_stream_id", "log_stream_name", "tag"}


def test_a_stream_without_a_ttl_follows_its_group(modern, desk):
    group = desk.create_group("web", 14)
    desk.create_stream(group, "access")
    desk.create_stream(group, "error", 3)
    assert {name: stream.ttl_in_days for name, stream in desk.streams(group).items()} == {"access": -1, "error": 3}


@pytest.mark.parametrize("ttl", [0, 366])
def test_a_ttl_has_a_range(either, desk, ttl):
    group = desk.create_group("web")
    with refused(400, "LTS.0009"):
        desk.create_stream(group, "access", ttl)


def test_a_stream_has_a_group_and_a_name_of_its_own(either, desk):
    group, other = desk.create_group("web"), desk.create_group("payments")
    desk.create_stream(group, "access")
    with refused(400, "LTS.0205"):
        desk.create_stream(group, "access")
    desk.create_stream(other, "access")
    with refused(400, "LTS.0201"):
        desk.create_stream(NOBODY, "access")
    with refused(400, "LTS.0201"):
        desk.delete_stream(NOBODY, NOBODY)
    for name in ("", ".a", "_a", "a.", "a/b", "x" * 65):
        with refused(400, "LTS.0009"):
            desk.create_stream(group, name)


def test_streams_have_a_quota_in_each_group(either, desk):
    either.configure(quotas={"streams": 1})
    group, other = desk.create_group("web"), desk.create_group("payments")
    desk.create_stream(group, "access")
    with refused(400, "LTS.0206"):
        desk.create_stream(group, "error")
    desk.create_stream(other, "access")


def test_all_streams_come_in_one_answer(modern, desk):
    web, payments = desk.create_group("web"), desk.create_group("日志组")
    for group, name in ((web, "access"), (web, "error"), (payments, "access")):
        desk.create_stream(group, name)
    found = {(stream.log_group_id, stream.log_stream_name) for stream in desk.all_streams()}
    assert found == {(web, "access"), (web, "error"), (payments, "access")}
    assert len(desk.all_streams(log_group_name="日志组")) == 1
    assert len(desk.all_streams(log_stream_name="access")) == 2
    assert len(desk.all_streams(log_group_name="web", log_stream_name="access")) == 1
    assert desk.all_streams(log_group_name="nobody") == []


def test_a_stream_is_updated(modern, desk):
    group = desk.create_group("web")
    id = desk.create_stream(group, "access")
    answer = desk.update_stream(group, id, ttl_in_days=30)
    assert answer.status_code == 200
    assert (answer.log_topic_id, answer.log_topic_name, answer.ttl_in_days) == (id, "access", 30)
    desk.update_stream(group, id, ttl_in_days=-1, tags=[lts.TagsBody(key="a", value="b")], whether_log_storage=False)
    stream = desk.streams(group)["access"]
    assert (stream.ttl_in_days, stream.tag["a"], stream.whether_log_storage) == (-1, "b", False)
    with refused(400, "LTS.0009"):
        desk.update_stream(group, id, ttl_in_days=0)
    with refused(400, "LTS.0208"):
        desk.update_stream(group, NOBODY, ttl_in_days=7)
    with refused(400, "LTS.0201"):
        desk.update_stream(NOBODY, id, ttl_in_days=7)


def test_an_enterprise_project_is_named(modern, desk):
    modern.configure(enterprise_projects={"acme": "9a4a3b1c-0000-0000-0000-00000000000e"})
    group = desk.create_group("web")
    desk.create_stream(group, "access", enterprise_project_name="acme")
    assert desk.streams(group)["access"].tag == {"_sys_enterprise_project_id": "9a4a3b1c-0000-0000-0000-00000000000e"}
    with refused(400, "LTS.0009"):
        desk.create_stream(group, "error", enterprise_project_name="Default")


def test_a_stream_with_a_transfer_stays(modern, desk):
    group = desk.create_group("web")
    stream = desk.create_stream(group, "access")
    transfer = desk.create_transfer(group, [stream], status="DISABLE")
    with refused(400, "LTS.0207"):
        desk.delete_stream(group, stream)
    desk.delete_transfer(transfer.log_transfer_id)
    desk.delete_stream(group, stream)
