"""Tags: row 18 of facts page 4."""

import huaweicloudsdklts.v2 as lts
import pytest

from vendor import refused

NOBODY = "b6b9332b-091f-4b22-b810-264318d2d664"
SYSTEM = "_sys_enterprise_project_id"


def tags_of(desk, group):
    """The tags of the group and of its streams, without the system's."""
    tags = {"group": desk.groups()["web"].tag} | {name: stream.tag for name, stream in desk.streams(group).items()}
    for map in tags.values():
        assert map.pop(SYSTEM) == "0"
    return tags


@pytest.fixture
def group(modern, desk):
    return desk.create_group("web")


@pytest.fixture
def stream(desk, group):
    return desk.create_stream(group, "access")


def test_tags_of_a_group_go_to_its_streams(desk, group, stream):
    assert desk.change_tags("groups", group, "create", {"team": "web", "empty": ""}).status_code == 200
    assert tags_of(desk, group) == {"group": {"team": "web", "empty": ""}, "access": {"team": "web", "empty": ""}}


def test_tags_of_a_group_stay_there_when_told_so(desk, group, stream):
    tag = dict(key="team", value="web", tags_to_streams_enable=False)
    body = {"action": "create", "is_open": True, "tags": [tag]}
    desk.client.create_tags(lts.CreateTagsRequest(resource_type="groups", resource_id=group, body=body))
    assert tags_of(desk, group) == {"group": {"team": "web"}, "access": {}}


def test_tags_of_a_stream_are_its_own(desk, group, stream):
    assert desk.change_tags("topics", stream, "create", {"class": "evidence"}).status_code == 200
    assert desk.change_tags("topics", stream, "create", {"class": "debug", "a": "b"}).status_code == 200
    assert tags_of(desk, group) == {"group": {}, "access": {"class": "debug", "a": "b"}}
    assert desk.change_tags("topics", stream, "delete", {"class": "any"}).status_code == 201
    assert tags_of(desk, group) == {"group": {}, "access": {"a": "b"}}


def test_a_removed_tag_may_linger(modern, desk, group):
    desk.change_tags("groups", group, "create", {"team": "web"})
    modern.configure(stale_tags_reads=1)
    desk.change_tags("groups", group, "delete", {"team": "web"})
    assert "team" in desk.groups()["web"].tag
    assert "team" not in desk.groups()["web"].tag


def test_what_is_no_tag_action_is_refused(desk, group):
    with refused(400, "LTS.1836"):
        desk.change_tags("groups", group, "replace", {"a": "b"})
    with refused(400, "LTS.0201"):
        desk.change_tags("groups", NOBODY, "create", {"a": "b"})
    with refused(400, "LTS.0208"):
        desk.change_tags("topics", NOBODY, "create", {"a": "b"})
    for kind, tags in (
        ("streams", {"a": "b"}),
        ("groups", {}),
        ("groups", {"_sys_enterprise_project_id": "1"}),
        ("groups", {"x" * 129: "b"}),
        ("groups", {"a": "x" * 256}),
        ("groups", {f"key-{number}": "" for number in range(21)}),
    ):
        with refused(400, "LTS.0009"):
            desk.change_tags(kind, group, "create", tags)
