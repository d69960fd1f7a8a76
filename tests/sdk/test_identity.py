"""IAM: rows 1 and 2 of facts page 4, and how the vendor's clients find a
project and an account by themselves."""

import re

import huaweicloudsdkiam.v3 as iam
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import SdkException
from huaweicloudsdkcore.signer.signer import Signer

from vendor import Desk, iam_client, lts_client, lts_client_with, refused

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def token_request(emulator, *, password=None, project=None, nocatalog=None):
    user = iam.PwdPasswordUser(
        domain=iam.PwdPasswordUserDomain(name=emulator.variables["HW_DOMAIN_NAME"]),
        name=emulator.variables["HW_USER_NAME"],
        password=password or emulator.variables["HW_USER_PASSWORD"],
    )
    identity = iam.PwdIdentity(methods=["password"], password=iam.PwdPassword(user=user))
    scope = iam.AuthScope(project=project or iam.AuthScopeProject(name=emulator.region))
    body = iam.KeystoneCreateUserTokenByPasswordRequestBody(auth=iam.PwdAuth(identity=identity, scope=scope))
    return iam.KeystoneCreateUserTokenByPasswordRequest(nocatalog=nocatalog, body=body)


def with_token(emulator, token):
    """A client of LTS that sends a token instead of a signature."""
    credentials = BasicCredentials("unused", "unused", emulator.project)

    def send(request):
        request.header_params["X-Auth-Token"] = token
        Signer.process_request_uri(request)
        return request

    credentials.sign_request = send
    return Desk(lts_client_with(emulator, credentials))


def test_a_password_becomes_a_token_of_a_project(either):
    client = iam_client(either)
    answer = client.keystone_create_user_token_by_password(token_request(either))
    assert answer.status_code == 201
    token = answer.token
    assert (token.project.id, token.project.name) == (either.project, either.region)
    assert token.project.domain.name == token.user.domain.name == either.variables["HW_DOMAIN_NAME"]
    assert token.methods == ["password"]
    assert TIME.fullmatch(token.issued_at) and TIME.fullmatch(token.expires_at)
    assert {service.type for service in token.catalog} >= {"iam", "lts"}
    desk = with_token(either, answer.x_subject_token)
    desk.create_group("web")
    assert set(desk.groups()) == {"web"}


def test_a_token_can_be_had_by_project_id_and_without_a_catalog(either):
    request = token_request(either, project=iam.AuthScopeProject(id=either.project), nocatalog="true")
    token = iam_client(either).keystone_create_user_token_by_password(request).token
    assert (token.project.id, token.catalog) == (either.project, [])


def test_a_wrong_password_gets_no_token(either):
    with refused(401, 401) as caught:
        iam_client(either).keystone_create_user_token_by_password(token_request(either, password="wrong"))
    assert caught.value.error_msg == "The username or password is wrong."


def test_a_token_can_die(either):
    answer = iam_client(either).keystone_create_user_token_by_password(token_request(either))
    desk = with_token(either, answer.x_subject_token)
    assert desk.groups() == {}
    either.admin("DELETE", "/tokens")
    with refused(401, "APIGW.0307"):
        desk.groups()
    with refused(401, "APIGW.0301"):
        with_token(either, "made up").groups()


def test_projects_are_found_by_name(either):
    client = iam_client(either)
    (project,) = client.keystone_list_projects(iam.KeystoneListProjectsRequest(name=either.region)).projects
    assert (project.id, project.name) == (either.project, either.region)
    assert (project.enabled, project.is_domain) == (True, False)
    assert project.parent_id == project.domain_id == client.unchecked.get_credentials().domain_id
    assert client.keystone_list_projects(iam.KeystoneListProjectsRequest(name="nowhere-1")).projects == []
    shown = client.keystone_show_project(iam.KeystoneShowProjectRequest(project_id=either.project)).project
    assert shown.to_dict() == project.to_dict()
    listed = client.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest()).projects
    assert either.project in [entry.id for entry in listed]


def test_an_account_is_found_by_its_key(either):
    client = iam_client(either)
    (domain,) = client.keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest()).domains
    assert domain.name == either.variables["HW_DOMAIN_NAME"]
    # The SDK asked for the account itself before it could ask.
    assert either.operations(of_iam=True) == ["KeystoneListAuthDomains", "KeystoneListAuthDomains"]


def test_the_sdk_finds_the_project_of_a_region(either, monkeypatch):
    monkeypatch.setenv("HUAWEICLOUD_SDK_IAM_ENDPOINT", either.variables["HUAWEICLOUD_SDK_IAM_ENDPOINT"])
    key = either.variables["HUAWEICLOUD_SDK_AK"], either.variables["HUAWEICLOUD_SDK_SK"]
    desk = Desk(lts_client_with(either, BasicCredentials(*key)))
    desk.create_group("web")
    assert desk.client.unchecked.get_credentials().project_id == either.project
    assert either.operations(of_iam=True) == ["KeystoneListProjects", "CreateLogGroup"]


def test_the_sdk_reads_its_credentials_from_what_is_printed(either, monkeypatch):
    for name, value in either.variables.items():
        if name.startswith("HUAWEICLOUD_SDK_"):
            monkeypatch.setenv(name, value)
    desk = Desk(lts_client_with(either, None))
    assert desk.groups() == {}


def test_the_sdk_says_when_a_key_is_wrong(either, monkeypatch):
    monkeypatch.setenv("HUAWEICLOUD_SDK_IAM_ENDPOINT", either.origin)
    key = either.new_key()
    with pytest.raises(SdkException, match="APIGW.0301"):
        lts_client_with(either, BasicCredentials(key["access"], "wrong"))
    with pytest.raises(SdkException, match="APIGW.0301"):
        iam_client(either, access=key["access"], secret="wrong")


def test_a_sub_project_has_to_be_named(modern):
    name = f"{modern.region}_team"
    account = modern.admin("POST", "/accounts", {"name": "acme", "projects": [{"name": modern.region}, {"name": name}]})
    key = modern.new_key(domain_id=account["id"])
    region, team = (project["id"] for project in account["projects"])
    theirs = Desk(lts_client(modern, access=key["access"], secret=key["secret"], project=team))
    theirs.create_group("ours-alone")
    client = iam_client(modern, access=key["access"], secret=key["secret"])
    (found,) = client.keystone_list_projects(iam.KeystoneListProjectsRequest(name=name)).projects
    assert (found.id, found.parent_id) == (team, region)
    assert Desk(lts_client(modern, access=key["access"], secret=key["secret"], project=region)).groups() == {}
    with refused(403, "LTS.0001"):
        Desk(lts_client(modern, access=key["access"], secret=key["secret"])).groups()


def test_global_credentials_need_no_explicit_account(either):
    assert isinstance(iam_client(either).unchecked.get_credentials(), GlobalCredentials)
