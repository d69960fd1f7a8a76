"""`gh api`, for the questions of examples/github-actions: answers as GitHub gives them,
through the real language of `--jq`. tests/examples has a forge that remembers."""

import json
import os
import pathlib
import sys

import jq


def main(arguments):
    assert arguments.pop(0) == "api", arguments
    program, path, method = None, None, "GET"
    while arguments:
        word = arguments.pop(0)
        if word == "--jq":
            program = arguments.pop(0)
        elif word in ("--field", "--raw-field"):
            arguments.pop(0)
        elif word == "--method":
            method = arguments.pop(0)
        elif not word.startswith("--"):
            path = word
    with pathlib.Path(os.environ["FORGE"]).open("a") as calls:
        calls.write(f"{method} {path}\n")
    if method == "GET" and program:
        answers = json.loads(pathlib.Path(os.environ["ANSWERS"]).read_text())
        (answer,) = [answer for part, answer in answers.items() if part in path]
        for value in jq.compile(program).input_value(answer):
            print(value if isinstance(value, str) else json.dumps(value))


main(sys.argv[1:])
