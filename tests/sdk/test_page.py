"""The page of `--report html` in a browser: what is seen, read out, reached with
keys, and what it never does."""

import json
import re

import pytest

import estate_of_200
from browser import Browser
from program import Program

BLUE, WHITE, NIGHT = (9, 105, 218), (255, 255, 255), (13, 17, 23)
PAGES = ("plan", "large", "several", "refused", "half-done", "drift", "failed", "complaints", "hostile", "hostile-drift")

# Names of a live project: whoever may write there writes into this page.
SCRIPT = "</script><script>document.title='taken'</script>"
STYLE = "</style></title><svg onload=document.title='taken'>"
HOSTILE = (
    SCRIPT, STYLE, "\"'><img src=http://127.0.0.1:9/x onerror=document.title='taken'>", "\u202etxt.exe\u2066", "a&lt;b&#39;",
    "<!-- ", "]]>", "日志" * 16, "</text></a></svg><h1>taken</h1>",
)

LINKS = """[...document.querySelectorAll('svg a')].map(link => ({
  href: link.getAttribute('href'),
  title: link.querySelector('title').textContent,
  shown: link.querySelector('text').textContent,
  aim: document.getElementById(link.getAttribute('href').slice(1))?.querySelector('h4 code').textContent,
  word: document.getElementById(link.getAttribute('href').slice(1))?.className,
}))"""
BOXES = """[...document.querySelectorAll('svg a')].map(link => {
  const flat = ({x, y, width, height}) => ({left: x, top: y, right: x + width, bottom: y + height});
  return {box: flat(link.querySelector('rect').getBBox()), text: flat(link.querySelector('text').getBBox())};
})"""
# Elements that reach out of the window, or have more in them than they show.
SPILLS = """[...document.querySelectorAll('body, body *')].filter(element => !element.closest('.picture') && (
  element.getBoundingClientRect().right > innerWidth + 0.5 || element.getBoundingClientRect().left < -0.5
  || (getComputedStyle(element).display !== 'inline' && element.scrollWidth > element.clientWidth + 1)
)).map(element => element.outerHTML.slice(0, 100))"""
FOCUSED = """(() => {
  const element = document.activeElement, at = element.getBoundingClientRect();
  return {
    href: element.getAttribute('href'), shows: element.matches(':focus-visible'), name: element.tagName,
    style: getComputedStyle(element).outlineStyle, wide: parseFloat(getComputedStyle(element).outlineWidth),
    inside: at.top >= 0 && at.left >= 0 && at.bottom <= innerHeight && at.right <= innerWidth,
    around: {x: at.left + scrollX - 6, y: at.top + scrollY - 6, width: at.width + 12, height: at.height + 12},
  };
})()"""


@pytest.fixture(scope="session")
def browser():
    browser = Browser()
    yield browser
    browser.stop()


@pytest.fixture(scope="module")
def folder(modern_process, tmp_path_factory):
    """The pages, and the plan as a document."""
    folder = tmp_path_factory.mktemp("pages")
    modern_process.reset()
    program = Program(modern_process, folder)
    program.declare(estate_of_200.before())
    program.apply()
    program.declare(estate_of_200.after())
    ran = program.run("plan", "-o", "json", "--report", "html=plan.html")
    (folder / "plan.json").write_text(ran.stdout)
    program.apply("--report", "html=refused.html", code=4)
    program.run("drift", "--report", "html=drift.html", code=2)
    refusal = {"operation": "CreateLogStream", "nth": 2, "fault": {"error": {"status": 403, "error_code": "LTS.0403"}}}
    modern_process.admin("PUT", "/faults", {"seed": 7, "rules": [refusal]})
    allowed = "delete,replace,data-loss,archive-gap,unmanaged"
    # One after the other, so that it is the same stream each time.
    program.apply("--parallelism", "1", "--allow", allowed, "--report", "html=half-done.html", code=3)
    modern_process.admin("DELETE", "/faults")
    stranger = Program(modern_process, folder, HW_ACCESS_KEY="NOBODYSKEY0123456789")
    stranger.run("plan", "--report", "html=failed.html", code=5)
    # Twenty groups with a hundred streams each, too many for a box each.
    many = {f"stream-{number:03}": None for number in range(98)}
    wide = {"日志" * 30: None, estate_of_200.LONG: None}
    program.declare({f"{'日志' * 20}-{number:02}": {"ttl_in_days": 7, "streams": {**many, **wide}} for number in range(20)})
    program.run("plan", "--report", "html=large.html")
    program.declare({"web": {"ttl_in_days": 4711, "streams": {"\x00": None}}})
    program.run("plan", "--report", "html=complaints.html", code=1)

    for file in (program.manifest, folder / "other.yaml"):
        target = {"emulator": {"profile": "modern", "data": file.stem}}
        groups = {"web": {"ttl_in_days": 7, "streams": {"a": None}}}
        file.write_text(json.dumps({"version": 1, "target": target, "groups": groups}))
    program.run("plan", "-f", "other.yaml", "--report", "html=several.html")
    # Beside another file, `prune: owned` would be off.
    (folder / "other.yaml").unlink()

    streams = {name: {"tags": {"ltsctl-estate": f"acme:stream:web/{name}"}} for name in HOSTILE}
    marker = {"ltsctl-estate": "acme:group:web"}
    live = {"web": {"ttl_in_days": 7, "tags": marker, "streams": streams}, **{name: {"ttl_in_days": 7} for name in HOSTILE}}
    modern_process.admin("PUT", "/state", {"groups": live})
    program.declare({"web": {"ttl_in_days": 7, "streams": {"a": None}}}, estate="acme", policy={"prune": "owned"})
    program.run("plan", "--report", "html=hostile.html")
    program.run("drift", "--report", "html=hostile-drift.html", code=2)
    modern_process.reset()
    return folder


@pytest.fixture
def changes(folder):
    """Addresses and actions of all changes."""
    changes = json.loads((folder / "plan.json").read_text())["resource_changes"]
    assert len(changes) == 200
    assert {tuple(change["change"]["actions"]) for change in changes} >= {("create",), ("update",), ("delete",)}
    return changes


@pytest.fixture
def plan(browser, folder):
    return browser.open(folder / "plan.html")


def word(change):
    actions = change["change"]["actions"]
    return "replace" if len(actions) == 2 else actions[0]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_but_itself(browser, folder, name):
    page = browser.open(folder / f"{name}.html", scripts="on")
    assert page.events("Network.requestWillBeSent")[0]["request"]["url"] == (folder / f"{name}.html").as_uri()
    assert len(page.events("Network.requestWillBeSent")) == 1
    assert page.events("Log.entryAdded") == [], "a complaint of the browser"
    assert page.ask("document.scripts.length") == 0
    assert page.ask("document.querySelectorAll('[src], link, iframe, object, style ~ style').length") == 0
    assert page.ask("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => /^on/.test(n))") == []
    assert page.ask("document.compatMode") == "CSS1Compat"


@pytest.mark.parametrize("policy", ["as written", "taken out"])
def test_the_policy_stops_what_a_mistake_would_let_in(browser, folder, tmp_path, policy):
    text = (folder / "plan.html").read_text(encoding="utf-8")
    (tmp_path / "x.js").write_text("document.title += ' and a file'")
    bad = (
        "<main><script>document.title = 'taken'</script><script src='x.js'></script>"
        "<img src='x.png' onerror='document.body.id = 1'><style>@import 'x.css'</style>"
    )
    text = text.replace("<main>", bad)
    if policy == "taken out":
        text, count = re.subn("<meta http-equiv=[^>]*>", "", text)
        assert count == 1
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    page = browser.open(tmp_path / "page.html", scripts="on")
    own, *others = page.requests()
    if policy == "as written":
        assert others == []
        assert page.ask("document.title").startswith("ltsctl plan · ")
    else:
        assert {address.rsplit("/", 1)[-1] for address in others} == {"x.js", "x.png", "x.css"}
        assert page.ask("document.title") == "taken and a file", "the test sees what is not stopped"


def test_everything_is_read_without_scripts(plan, changes):
    text = plan.ask("document.querySelector('main').innerText")
    for change in changes:
        assert f"{word(change)} {change['address']}\n" in text, change["address"]
    assert "Plan: 154 to add, 28 to change, 20 to destroy." in text
    assert "An apply needs --allow " in text


def test_every_box_leads_to_its_change(plan, changes):
    links = plan.ask(LINKS)
    expected = {change["address"]: word(change) for change in changes}
    assert {link["aim"]: link["word"] for link in links} == expected
    assert len({link["href"] for link in links}) == len(links) == 200
    for link in links:
        assert re.fullmatch("#e[0-9]+", link["href"])
        assert link["title"] == f"{link['word']} {link['aim']}"
        end = link["shown"].split(" ", 1)[1].removeprefix("…").replace(" ⇥ ", "/dumps/").replace(" / ", "/streams/")
        assert link["aim"].endswith(end), link


@pytest.mark.parametrize("name", ["plan", "hostile"])
def test_names_fit_their_boxes_and_boxes_do_not_overlap(browser, folder, name):
    boxes = browser.open(folder / f"{name}.html").ask(BOXES)
    assert boxes
    for place in boxes:
        box, text = place["box"], place["text"]
        assert box["left"] <= text["left"] and text["right"] <= box["right"], place
        # Of a font's height, some is above and below every letter.
        assert box["top"] - 2 <= text["top"] and text["bottom"] <= box["bottom"] + 2, place
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            a, b = one["box"], other["box"]
            assert a["right"] <= b["left"] or b["right"] <= a["left"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"]


def test_keys_reach_every_box_in_order(plan):
    expected = [link["href"] for link in plan.ask(LINKS)]
    plan.press("Tab")
    region = plan.ask(FOCUSED)
    assert (region["name"], region["shows"]) == ("DIV", True), "the picture is scrolled with keys"
    reached = []
    for _ in expected:
        plan.press("Tab")
        focused = plan.ask(FOCUSED)
        assert focused["shows"] and focused["style"] == "solid" and focused["wide"] >= 2, focused
        assert focused["inside"], f"{focused['href']} is out of sight"
        reached.append(focused["href"])
    assert reached == expected
    plan.press("Tab")
    assert plan.ask("document.activeElement.closest('svg')") is None, "keys are not caught in the picture"


def test_enter_leads_to_the_change(plan):
    for _ in range(2 + 57):
        plan.press("Tab")
    link = plan.ask(LINKS)[57]
    assert plan.ask(FOCUSED)["href"] == link["href"]
    plan.press("Enter")
    assert plan.ask("location.hash") == link["href"]
    assert plan.ask("document.querySelector(':target h4 code').textContent") == link["aim"]
    top, bottom, height, style = plan.ask(
        "(at => [at.top, at.bottom, innerHeight, getComputedStyle(document.querySelector(':target')).outlineStyle])"
        "(document.querySelector(':target').getBoundingClientRect())"
    )
    assert 3 <= top < bottom <= height, "with the line around it"
    assert style == "solid"


def test_what_has_the_focus_is_seen(plan):
    for _ in range(5):
        plan.press("Tab")
    around = plan.ask(FOCUSED)["around"]
    with_focus = plan.colours(around)
    plan.press("Tab")
    plan.press("Tab")
    # Two boxes further on, nothing of that line is left here.
    assert with_focus[BLUE] > 2 * around["width"], "a line around it, at least"
    assert plan.colours(around)[BLUE] == 0


def test_what_went_wrong_comes_first(browser, folder):
    page = browser.open(folder / "half-done.html")
    articles = page.ask("[...document.querySelectorAll('article h4')].map(h => h.innerText)")
    states = [text.rsplit(" ", 1)[-1] for text in articles]
    assert states == ["failed", "started"] + ["done"] * 198
    marked = page.ask(
        "[...document.querySelectorAll('svg a')].filter(a => getComputedStyle(a.querySelector('rect')).strokeDasharray !== 'none')"
        ".map(a => a.querySelector('title').textContent.split(', ')[1])"
    )
    assert sorted(marked) == ["failed", "not started"]


def test_every_target_has_its_picture(browser, folder):
    page = browser.open(folder / "several.html")
    assert page.ask("document.querySelectorAll('h2').length") == 2
    assert [name for role, name in page.tree() if role == "region"] == ["Order", "Order"]
    links = page.ask(LINKS)
    assert len(links) == 4 and all(link["title"] == f"{link['word']} {link['aim']}" for link in links)


def test_what_happens_alike_is_one_box_where_there_is_very_much(browser, folder):
    page = browser.open(folder / "large.html")
    assert "2020 changes are too many for a box each" in page.ask("document.querySelector('.picture').previousElementSibling.innerText")
    links = page.ask(LINKS)
    assert len(links) == 40
    assert sum(link["title"].startswith("create 100 log streams of groups/") for link in links) == 20
    assert all(link["aim"] for link in links), "each box leads to the first of its changes"
    for place in page.ask(BOXES):
        box, text = place["box"], place["text"]
        assert box["left"] < text["left"] and text["right"] < box["right"], "the text stays in its box"
    assert page.ask("document.querySelectorAll('article').length") == 2020


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_out_in_order(browser, folder, name):
    page = browser.open(folder / f"{name}.html")
    assert page.ask("document.documentElement.lang") == "en"
    assert page.ask("document.title").startswith("ltsctl ")
    assert page.ask("document.querySelectorAll('main').length") == 1
    headings = page.ask("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => [+h.tagName[1], h.innerText])")
    levels = [level for level, _ in headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), levels
    assert all(text.strip() for _, text in headings)
    assert page.ask("[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, at, all) => all.indexOf(id) !== at)") == []
    assert page.ask("[...document.querySelectorAll('th')].filter(th => !th.scope).length") == 0


def test_a_screen_reader_is_told_every_link(plan):
    links = plan.ask(LINKS)
    tree = plan.tree()
    assert [name for role, name in tree if role == "link"] == [link["title"] for link in links]
    assert ("region", "Order") in tree
    # By the rules, there is nothing inside an image: some programs would not read the links.
    assert not [role for role, _ in tree if role in ("image", "img")]


@pytest.mark.parametrize("width", [1400, 700, 360])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_window(browser, folder, name, width):
    page = browser.open(folder / f"{name}.html", width=width)
    assert page.ask("document.documentElement.scrollWidth") <= width
    assert page.ask(SPILLS) == []
    if name == "plan":
        assert page.ask("getComputedStyle(document.querySelector('.picture')).overflowX") == "auto"


@pytest.mark.parametrize(("scheme", "paper"), [("light", WHITE), ("dark", NIGHT)])
def test_there_is_something_to_see(browser, folder, scheme, paper):
    page = browser.open(folder / "plan.html", scheme=scheme)
    colours = page.colours({"x": 100, "y": 280, "width": 500, "height": 300})
    assert colours.most_common(1)[0][0] == paper
    assert len(colours) > 50
    assert colours[paper] < 0.8 * colours.total()
    green = sum(count for (r, g, b), count in colours.items() if g > r + 40 and g > b + 40)
    assert green > 1000, "lines around what is made"


@pytest.mark.parametrize("name", ["hostile", "hostile-drift"])
def test_names_of_the_live_project_are_text(browser, folder, name):
    page = browser.open(folder / f"{name}.html", scripts="on")
    text = page.ask("document.body.innerText")
    for hostile in (SCRIPT, STYLE, "a&lt;b&#39;", "]]>", "</text></a></svg><h1>taken</h1>"):
        assert hostile in text, hostile
    assert "\\u{202e}txt.exe\\u{2066}" in text and "\u202e" not in page.ask("document.documentElement.outerHTML")
    assert page.ask("document.title").startswith("ltsctl ")
    assert page.ask("document.querySelectorAll('h1').length") == 1
    assert page.ask("document.querySelectorAll('img, [onload], [onerror], .picture ~ svg').length") == 0
    assert page.ask("document.querySelector('main').parentElement === document.body && document.body.children.length") == 1
    if name == "hostile":
        links = page.ask(LINKS)
        assert len([link for link in links if link["word"] == "delete"]) == len(HOSTILE)
        assert all(link["title"] == f"{link['word']} {link['aim']}" for link in links)
