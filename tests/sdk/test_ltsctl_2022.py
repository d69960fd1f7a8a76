"""`ltsctl` where only the eight operations of 2022-08-15 exist."""

from program import last_line

WEB = {"ttl_in_days": 7, "streams": {"access": None, "error": {"ttl_in_days": 30}}}
BUCKET = {"streams": ["access"], "obs_bucket_name": "acme-log-archive"}
DUMP = BUCKET | {"storage_format": "RAW", "period": "5min"}
ESTATE = {"payments": {"ttl_in_days": 7, "streams": {"api": None}}, "web": WEB}


def reads(emulator):
    """What was asked of LTS; what does not exist is named by its path."""
    return sorted(name.rsplit("/", 1)[-1] for name in emulator.operations())


def test_from_nothing_to_nothing(seed, desk, program):
    program.declare(ESTATE)
    program.pending()
    assert last_line(program.apply()) == "Apply complete! Resources: 5 added, 0 changed, 0 destroyed."
    groups = desk.groups()
    assert set(groups) == {"payments", "web"}
    assert set(desk.streams(groups["web"].log_group_id)) == {"access", "error"}
    program.settled()
    program.destroy("--allow", "delete,data-loss")
    assert desk.groups() == {}


def test_a_plan_costs_two_reads_and_one_for_each_group(seed, desk, program):
    program.declare(ESTATE)
    program.apply()
    seed.forget()
    program.settled()
    assert reads(seed) == ["ListLogGroups", "ListLogStream", "ListLogStream", "transfers"]
    assert seed.writes() == []


def test_a_known_edition_is_not_asked_for(seed, program):
    program.declare(ESTATE, target={"project_id": seed.project, "api": "seed-2022"})
    program.apply()
    seed.forget()
    program.settled()
    assert reads(seed) == ["ListLogGroups", "ListLogStream", "ListLogStream"]


def test_what_the_edition_cannot_do_is_refused_before_the_first_write(seed, program):
    program.declare(ESTATE)
    program.apply()
    seed.forget()
    for groups in (
        ESTATE | {"web": WEB | {"ttl_in_days": 3}},
        ESTATE | {"web": WEB | {"tags": {"team": "web"}}},
        ESTATE | {"web": WEB | {"dumps": {"old": BUCKET | {"ensure": "absent"}}}},
    ):
        program.declare(groups)
        program.run("plan", code=4)
        ran = program.apply("--allow", "delete,archive-gap,data-loss", code=4)
        assert "help: " in ran.stdout + ran.stderr
    assert seed.writes() == []


def test_a_dump_is_made_once_and_found_to_exist_afterwards(seed, program):
    program.declare(ESTATE | {"web": WEB | {"dumps": {"archive": DUMP}}})
    program.apply()
    assert seed.writes().count("CreateLogDumpObs") == 1
    state = seed.admin("GET", "/state")
    (transfer,) = state["groups"]["web"]["transfers"]
    assert transfer["streams"] == ["access"]
    # It can be neither read nor listed: that it is there is told by LTS.0207.
    program.apply()
    assert seed.admin("GET", "/state") == state


def test_an_error_under_200_is_no_success(seed, program):
    seed.admin("PUT", "/buckets/acme-log-archive", {"state": "missing"})
    program.declare(ESTATE | {"web": WEB | {"dumps": {"archive": DUMP}}})
    ran = program.apply(code=3)
    assert "LTS.0416" in ran.stdout + ran.stderr
    assert "transfers" not in seed.admin("GET", "/state")["groups"]["web"]


def test_a_stream_with_a_dump_of_the_sdk_stays(seed, desk, program):
    program.declare(ESTATE)
    program.apply()
    group = desk.groups()["web"].log_group_id
    desk.create_dump(group, [desk.streams(group)["access"].log_stream_id])
    streams = {"access": {"ensure": "absent"}, "error": None, "more": None}
    program.declare(ESTATE | {"web": {"ttl_in_days": 7, "streams": streams}})
    ran = program.apply("--allow", "delete,data-loss,unmanaged", code=3)
    assert set(desk.streams(group)) == {"access", "error", "more"}
    assert "LTS.0207" in ran.stdout + ran.stderr
    assert "console" in ran.stdout + ran.stderr, "what a person can do is told"


def test_a_ledger_remembers_what_cannot_be_listed(seed, program):
    ledger = ("--ledger", "ledger.json")
    archived = ESTATE | {"web": WEB | {"dumps": {"archive": DUMP}}}
    program.declare(archived)
    program.apply(*ledger)
    seed.forget()
    program.run("plan", "--detailed-exitcode", *ledger, code=0)
    program.apply(*ledger)
    assert seed.writes() == []
    program.declare(ESTATE | {"web": WEB | {"dumps": {"archive": DUMP | {"period": "1hour"}}}})
    told = program.run("plan", *ledger, code=4)
    assert "console" in told.stdout + told.stderr
    assert seed.writes() == []
