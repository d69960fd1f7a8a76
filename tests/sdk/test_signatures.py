"""AK/SK: the vendor's signer against the emulator's verification."""

import datetime

import huaweicloudsdklts.v2 as lts
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.region.region import Region

from vendor import Desk, lts_client, lts_client_with, refused

ODD = ["a b~c/d*+é", "日志 组", "100%", "a=b&c=d", "?#[]@!$'(),;:", "%2F", "+", " ", "~._-", "\N{FIRE}", "&", "=="]


@pytest.mark.parametrize("text", ODD)
def test_odd_queries_are_signed_as_they_are_sent(modern, desk, text):
    assert desk.all_streams(log_group_name=text, log_stream_name=text) == []
    assert desk.transfers(log_stream_name=text, log_transfer_type="OBS") == []
    with refused(400, "LTS.0201"):
        desk.transfers(log_group_name=text)


@pytest.mark.parametrize("text", ["a b~c*+é", "日志 组", "100%", "a=b&c=d", "?#[]@!$'(),;:", "+", "~._-"])
def test_odd_paths_are_signed_as_they_are_sent(either, desk, text):
    with refused(400, "LTS.0201"):
        desk.delete_group(text)
    with refused(400, "LTS.0201"):
        desk.delete_stream(text, text)


def test_odd_filters_find_odd_names(modern, desk):
    group = desk.create_group("日志-组.01")
    stream = desk.create_stream(group, "流_e")
    desk.create_transfer(group, [stream])
    assert len(desk.transfers(log_group_name="日志-组.01", log_stream_name="流_e")) == 1


@pytest.mark.parametrize("text", ["grüße", "日志", "\"'\\\n\t", "<&>", "\N{FIRE}"])
def test_odd_bodies_are_signed_as_they_are_sent(either, desk, text):
    with refused(400, "LTS.0009"):
        desk.create_group(text + " ")


def test_the_asynchronous_client_signs_alike(either):
    credentials = BasicCredentials(
        either.variables["HUAWEICLOUD_SDK_AK"], either.variables["HUAWEICLOUD_SDK_SK"], either.project
    )
    builder = lts.LtsAsyncClient.new_builder().with_credentials(credentials)
    client = builder.with_region(Region(either.region, either.origin)).build()
    body = lts.CreateLogGroupParams(log_group_name="web", ttl_in_days=7)
    assert client.create_log_group_async(lts.CreateLogGroupRequest(body=body)).result().log_group_id
    assert len(client.list_log_groups_async(lts.ListLogGroupsRequest()).result().log_groups) == 1


def test_a_wrong_secret_is_refused(either):
    key = either.new_key()
    desk = Desk(lts_client(either, access=key["access"], secret="wrong"))
    with refused(401, "APIGW.0301") as caught:
        desk.groups()
    assert caught.value.error_msg.startswith("Incorrect IAM authentication information: ")
    with refused(401, "APIGW.0301"):
        Desk(lts_client(either, access="NOBODY00000000000000")).groups()


def test_five_wrong_signatures_lock_a_key(either):
    key = either.new_key()
    right = Desk(lts_client(either, access=key["access"], secret=key["secret"]))
    wrong = Desk(lts_client(either, access=key["access"], secret="wrong"))
    for _ in range(4):
        with refused(401, "APIGW.0301"):
            wrong.groups()
    right.groups()  # starts the count anew
    for _ in range(5):
        with refused(401, "APIGW.0301"):
            wrong.groups()
    with refused(401, "APIGW.0301") as caught:
        right.groups()
    assert "AK access failed to reach the limit,forbidden" in caught.value.error_msg


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_may_be_off_by_a_quarter_of_an_hour(either, minutes):
    def desk(offset):
        credentials = BasicCredentials(
            either.variables["HUAWEICLOUD_SDK_AK"], either.variables["HUAWEICLOUD_SDK_SK"], either.project
        )
        sign = credentials.sign_request
        time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=offset)

        def sign_at(request):
            request.header_params["X-Sdk-Date"] = time.strftime("%Y%m%dT%H%M%SZ")
            return sign(request)

        credentials.sign_request = sign_at
        return Desk(lts_client_with(either, credentials))

    assert desk(minutes - (2 if minutes > 0 else -2)).groups() == {}
    with refused(401, "APIGW.0301") as caught:
        desk(minutes).groups()
    assert "signature expired, signature time:" in caught.value.error_msg


def test_a_temporary_key_needs_its_token(either):
    key = either.new_key(security_token="STSTOKENEXAMPLE==")
    pair = dict(access=key["access"], secret=key["secret"])
    desk = Desk(lts_client(either, **pair, security_token="STSTOKENEXAMPLE=="))
    desk.create_group("web")
    assert set(desk.groups()) == {"web"}
    for token in (None, "another"):
        with refused(401, "APIGW.0301"):
            Desk(lts_client(either, **pair, security_token=token)).groups()


def test_a_temporary_key_expires(either):
    key = either.new_key(security_token="STSTOKENEXAMPLE==", expires_at="2020-01-01T00:00:00Z")
    desk = Desk(
        lts_client(either, access=key["access"], secret=key["secret"], security_token="STSTOKENEXAMPLE==")
    )
    with refused(401, "APIGW.0301"):
        desk.groups()


def test_a_key_reaches_its_own_projects_only(either):
    account = either.admin("POST", "/accounts", {"name": "somebody-else", "projects": [{"name": either.region}]})
    theirs = account["projects"][0]["id"]
    desk = Desk(lts_client(either, project=theirs))
    for call in (desk.groups, lambda: desk.create_group("web")):
        with refused(403, "LTS.0001"):
            call()
    with refused(403, "LTS.0001"):
        Desk(lts_client(either, project="0" * 32)).groups()
    assert either.writes() == []
