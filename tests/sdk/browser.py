"""Chromium without a window, over the DevTools protocol on two pipes: no port,
no driver and no package."""

import base64
import json
import os
import select
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections import Counter

NAMES = ("chromium", "chromium-browser", "google-chrome")
BINARY = next(filter(None, map(shutil.which, NAMES)), None)
# Seconds in which it has to say something; it answers within milliseconds.
PATIENCE = 60

# Chromium reads commands from descriptor 3 and answers on 4.
PIPES = 'exec 3<"/dev/fd/$1" 4>"/dev/fd/$2"; shift 2; exec "$@"'
ARGUMENTS = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
    # Tests may run as root and in a container, whose /dev/shm is small.
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    # It must ask nobody for anything on its own behalf.
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb", "about:blank",
)


class Browser:
    """One process; every page has a tab of its own."""

    def __init__(self):
        if BINARY is None:
            raise LookupError(f"there is none of {', '.join(NAMES)}; install Chromium, as .ci/run does")
        self._folder = tempfile.TemporaryDirectory(prefix="ltsctl-browser-")
        read, self._commands = os.pipe()
        answers, write = os.pipe()
        # Only what it needs: not the emulator's variables, and no proxy.
        environment = {"PATH": os.environ["PATH"], "HOME": self._folder.name, "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(
            ["bash", "-c", PIPES, "bash", str(read), str(write), BINARY, *ARGUMENTS,
             f"--user-data-dir={self._folder.name}/profile"],
            pass_fds=(read, write), env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(read)
        os.close(write)
        self._answers = answers
        self._number = 0
        self._rest = b""
        self.events = []

    def call(self, method, session=None, **parameters):
        """Sends a command and returns its result; events meanwhile are kept."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        whole = json.dumps(message).encode() + b"\0"
        while whole:
            whole = whole[os.write(self._commands, whole):]
        while (told := self._next()).get("id") != self._number:
            self.events.append(told)
        assert "error" not in told, f"{method}: {told['error']}"
        return told["result"]

    def wait(self, method, session):
        """Returns the parameters of the next event of a name, also of one that has been."""
        while True:
            for index, told in enumerate(self.events):
                if told.get("method") == method and told.get("sessionId") == session:
                    return self.events.pop(index)["params"]
            self.events.append(self._next())

    def _next(self):
        while b"\0" not in self._rest:
            assert select.select([self._answers], [], [], PATIENCE)[0], f"{BINARY} says nothing"
            piece = os.read(self._answers, 1 << 16)
            assert piece, f"{BINARY} ended with {self._process.wait(10)}"
            self._rest += piece
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def open(self, path, **settings):
        return Page(self, path, **settings)

    def stop(self):
        os.close(self._commands)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._answers)
        self._folder.cleanup()


class Page:
    """A file in a tab. The page's own scripts are off unless a test wants them;
    what a test asks is answered all the same."""

    def __init__(self, browser, path, width=1400, height=1000, scheme="light", scripts="off"):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.call("Emulation.setScriptExecutionDisabled", value=scripts == "off")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        loader = self.call("Page.navigate", url=path.as_uri())["loaderId"]
        while (told := browser.wait("Page.lifecycleEvent", self._session))["name"] != "load" or told["loaderId"] != loader:
            pass

    def call(self, method, **parameters):
        return self.browser.call(method, session=self._session, **parameters)

    def events(self, method):
        """What the tab has told so far under a name."""
        told = self.browser.events
        mine = [event for event in told if event.get("sessionId") == self._session]
        return [event["params"] for event in mine if event.get("method") == method]

    def ask(self, expression):
        """Evaluates an expression in the page."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in told, f"{expression}: {told['exceptionDetails']}"
        return told["result"].get("value")

    def press(self, key):
        code, text = {"Tab": (9, {}), "Enter": (13, {"text": "\r"})}[key]
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def tree(self):
        """What a screen reader is told: role and name of each node, in order."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        said = [node for node in nodes if not node["ignored"]]
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in said]

    def requests(self):
        """Addresses of what was asked for, and not stopped before it was sent."""
        stopped = {event["requestId"] for event in self.events("Network.loadingFailed") if event.get("blockedReason")}
        asked = self.events("Network.requestWillBeSent")
        return [event["request"]["url"] for event in asked if event["requestId"] not in stopped]

    def shot(self, rectangle=None):
        """A screenshot as PNG: of the window, or of a rectangle of the document."""
        clip = {} if rectangle is None else {"clip": {**rectangle, "scale": 1}}
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **clip)["data"])

    def colours(self, rectangle=None):
        """How many pixels of a screenshot have which colour."""
        return Counter(pixels(self.shot(rectangle)))


def pixels(png):
    """The colours of a PNG of eight bits a channel, row by row."""
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, sort = struct.unpack_from(">IIBB", body)
        elif kind == b"IDAT":
            data += body
        at += length + 12
    assert depth == 8
    step = {2: 3, 6: 4}[sort]
    data, stride, above = zlib.decompress(data), width * step, bytes(width * step)
    for row in range(height):
        method, *line = data[row * (stride + 1) : (row + 1) * (stride + 1)]
        for index in range(stride):
            left = line[index - step] if index >= step else 0
            corner = above[index - step] if index >= step else 0
            line[index] = (line[index] + predicted(method, left, above[index], corner)) & 255
        above = line
        for index in range(0, stride, step):
            yield tuple(line[index : index + 3])


def predicted(method, left, up, corner):
    """What the filters of PNG expect of a byte."""
    if method == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda byte: abs(guess - byte))
    return (0, left, up, (left + up) // 2)[method]
