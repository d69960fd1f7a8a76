"""`ltsctl` as a program, with an environment of its own."""

import json
import os
import subprocess

from emulator import PROGRAM

KEY = ("HW_ACCESS_KEY", "HW_SECRET_KEY")
PASSWORD = ("HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME")
SECRET = ("HW_SECRET_KEY", "HW_USER_PASSWORD", "HW_SECURITY_TOKEN")


class Program:
    """Runs commands on one manifest, which `declare` writes."""

    def __init__(self, emulator, folder, variables=KEY, **more):
        self.emulator = emulator
        self.manifest = folder / "manifest.yaml"
        self.variables = {name: emulator.variables[name] for name in variables} | more
        self._secrets = [self.variables[name] for name in SECRET if name in self.variables]

    def declare(self, groups, **more):
        """Writes the manifest: the printed target, and these groups."""
        origin = self.emulator.origin
        target = {
            "region": self.emulator.region,
            "endpoints": {"lts": origin, "iam": origin},
            **more.pop("target", {"project_id": self.emulator.project}),
        }
        # JSON is YAML, and nobody has to guess what is quoted.
        text = json.dumps({"version": 1, "target": target, **more, "groups": groups}, indent=2, ensure_ascii=False)
        self.manifest.write_text(text, encoding="utf-8")

    def run(self, command, *arguments, code=0):
        """Runs a command on the manifest and demands its exit code."""
        ran = subprocess.run(
            [PROGRAM, command, "-f", self.manifest.name, *arguments],
            cwd=self.manifest.parent,
            env={"PATH": os.environ.get("PATH", ""), **self.variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        told = f"{command}: exit code {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        for secret in self._secrets:
            assert secret not in told, f"{command} shows a secret"
        assert ran.returncode == code, told
        return ran

    def plan(self, *arguments, code=0):
        """The plan as a document."""
        ran = self.run("plan", "-o", "json", *arguments, code=code)
        return json.loads(ran.stdout)

    def changes(self, **expected):
        """The changes of a plan: address to actions."""
        return {change["address"]: change["change"] for change in self.plan(**expected)["resource_changes"]}

    def settled(self):
        """Demands that nothing is left to do."""
        return self.run("plan", "--detailed-exitcode", code=0)

    def pending(self):
        """Demands that something is left to do."""
        return self.run("plan", "--detailed-exitcode", code=2)

    def apply(self, *arguments, code=0):
        return self.run("apply", "--auto-approve", *arguments, code=code)

    def destroy(self, *arguments, code=0):
        return self.run("destroy", "--auto-approve", *arguments, code=code)


def last_line(ran):
    return ran.stdout.rstrip("\n").rsplit("\n", 1)[-1]
