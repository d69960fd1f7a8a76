"""Groups: rows 3 to 6 of facts page 4."""

import time

import huaweicloudsdklts.v2 as lts
import pytest

from vendor import refused

NOBODY = "b6b9332b-091f-4b22-b810-264318d2d664"


def test_a_group_comes_and_goes(either, desk):
    before = int(time.time() * 1000)
    id = desk.create_group("lts-group-01nh")
    assert len(id) == 36
    (group,) = desk.groups().values()
    assert (group.log_group_id, group.log_group_name, group.ttl_in_days) == (id, "lts-group-01nh", 7)
    assert before - 1000 <= group.creation_time <= time.time() * 1000 + 1000
    assert desk.delete_group(id).status_code == 204
    assert desk.groups() == {}
    with refused(400, "LTS.0201"):
        desk.delete_group(id)
    assert either.writes() == ["CreateLogGroup", "DeleteLogGroup"]


def test_a_created_group_answers_201_with_its_id_only(either, desk):
    body = lts.CreateLogGroupParams(log_group_name="web", ttl_in_days=7)
    answer = desk.client.create_log_group(lts.CreateLogGroupRequest(body=body))
    assert answer.status_code == 201
    assert answer.raw_content.decode() == f'{{"log_group_id":"{answer.log_group_id}"}}'


def test_a_name_is_taken_once(either, desk):
    desk.create_group("web")
    with refused(400, "LTS.0101"):
        desk.create_group("web")
    desk.create_group("WEB")
    assert set(desk.groups()) == {"web", "WEB"}


@pytest.mark.parametrize("name", ["", ".web", "_web", "web.", "we/b", "we b", "x" * 65])
def test_a_name_follows_the_rules(either, desk, name):
    with refused(400, "LTS.0009"):
        desk.create_group(name)


def test_a_name_may_be_chinese(either, desk):
    desk.create_group("日志组-01")
    assert set(desk.groups()) == {"日志组-01"}


def test_what_is_required_is_required(either, desk):
    for body in (lts.CreateLogGroupParams(log_group_name="web"), lts.CreateLogGroupParams(ttl_in_days=7)):
        with refused(400, "LTS.0009"):
            desk.client.create_log_group(lts.CreateLogGroupRequest(body=body))
    with refused(400, "LTS.0007"):
        desk.client.create_log_group(lts.CreateLogGroupRequest(body="{"))


def test_a_ttl_has_a_range(modern, desk):
    for ttl in (1, 365):
        desk.create_group(f"ttl-{ttl}", ttl)
    for ttl in (0, 366, -1):
        with refused(400, "LTS.0106"):
            desk.create_group("web", ttl)


def test_a_ttl_had_a_shorter_range(seed, desk):
    # Its table of codes has no row for a ttl, so the body as a whole is refused.
    with refused(400, "LTS.0009"):
        desk.create_group("web", 8)
    assert desk.groups() == {}


def test_groups_have_a_quota(either, desk):
    either.configure(quotas={"groups": 2})
    desk.create_group("one")
    desk.create_group("two")
    with refused(400, "LTS.0104"):
        desk.create_group("three")


def test_a_group_has_tags_an_alias_and_an_enterprise_project(modern, desk):
    body = lts.CreateLogGroupParams(
        log_group_name="payments",
        ttl_in_days=30,
        tags=[lts.TagsBody(key="team", value="payments"), lts.TagsBody(key="empty", value="")],
        log_group_name_alias="Zahlungen",
    )
    eps = "9a4a3b1c-0000-0000-0000-00000000000e"
    desk.client.create_log_group(lts.CreateLogGroupRequest(enterprise_project_id=eps, body=body))
    group = desk.groups()["payments"]
    assert group.tag == {"_sys_enterprise_project_id": eps, "team": "payments", "empty": ""}
    assert group.log_group_name_alias == "Zahlungen"
    desk.create_group("web")
    assert desk.groups()["web"].tag == {"_sys_enterprise_project_id": "0"}


def test_a_group_is_updated_by_a_post(modern, desk):
    id = desk.create_group("web")
    answer = desk.update_group(id, 30)
    assert answer.status_code == 200
    assert (answer.log_group_id, answer.log_group_name, answer.ttl_in_days) == (id, "web", 30)
    assert answer.creation_time == desk.groups()["web"].creation_time
    desk.update_group(id, 14, [lts.TagsBody(key="team", value="web")])
    group = desk.groups()["web"]
    assert (group.ttl_in_days, group.tag["team"]) == (14, "web")
    with refused(400, "LTS.0106"):
        desk.update_group(id, 366)
    with refused(400, "LTS.0201"):
        desk.update_group(NOBODY, 14)


def test_a_deleted_group_takes_its_streams_along(either, desk):
    group = desk.create_group("web")
    desk.create_stream(group, "access")
    desk.delete_group(group)
    with refused(400, "LTS.0201"):
        desk.streams(group)


def test_a_group_with_a_transfer_stays(modern, desk):
    group = desk.create_group("web")
    transfer = desk.create_transfer(group, [desk.create_stream(group, "access")])
    with refused(400, "LTS.0105"):
        desk.delete_group(group)
    desk.delete_transfer(transfer.log_transfer_id)
    desk.delete_group(group)


def test_a_group_with_a_dump_stayed(seed, desk):
    group = desk.create_group("web")
    stream = desk.create_stream(group, "access")
    desk.create_dump(group, [stream])
    with refused(400, "LTS.0105"):
        desk.delete_group(group)
    with refused(400, "LTS.0207"):
        desk.delete_stream(group, stream)
