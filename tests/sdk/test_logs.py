"""The query of logs, row 12 of facts page 4, with the document's ten lines."""

import pytest

from vendor import refused

# Ten lines with their numbers, as printed [SEED:1406-1416,1518-1760].
NUMBERS = [
    "1595659490239433654",
    "1595659490239433655",
    "1595659490239433656",
    "1595659490239433657",
    "1595659490239433658",
    "1595659490239433659",
    "1595659490239433660",
    "1595659490239433661",
    "1595659490839420574",
    "1595659491839412667",
]
LABELS = {
    "hostName": "ecs-kwxtest",
    "hostIP": "192.168.0.156",
    "appName": "default_appname",
    "containerName": "CONFIG_FILE",
    "clusterName": "CONFIG_FILE",
    "hostId": "9787ef31-fd7b-4eff-ba71-72d580f11f55",
    "podName": "default_procname",
    "clusterId": "CONFIG_FILE",
    "nameSpace": "CONFIG_FILE",
    "category": "LTS",
}
START, END = 1595659200000, 1595659500000
DAY = 24 * 60 * 60 * 1000


@pytest.fixture
def ask(either, desk):
    """Queries a stream that holds the ten lines."""
    group = desk.create_group("web")
    stream = desk.create_stream(group, "access")
    lines = [
        {
            "content": f"2020-07-25/14:44:{41 + number} this log is Error NO {number}\n",
            "line_num": line_num,
            "labels": LABELS,
        }
        for number, line_num in enumerate(NUMBERS, start=1)
    ]
    assert either.log("web", "access", lines) == NUMBERS

    def ask(start=START, end=END, **members):
        return desk.query(group, stream, start, end, **members)

    return ask


def shown(answer):
    """The numbers of the lines, from 1, in the order of the answer."""
    return [NUMBERS.index(line.line_num) + 1 for line in answer.logs]


def test_the_first_query(ask):
    answer = ask(labels={"hostName": "ecs-kwxtest"}, keywords="log", limit=10, is_count=True)
    assert answer.status_code == 200
    assert (answer.count, shown(answer)) == (10, list(range(1, 11)))
    first = answer.logs[0]
    assert first.content == "2020-07-25/14:44:42 this <HighLightTag>log</HighLightTag> is Error NO 1\n"
    assert first.labels == LABELS


@pytest.mark.parametrize(
    "is_desc, search_type, lines",
    [
        (False, "forwards", [6, 7, 8]),
        (True, "backwards", [8, 7, 6]),
        (False, "backwards", [2, 3, 4]),
        (True, "forwards", [4, 3, 2]),
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_pages_around_the_fifth_line(ask, is_desc, search_type, lines, as_text):
    # The table says boolean and integer, the examples send text (C8).
    is_desc, limit = (str(is_desc).lower(), "3") if as_text else (is_desc, 3)
    answer = ask(
        labels={"hostName": "ecs-kwxtest"},
        keywords="log",
        line_num=NUMBERS[4],
        is_desc=is_desc,
        search_type=search_type,
        limit=limit,
        is_count=True,
    )
    assert (answer.count, shown(answer)) == (10, lines)


def test_paging_sees_every_line_once(ask):
    seen = shown(answer := ask(limit=4))
    while answer.logs:
        answer = ask(limit=4, search_type="forwards", line_num=answer.logs[-1].line_num)
        seen += shown(answer)
    assert seen == list(range(1, 11))


def test_the_order_can_be_turned(ask):
    assert shown(ask(is_desc=True, limit=3)) == [10, 9, 8]


def test_nothing_is_counted_unasked(ask):
    assert ask().count is None


def test_keywords_are_words(ask):
    assert shown(ask(keywords="NO 7")) == [7]
    assert shown(ask(keywords="Err")) == []
    assert shown(ask(keywords="Err*", limit=1)) == [1]
    assert shown(ask(labels={"hostName": "another"})) == []
    with refused(400, "LTS.0301"):
        ask(keywords="*log")


def test_times_and_limits_have_bounds(either, ask):
    for start, end in ((END, START), (START, START)):
        with refused(400, "LTS.0701"):
            ask(start, end)
    with refused(400, "LTS.0701"):
        ask(line_num="1500000000000000000", search_type="forwards")
    for limit in (0, 5001):
        with refused(400, "LTS.1903"):
            ask(limit=limit)
    longest = {"modern": 180, "seed-2022": 30}[either.profile]
    ask(END - longest * DAY, END)
    with refused(400, "LTS.0009"):
        ask(END - longest * DAY - 1, END)


def test_group_and_stream_have_to_be_there(either, desk):
    group = desk.create_group("web")
    nobody = "b6b9332b-091f-4b22-b810-264318d2d664"
    with refused(400, "LTS.0208"):
        desk.query(group, nobody, START, END)
    with refused(400, "LTS.0201"):
        desk.query(nobody, nobody, START, END)


def test_lines_can_be_read_as_they_are(ask):
    (line,) = ask(keywords="NO 7", highlight=False).logs
    assert line.content == "2020-07-25/14:44:48 this log is Error NO 7\n"


def test_what_newer_clients_send_is_taken(ask):
    answer = ask(is_iterative=False, scroll_id="", query="", is_analysis_query=False, limit=1)
    assert shown(answer) == [1]
