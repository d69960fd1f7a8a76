"""The vendor's clients, pointed at the emulator.

A client from here looks at every answer twice: the vendor's models convert
what they can and drop what they do not know, so each raw answer is also held
against the types that those models declare.
"""

import contextlib
import json
import re

import huaweicloudsdkiam.v3 as iam
import huaweicloudsdklts.v2 as lts
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.region.region import Region

# Members the service has and the vendor's newest models do not: an enterprise
# project of the bucket and the paths of LTS' own tags (facts page 5.14), and
# the links of IAM's lists.
UNKNOWN_TO_THE_VENDOR = {
    ("TransferDetail", "obs_eps_id"),
    ("TransferDetail", "lts_tags"),
    ("TransferDetail", "stream_tags"),
    ("TransferDetail", "struct_fields"),
    ("TransferDetail", "invalid_field_value"),
    ("LinksSelf", "previous"),
    ("LinksSelf", "next"),
}
# Members that come as null rather than not at all.
NULLABLE = {"log_agency_transfer", "previous", "next"}
PLAIN = {"str": str, "int": int, "bool": bool}


def lts_client(emulator, *, access=None, secret=None, project=None, security_token=None):
    """A client of LTS with an explicit project, which sends nothing to IAM."""
    credentials = BasicCredentials(
        access or emulator.variables["HUAWEICLOUD_SDK_AK"],
        secret or emulator.variables["HUAWEICLOUD_SDK_SK"],
        project or emulator.variables["HUAWEICLOUD_SDK_PROJECT_ID"],
    )
    if security_token:
        credentials.with_security_token(security_token)
    return lts_client_with(emulator, credentials)


def lts_client_with(emulator, credentials):
    builder = lts.LtsClient.new_builder().with_credentials(credentials)
    return Checked(builder.with_region(Region(emulator.region, emulator.origin)).build(), lts)


def iam_client(emulator, *, access=None, secret=None, domain=None):
    """A client of IAM; without a domain the SDK asks for it first."""
    credentials = GlobalCredentials(
        access or emulator.variables["HUAWEICLOUD_SDK_AK"],
        secret or emulator.variables["HUAWEICLOUD_SDK_SK"],
        domain,
    ).with_iam_endpoint(emulator.origin)
    builder = iam.IamClient.new_builder().with_credentials(credentials)
    return Checked(builder.with_region(Region(emulator.region, emulator.origin)).build(), iam)


class Checked:
    """A client whose answers are held against the types of their models."""

    def __init__(self, client, models):
        self.unchecked = client
        self._models = models

    def __getattr__(self, name):
        method = getattr(self.unchecked, name)

        def call(request):
            answer = method(request)
            if answer.raw_content:
                complaints = list(compare(self._models, type(answer), json.loads(answer.raw_content)))
                assert not complaints, f"{name}: {complaints}"
            return answer

        return call


def compare(models, model, raw, path="$"):
    """Yields where a raw answer is not what a model of the vendor declares."""
    if not isinstance(raw, dict):
        yield f"{path} is no object but {raw!r}"
        return
    types = {model.attribute_map[name]: kind for name, kind in model.openapi_types.items()}
    for name, value in raw.items():
        place = f"{path}.{name}"
        if name in types:
            yield from compare_value(models, types[name], value, name, place)
        elif (model.__name__, name) not in UNKNOWN_TO_THE_VENDOR:
            yield f"{place} is unknown to {model.__name__}"


def compare_value(models, kind, value, name, place):
    if value is None:
        if name not in NULLABLE:
            yield f"{place} is null"
    elif match := re.fullmatch(r"list\[(.*)\]", kind):
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for index, item in enumerate(value):
            yield from compare_value(models, match.group(1), item, name, f"{place}[{index}]")
    elif match := re.fullmatch(r"dict\(str, (.*)\)", kind):
        if not isinstance(value, dict):
            yield f"{place} is no map"
            return
        for key, item in value.items():
            yield from compare_value(models, match.group(1), item, name, f"{place}.{key}")
    elif kind in PLAIN:
        if type(value) is not PLAIN[kind]:
            yield f"{place} is no {kind} but {value!r}"
    elif kind != "object":
        yield from compare(models, getattr(models, kind), value, place)


@contextlib.contextmanager
def refused(status, code):
    """Demands that the service refuses, with this status and code."""
    with pytest.raises(ServiceResponseException) as caught:
        yield caught
    error = caught.value
    assert (error.status_code, error.error_code) == (status, code), error
    assert error.error_msg, error
    if str(code)[:4] in ("LTS.", "APIG"):
        assert re.fullmatch(r"[0-9a-f]{32}", error.request_id or ""), f"no id to quote to support: {error}"


class Desk:
    """Short names for the calls that most tests make."""

    def __init__(self, client):
        self.client = client

    def create_group(self, name, ttl=7, **members):
        body = lts.CreateLogGroupParams(log_group_name=name, ttl_in_days=ttl, **members)
        return self.client.create_log_group(lts.CreateLogGroupRequest(body=body)).log_group_id

    def groups(self):
        answer = self.client.list_log_groups(lts.ListLogGroupsRequest())
        return {group.log_group_name: group for group in answer.log_groups}

    def update_group(self, group, ttl, tags=None):
        body = lts.UpdateLogGroupParams(ttl_in_days=ttl, tags=tags)
        return self.client.update_log_group(lts.UpdateLogGroupRequest(log_group_id=group, body=body))

    def delete_group(self, group):
        return self.client.delete_log_group(lts.DeleteLogGroupRequest(log_group_id=group))

    def create_stream(self, group, name, ttl=None, **members):
        body = lts.CreateLogStreamParams(log_stream_name=name, ttl_in_days=ttl, **members)
        return self.client.create_log_stream(lts.CreateLogStreamRequest(log_group_id=group, body=body)).log_stream_id

    def streams(self, group):
        answer = self.client.list_log_stream(lts.ListLogStreamRequest(log_group_id=group))
        return {stream.log_stream_name: stream for stream in answer.log_streams}

    def all_streams(self, **filters):
        return self.client.list_log_streams(lts.ListLogStreamsRequest(**filters)).log_streams

    def update_stream(self, group, stream, **members):
        body = lts.UpdateLogStreamParams(**members)
        request = lts.UpdateLogStreamRequest(log_group_id=group, log_stream_id=stream, body=body)
        return self.client.update_log_stream(request)

    def delete_stream(self, group, stream):
        return self.client.delete_log_stream(lts.DeleteLogStreamRequest(log_group_id=group, log_stream_id=stream))

    def change_tags(self, kind, id, action, tags):
        tags = [lts.TagsBody(key=key, value=value) for key, value in tags.items()]
        body = lts.CreateTagsReqbody(action=action, is_open=True, tags=tags)
        return self.client.create_tags(lts.CreateTagsRequest(resource_type=kind, resource_id=id, body=body))

    def create_transfer(
        self, group, streams, *, kind="OBS", mode="cycle", status="ENABLE", format="RAW", agency=None, **detail
    ):
        info = lts.CreateTransferRequestBodyLogTransferInfo(
            log_transfer_type=kind,
            log_transfer_mode=mode,
            log_storage_format=format,
            log_transfer_status=status,
            log_agency_transfer=agency,
            log_transfer_detail=lts.LogTransferDetail(**(detail or every_hour())),
        )
        covered = [lts.CreateTransferRequestBodyLogStreams(log_stream_id=stream) for stream in streams]
        body = lts.CreateTransferRequestBody(log_group_id=group, log_streams=covered, log_transfer_info=info)
        return self.client.create_transfer(lts.CreateTransferRequest(body=body))

    def transfers(self, **filters):
        return self.client.list_transfers(lts.ListTransfersRequest(**filters)).log_transfers

    def update_transfer(self, id, *, status="ENABLE", format="RAW", streams=None, **detail):
        info = lts.UpdateTransferRequestBodyLogTransferInfo(
            log_storage_format=format,
            log_transfer_status=status,
            log_transfer_detail=lts.LogTransferDetail(**(detail or every_hour())),
        )
        covered = streams and [lts.LogStreams(log_stream_id=stream) for stream in streams]
        body = lts.UpdateTransferRequestBody(log_transfer_id=id, log_transfer_info=info, log_streams=covered)
        return self.client.update_transfer(lts.UpdateTransferRequest(body=body))

    def delete_transfer(self, id):
        return self.client.delete_transfer(lts.DeleteTransferRequest(log_transfer_id=id))

    def create_dump(self, group, streams, **members):
        body = dump_body(group, streams, **members)
        return self.client.create_log_dump_obs(lts.CreateLogDumpObsRequest(body=body))

    def query(self, group, stream, start, end, **members):
        body = lts.QueryLtsLogParams(start_time=str(start), end_time=str(end), **members)
        request = lts.ListLogsRequest(log_group_id=group, log_stream_id=stream, body=body)
        return self.client.list_logs(request)


def every_hour(bucket="acme-log-archive", **more):
    """The detail of an OBS transfer that runs every hour."""
    return dict(obs_bucket_name=bucket, obs_period=1, obs_period_unit="hour", **more)


def dump_body(group, streams, **members):
    """The body of a dump as the document's example has it [SEED:2085-2098]."""
    wanted = dict(
        log_group_id=group,
        log_stream_ids=streams,
        obs_bucket_name="acme-log-archive",
        type="cycle",
        storage_format="RAW",
        switch_on=True,
        prefix_name="fileprefixname",
        dir_prefix_name="dirprefixname",
        period=5,
        period_unit="min",
    )
    return lts.CreateLogDumpObsRequestBody(**{**wanted, **members})
