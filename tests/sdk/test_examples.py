"""The pipelines of examples/ as the others see them: GitHub's, GitLab's and
Kubernetes' schemas, a linter of shells, pre-commit, and the language of jq."""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys

import kubernetes_validate
import pytest
import yaml

from emulator import PROGRAM, ROOT
from program import KEY

EXAMPLES = ROOT / "examples"
FORGE = pathlib.Path(__file__).parent / "forge"
TOOLS = pathlib.Path(sys.executable).parent

SCRIPTS = sorted(EXAMPLES.rglob("*.sh")) + sorted((ROOT / "tests" / "examples" / "bin").iterdir())
WORKFLOWS = sorted((EXAMPLES / "github-actions" / ".github" / "workflows").iterdir())
# Of these kinds, Kubernetes itself has no schema.
FOREIGN = re.compile(r"(argoproj|fluxcd|kustomize\.config)\.")


def tool(name, *arguments, cwd=ROOT, **variables):
    """Runs a tool of this environment; no network is needed, and none is tried."""
    path = os.pathsep.join([str(TOOLS), str(pathlib.Path(PROGRAM).parent), os.environ["PATH"]])
    return subprocess.run(
        [str(TOOLS / name), *map(str, arguments)], cwd=cwd, env={"PATH": path, "HOME": str(cwd), **variables},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
    )


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_github_takes_the_workflow(workflow):
    ran = tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_gitlab_takes_the_pipeline():
    pipeline = EXAMPLES / "gitlab-ci" / ".gitlab-ci.yml"
    ran = tool("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", pipeline)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_schemas_say_no_to_a_mistake(tmp_path):
    workflow = tmp_path / "workflow.yml"
    workflow.write_text(WORKFLOWS[0].read_text().replace("runs-on:", "run-on:"))
    assert tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow).returncode == 1


def objects():
    for folder in ("kubernetes", "argocd-flux"):
        for path in sorted((EXAMPLES / folder).rglob("*.yaml")):
            for document in yaml.safe_load_all(path.read_text()):
                if "apiVersion" in document and not FOREIGN.search(document["apiVersion"]):
                    yield pytest.param(document, id=f"{path.relative_to(EXAMPLES)}-{document['kind']}")


@pytest.mark.parametrize("document", list(objects()))
def test_kubernetes_takes_the_object(document):
    kubernetes_validate.validate(document, "1.34", strict=True)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_linter_has_nothing_to_say(script):
    ran = tool("shellcheck", "--external-sources", "--source-path=SCRIPTDIR", "--shell=sh", script)
    assert ran.returncode == 0, ran.stdout


def test_pre_commit_takes_the_hooks_and_runs_them(tmp_path):
    shutil.copytree(EXAMPLES / "pre-commit", tmp_path / "repository")
    repository = tmp_path / "repository"
    assert tool("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml", cwd=repository).returncode == 0
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "--quiet"], ["add", "."]):
        subprocess.run([*git, *arguments], cwd=repository, check=True)
    ran = tool("pre-commit", "run", "--all-files", cwd=repository)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"ltsctl validate\.+Passed", ran.stdout), ran.stdout
    estate = repository / "estates" / "payments" / "estate.yaml"
    estate.write_text(estate.read_text().replace("{ttl_in_days: 30}", "{ttl: 30}"))
    ran = tool("pre-commit", "run", "--all-files", cwd=repository)
    assert ran.returncode == 1 and "did you mean `ttl_in_days`?" in ran.stdout, ran.stdout


class Desk:
    """A copy of an example with stand-ins for the commands that talk to a forge."""

    def __init__(self, example, emulator, folder, **commands):
        self.folder = folder / "repository"
        shutil.copytree(EXAMPLES / example, self.folder)
        for estate in self.folder.rglob("estate.yaml"):
            region = "  region: my-kualalumpur-1\n"
            there = f'  endpoints: {{lts: "{emulator.origin}", iam: "{emulator.origin}"}}\n'
            estate.write_text(estate.read_text().replace(region, region + there))
        programs = folder / "bin"
        programs.mkdir()
        for name, script in commands.items():
            command = programs / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FORGE / script}" "$@"\n')
            command.chmod(command.stat().st_mode | stat.S_IXUSR)
        path = [str(programs), str(pathlib.Path(PROGRAM).parent), os.environ["PATH"]]
        self.variables = {name: emulator.variables[name] for name in KEY}
        self.variables |= {"PATH": os.pathsep.join(path), "FORGE": str(folder / "forge")}

    def script(self, name, *arguments, code=0, **variables):
        ran = subprocess.run(
            [f"scripts/{name}", *map(str, arguments)], cwd=self.folder, env=self.variables | variables,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )
        assert ran.returncode == code, f"{ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        return ran


class GitLab(Desk):
    def __init__(self, emulator, folder):
        super().__init__("gitlab-ci", emulator, folder, curl="gitlab.py", jq="query.py")
        self.variables |= {
            "LTSCTL_GITLAB_TOKEN": "not-a-token",
            "CI_API_V4_URL": "https://gitlab.example/api/v4",
            "CI_PROJECT_ID": "1",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_COMMIT_SHA": "c" * 40,
            "CI_COMMIT_BRANCH": "main",
        }
        self.estate = self.folder / "estates" / "payments" / "estate.yaml"
        stranger = {"id": 9, "author": {"id": 6}, "body": "<!-- ltsctl plan of estates/payments -->\nDigest `sha256:00`\n"}
        self.write({"calls": [], "notes": [stranger], "merge_requests": []})

    def write(self, state):
        pathlib.Path(self.variables["FORGE"]).write_text(json.dumps(state))

    def state(self):
        return json.loads(pathlib.Path(self.variables["FORGE"]).read_text())

    def set(self, **members):
        self.write(self.state() | members)

    def review(self):
        self.script("plan.sh", "estates/payments", "out")
        self.script("note.sh", "estates/payments", "out/plan.md")

    def merge(self, *labels, code=0):
        merged = {"iid": 7, "state": "merged", "target_branch": "main", "labels": list(labels)}
        others = [merged | {"iid": 3, "target_branch": "other"}, merged | {"iid": 4, "state": "closed"}]
        self.set(merge_requests=[*others, merged])
        return self.script("apply.sh", "estates/payments", "out", code=code)

    def edit(self, old, new):
        text = self.estate.read_text()
        assert old in text
        self.estate.write_text(text.replace(old, new))


@pytest.fixture
def gitlab(modern, tmp_path):
    return GitLab(modern, tmp_path)


def test_gitlab_has_one_note_of_ours(gitlab):
    gitlab.review()
    gitlab.review()
    first, second = gitlab.state()["notes"]
    assert first["author"]["id"] == 6 and first["body"].endswith("sha256:00`\n"), "a stranger's note stays"
    assert second["body"].startswith("<!-- ltsctl plan of estates/payments -->\n### ltsctl plan: ")
    gitlab.set(down=True)
    calls = len(gitlab.state()["calls"])
    gitlab.script("note.sh", "estates/payments", "out/plan.md", code=22)
    assert gitlab.state()["calls"][calls:] == ["GET https://gitlab.example/api/v4/user"], "nothing is posted on a guess"


def test_gitlab_applies_what_was_read(gitlab, modern):
    gitlab.review()
    assert "Apply complete! Resources: 4 added" in gitlab.merge().stdout
    gitlab.edit("ttl_in_days: 7", "ttl_in_days: 14")
    gitlab.review()
    gitlab.edit("ttl_in_days: 14", "ttl_in_days: 21")
    modern.forget()
    assert "have changed since the review" in gitlab.merge(code=7).stderr
    assert modern.writes() == []


def test_gitlab_applies_nothing_that_nobody_has_read(gitlab, modern):
    refused = gitlab.merge(code=4)
    assert "has no note with a plan" in refused.stderr, "the stranger's does not count"
    gitlab.set(merge_requests=[])
    assert "nobody has reviewed" in gitlab.script("apply.sh", "estates/payments", "out", code=4).stderr
    assert modern.writes() == []


def test_gitlab_allows_what_the_labels_say(gitlab):
    gitlab.review()
    gitlab.merge()
    gitlab.edit("      api:\n", "      api: {ensure: absent}\n")
    gitlab.review()
    gitlab.merge("allow: everything", "allow: delete --auto-approve", code=4)
    gitlab.merge("bug", "allow: delete", "allow: data-loss")


BOT = {"login": "github-actions[bot]", "type": "Bot"}
MARKED = "<!-- ltsctl plan of estates/payments -->\n### ltsctl plan\n\nDigest `sha256:0a`\n\nExit code 0\n"
GITHUB = {
    "/comments": [
        {"id": 1, "user": {"login": "mallory"}, "body": MARKED.replace("0a", "ff")},
        {"id": 2, "user": BOT, "body": "Thanks!"},
        {"id": 3, "user": BOT, "body": MARKED.replace("payments", "web").replace("0a", "ee")},
        {"id": 4, "user": BOT, "body": MARKED},
    ],
    "/labels": [{"name": "bug"}, {"name": "allow: replace"}, {"name": "allow: delete"}],
    "/commits/": [
        {"number": 3, "merged_at": None, "base": {"ref": "main"}, "head": {"sha": "3" * 40}},
        {"number": 4, "merged_at": "2026-01-02T03:04:05Z", "base": {"ref": "other"}, "head": {"sha": "4" * 40}},
        {"number": 7, "merged_at": "2026-01-02T03:04:05Z", "base": {"ref": "main"}, "head": {"sha": "7" * 40}},
    ],
    "/runs": {"total_count": 0, "workflow_runs": []},
    "/pulls": [{"number": 8, "head": {"sha": "8" * 40}}, {"number": 9, "head": {"sha": "9" * 40}}],
    "/issues?": [
        {"number": 20, "user": {"login": "mallory"}, "body": "<!-- ltsctl drift of estates/payments -->"},
        {"number": 21, "user": BOT, "body": None},
        {"number": 22, "user": BOT, "body": "<!-- ltsctl drift of estates/payments -->\n"},
    ],
}


@pytest.fixture
def github(modern, tmp_path):
    desk = Desk("github-actions", modern, tmp_path, gh="github.py")
    desk.variables |= {
        "GH_TOKEN": "not-a-token",
        "GITHUB_REPOSITORY": "acme/logging",
        "GITHUB_REF_NAME": "main",
        "GITHUB_SHA": "c" * 40,
        "PR_NUMBER": "7",
        "ANSWERS": str(tmp_path / "answers"),
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
    }
    return desk


def ask(desk, *parts):
    """Gives the answers to the questions of a script, told apart by a part of their paths."""
    pathlib.Path(desk.variables["ANSWERS"]).write_text(json.dumps({part: GITHUB[part] for part in parts}))


def test_github_edits_our_own_comment(github, tmp_path):
    ask(github, "/comments")
    (github.folder / "plan.md").write_text("<!-- x -->\nplan\n")
    github.script("comment.sh", "estates/payments", "plan.md")
    assert (tmp_path / "forge").read_text().splitlines()[-1] == "PATCH repos/acme/logging/issues/comments/4"


def test_github_tells_what_was_read_and_allowed(github):
    ask(github, "/comments", "/labels", "/commits/", "/runs")
    github.script("reviewed.sh", "estates/payments", "reviewed")
    assert (github.folder / "reviewed" / "approved-digest").read_text() == "sha256:0a\n"
    assert (github.folder / "reviewed" / "allow").read_text() == "delete,replace\n"


def test_github_tells_our_own_issue(github, tmp_path):
    ask(github, "/issues?")
    (github.folder / "state").mkdir()
    (github.folder / "state" / "found").write_text("none\n")
    github.script("issue.sh", "estates/payments", "state")
    assert (tmp_path / "forge").read_text().splitlines()[-1] == "PATCH repos/acme/logging/issues/22"


def test_github_tells_the_pull_request_of_a_fork(github, tmp_path):
    ask(github, "/pulls")
    github.script("pull-of-fork.sh", HEAD_OWNER="stranger", HEAD_BRANCH="b", HEAD_SHA="9" * 40)
    assert (tmp_path / "outputs").read_text() == "number=9\n"
