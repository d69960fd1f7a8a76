"""Fixtures: an emulator of each edition, emptied for every test."""

import os
import pathlib
import sys

import pytest
from huaweicloudsdkcore.auth.credentials import Credentials

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from emulator import PROGRAM, Emulator  # noqa: E402
from program import Program  # noqa: E402
from vendor import Desk, lts_client  # noqa: E402


def pytest_configure():
    if not pathlib.Path(PROGRAM).is_file():
        pytest.exit(f"there is no {PROGRAM}; run `cargo build` first", returncode=4)
    # The SDK and its HTTP library listen to the environment: only tests speak to it.
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("HW_", "HUAWEICLOUD_SDK_", "LTSCTL_")):
            if name != "LTSCTL_UNDER_TEST":
                del os.environ[name]


def started(profile):
    emulator = Emulator(profile)
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def modern_process():
    yield from started("modern")


@pytest.fixture(scope="session")
def seed_process():
    yield from started("seed-2022")


@pytest.fixture(autouse=True)
def forgetful_sdk():
    """The SDK remembers projects by key: across emulators, too."""
    Credentials._CACHE.clear()


@pytest.fixture
def modern(modern_process):
    """An empty emulator of today's edition."""
    modern_process.reset()
    return modern_process


@pytest.fixture
def seed(seed_process):
    """An empty emulator of the edition of 2022-08-15."""
    seed_process.reset()
    return seed_process


@pytest.fixture(params=["modern", "seed-2022"])
def either(request):
    """An empty emulator, once of each edition."""
    return request.getfixturevalue({"modern": "modern", "seed-2022": "seed"}[request.param])


@pytest.fixture
def emulator(request):
    """The emulator that a test names in its own arguments."""
    for name in ("modern", "seed", "either"):
        if name in request.fixturenames:
            return request.getfixturevalue(name)
    raise LookupError("ask for `modern`, `seed` or `either` as well")


@pytest.fixture
def desk(emulator):
    """The vendor's client with the emulator's own key."""
    return Desk(lts_client(emulator))


@pytest.fixture
def program(emulator, tmp_path):
    """`ltsctl` with the emulator's own key."""
    return Program(emulator, tmp_path)


@pytest.fixture
def fresh(tmp_path):
    """Starts emulators of one's own, with data that outlives them."""
    running = []

    def start(profile="modern"):
        emulator = Emulator(profile, "--data", tmp_path / "data")
        running.append(emulator)
        return emulator

    yield start
    for emulator in running:
        emulator.stop()
