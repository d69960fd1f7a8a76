"""A partner cloud that publishes everything of today but the updates of groups
and streams (facts page 5.5)."""

import pytest

from vendor import Desk, lts_client, refused


@pytest.fixture
def desk(fresh):
    return Desk(lts_client(fresh("no-update")))


def test_groups_and_streams_cannot_be_updated(desk):
    group = desk.create_group("web")
    stream = desk.create_stream(group, "access")
    with refused(404, "APIGW.0101") as caught:
        desk.update_group(group, 14)
    assert caught.value.error_msg == "The API does not exist: method POST not found"
    with refused(404, "APIGW.0101"):
        desk.update_stream(group, stream, ttl_in_days=14)
    assert desk.groups()["web"].ttl_in_days == 7


def test_all_else_is_there(desk):
    group = desk.create_group("web")
    stream = desk.create_stream(group, "access")
    desk.change_tags("topics", stream, "create", {"class": "evidence"})
    transfer = desk.create_transfer(group, [stream]).log_transfer_id
    desk.update_transfer(transfer, status="DISABLE")
    assert [shown.log_stream_id for shown in desk.all_streams()] == [stream]
    desk.delete_transfer(transfer)
    desk.delete_stream(group, stream)
    desk.delete_group(group)
