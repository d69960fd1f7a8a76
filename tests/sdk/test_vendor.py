"""The comparison of answers with the vendor's models finds what is wrong."""

import huaweicloudsdklts.v2 as lts
import pytest

from vendor import compare

GROUP = {
    "creation_time": 1595659490239,
    "log_group_id": "b6b9332b-091f-4b22-b810-264318d2d664",
    "log_group_name": "web",
    "tag": {"team": "web"},
    "ttl_in_days": 7,
}


def complaints(**members):
    return list(compare(lts, lts.ListLogGroupsResponse, {"log_groups": [GROUP | members]}))


def test_what_is_right_is_right():
    assert complaints() == []


@pytest.mark.parametrize(
    "members, complaint",
    [
        (dict(ttl_in_days="7"), "$.log_groups[0].ttl_in_days is no int but '7'"),
        (dict(ttl_in_days=True), "$.log_groups[0].ttl_in_days is no int but True"),
        (dict(log_group_name=None), "$.log_groups[0].log_group_name is null"),
        (dict(tag=[]), "$.log_groups[0].tag is no map"),
        (dict(tag={"team": 1}), "$.log_groups[0].tag.team is no str but 1"),
        (dict(name="web"), "$.log_groups[0].name is unknown to LogGroup"),
    ],
)
def test_what_is_wrong_is_found(members, complaint):
    assert complaints(**members) == [complaint]


def test_a_list_is_a_list():
    assert list(compare(lts, lts.ListLogGroupsResponse, {"log_groups": GROUP})) == ["$.log_groups is no list"]
    assert list(compare(lts, lts.ListLogGroupsResponse, [])) == ["$ is no object but []"]
