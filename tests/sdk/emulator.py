"""The emulator as a process, and its admin API."""

import json
import os
import pathlib
import re
import subprocess
import threading
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LTSCTL_UNDER_TEST", str(ROOT / "target" / "debug" / "ltsctl"))

EXPORT = re.compile(r"^export (.+)$")
ORIGIN = re.compile(r"\bhttp://127\.0\.0\.1:\d+\b")

# No proxy of this machine may come between a test and its emulator.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Emulator:
    """`ltsctl emulator`, told apart from others by its origin.

    `variables` is what it printed for its users to export, and nothing else
    that a test knows about credentials.
    """

    def __init__(self, profile, *arguments):
        self.profile = profile
        command = [PROGRAM, "emulator", "--listen", "127.0.0.1:0", "--profile", profile, *map(str, arguments)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, encoding="utf-8", env={}
        )
        self.variables = {}
        self.origin = None
        self._read_greeting()
        self.region = self.variables["HW_REGION_NAME"]
        self.project = self.variables["HW_PROJECT_ID"]

    def _read_greeting(self):
        """Reads up to the last line of the greeting, then drains the pipe."""
        lines = []
        for line in self._process.stdout:
            lines.append(line)
            if line.startswith("endpoints = "):
                break
        else:
            raise RuntimeError(f"the emulator ended: {self._process.wait()}, after {''.join(lines)!r}")
        self.origin = ORIGIN.search(lines[0]).group()
        for line in lines:
            if match := EXPORT.match(line.strip()):
                self.variables.update(pair.split("=", 1) for pair in match.group(1).split(" "))
        threading.Thread(target=lambda: [None for _ in self._process.stdout], daemon=True).start()

    def admin(self, method, path, body=None):
        """Calls the admin API and returns what it says."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.origin}/emulator{path}", data=data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with DIRECT.open(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def reset(self):
        """Back to an empty project with the defaults of the profile."""
        self.admin("PUT", "/config", {})
        self.admin("PUT", "/state", {})
        for bucket in self.admin("GET", "/buckets")["buckets"]:
            self.admin("DELETE", f"/buckets/{bucket}")
        self.forget()

    def configure(self, **members):
        self.admin("PATCH", "/config", members)

    def forget(self):
        """Empties the journal."""
        self.admin("DELETE", "/journal")

    def journal(self):
        return self.admin("GET", "/journal")["entries"]

    def operations(self, *, of_iam=False):
        """The operations of the journal, LTS only unless told otherwise."""
        names = [entry["operation"] or entry["path"] for entry in self.journal()]
        return [name for name in names if of_iam or not name.startswith("Keystone")]

    def writes(self):
        """The operations that changed something."""
        return [entry["operation"] for entry in self.journal() if entry["committed"]]

    def new_key(self, **members):
        """Makes a key of one's own, so that a lock hits no other test."""
        return self.admin("POST", "/keys", members)

    def log(self, group, stream, lines):
        """Writes log lines; names, not ids."""
        return self.admin("POST", "/logs", {"group": group, "stream": stream, "lines": lines})["line_nums"]

    def kill(self):
        """Ends it as nothing can prepare for."""
        self._process.kill()
        self._process.wait()

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process.stdout.close()
