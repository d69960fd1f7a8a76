"""`curl`, for a GitLab of cardboard: its state is a JSON file, its answers have the
members that the scripts of examples/gitlab-ci read, and others that they must not
fall over."""

import json
import os
import pathlib
import re
import sys
import urllib.parse

BASE = "https://gitlab.example/api/v4/"


def main(arguments):
    place = pathlib.Path(os.environ["FORGE"])
    state = json.loads(place.read_text())
    method, data, config, url = "GET", {}, None, None
    while arguments:
        word = arguments.pop(0)
        if word == "--request":
            method = arguments.pop(0)
        elif word == "--data-urlencode":
            name, _, file = arguments.pop(0).partition("@")
            data[name] = pathlib.Path(file).read_text()
        elif word == "--config":
            config = pathlib.Path(arguments.pop(0)).read_text()
        elif word == "--retry":
            arguments.pop(0)
        elif not word.startswith("--"):
            url = word
    state["calls"].append(f"{method} {url}")
    answer = respond(state, method, url, data, config)
    place.write_text(json.dumps(state))
    if answer is None:
        sys.exit(22)
    print(json.dumps(answer))


def respond(state, method, url, data, config):
    if state.get("down") or config != 'header = "PRIVATE-TOKEN: not-a-token"\n':
        return None
    assert url.startswith(BASE), url
    path = urllib.parse.urlsplit(url[len(BASE):]).path
    if path == "user":
        return {"id": 5, "username": "project_1_bot"}
    if path == f"projects/1/repository/commits/{'c' * 40}/merge_requests":
        return state["merge_requests"]
    if match := re.fullmatch(r"projects/1/merge_requests/7/notes(?:/(\d+))?", path):
        if method == "GET":
            return state["notes"]
        note = {"id": 100 + len(state["notes"]), "type": None, "author": {"id": 5}, "system": False}
        if match[1]:
            (note,) = [each for each in state["notes"] if each["id"] == int(match[1])]
            assert method == "PUT" and note["author"]["id"] == 5, "a note of somebody else"
        else:
            state["notes"].append(note)
        note["body"] = data["body"]
        return note
    return None


main(sys.argv[1:])
