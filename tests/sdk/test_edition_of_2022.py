"""What the edition of 2022-08-15 does not have: everything but its eight
operations is 404 APIGW.0101 (facts page 10)."""

import huaweicloudsdklts.v2 as lts
import pytest

from vendor import refused

NOBODY = "b6b9332b-091f-4b22-b810-264318d2d664"

ABSENT = {
    "UpdateLogGroup": lambda desk: desk.update_group(NOBODY, 7),
    "ListLogStreams": lambda desk: desk.all_streams(),
    "UpdateLogStream": lambda desk: desk.update_stream(NOBODY, NOBODY, ttl_in_days=7),
    "CreateTransfer": lambda desk: desk.create_transfer(NOBODY, [NOBODY]),
    "ListTransfers": lambda desk: desk.transfers(),
    "UpdateTransfer": lambda desk: desk.update_transfer(NOBODY),
    "DeleteTransfer": lambda desk: desk.delete_transfer(NOBODY),
    "CreateTags": lambda desk: desk.change_tags("groups", NOBODY, "create", {"a": "b"}),
}


@pytest.mark.parametrize("name", ABSENT)
def test_an_operation_does_not_exist(seed, desk, name):
    with refused(404, "APIGW.0101"):
        ABSENT[name](desk)
    (entry,) = seed.journal()
    assert entry["operation"] is None and not entry["committed"]


def test_what_is_newer_in_a_body_is_not_known(seed, desk):
    tags = [lts.TagsBody(key="team", value="web")]
    group = desk.create_group("web", tags=tags, log_group_name_alias="Netz")
    shown = desk.groups()["web"]
    assert (shown.tag, shown.log_group_name_alias) == (None, None)
    desk.create_stream(group, "access", tags=tags, log_stream_name_alias="Zugriffe")
    assert desk.streams(group)["access"].tag == {}


def test_operations_of_others_exist_nowhere(either, desk):
    with refused(404, "APIGW.0101"):
        desk.client.unchecked.list_host_group(lts.ListHostGroupRequest(body=lts.GetHostGroupListRequestBody()))
