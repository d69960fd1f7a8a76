//! Reports: whatever objects are called, a sink shows it and obeys none of it;
//! whatever the size, the numbers and what is destroyed are told.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use jiff::Timestamp;
use ltsctl::diff::Obstacle;
use ltsctl::model::{Address, DumpHandle, Field, GroupName, Place, StreamName};
use ltsctl::plan::{ApiBudget, Class, FieldChange, Loss, Plan, Step, StepId, Value, Verb};
use ltsctl::render::report::ReportKind;
use ltsctl::render::report::{
    LONGEST_COMMENT, PlanContext, Report, render_annotations, render_html, render_junit, render_markdown,
    render_outputs, render_prometheus, render_sarif, report_failure, report_plan,
};
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag};

fn at() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().expect("a time")
}

fn report(plan: &Plan) -> Report {
    let context = PlanContext {
        target: "my-kualalumpur-1/2a473356cca5487f8373be891bffc1cf",
        digest: "sha256:00",
        cost: ApiBudget::of(plan, 3, None),
        outcomes: None,
        headline: None,
        requests: 3,
        exit_code: 2,
        at: at(),
    };
    report_plan(plan, context)
}

fn step(address: Address, verb: Verb, text: &str) -> Step {
    let destroys = verb == Verb::Delete;
    let value = |wanted: bool| wanted.then(|| Value::Text(text.to_owned()));
    Step {
        address,
        verb,
        calls: Vec::new(),
        fields: vec![FieldChange { field: Field::Tags, before: value(verb != Verb::Create), after: value(!destroys) }],
        classes: if destroys { [Class::Delete, Class::DataLoss].into() } else { [Class::Create].into() },
        reason: Some(text.to_owned()),
        loss: destroys.then(Loss::default),
        premises: Vec::new(),
        waits_for: Vec::new(),
        place: Some(Place { file: text.into(), line: 3, column: 5 }),
        live_id: None,
    }
}

fn stream(group: &str, name: &str) -> Address {
    Address::Stream(GroupName::from_service(group), StreamName::from_service(name))
}

/// A plan that says the words in every place there is.
fn hostile(words: &[String]) -> Plan {
    let word = |index: usize| words[index % words.len()].as_str();
    Plan {
        steps: vec![
            step(Address::Group(GroupName::from_service(word(0))), Verb::Create, word(1)),
            Step { waits_for: vec![StepId(0)], ..step(stream(word(0), word(2)), Verb::Create, word(3)) },
            step(
                Address::Dump(GroupName::from_service(word(4)), DumpHandle::from_service(word(5))),
                Verb::Delete,
                word(6),
            ),
        ],
        blocked: vec![Obstacle {
            address: stream(word(1), word(3)),
            place: None,
            reason: word(2).to_owned(),
            help: word(0).to_owned(),
        }],
        warnings: vec![word(7).to_owned()],
        ..Plan::default()
    }
}

const WORDS: [&str; 14] = [
    "`",
    "```\n# heading",
    "</details>",
    "<!-- x --> <script>alert(1)</script>",
    "@octo/team #12 https://evil.example",
    "![x](https://evil.example/x.png)",
    "[a](b) | c | d",
    "\u{1b}[2J\u{9b}31m\u{202e}",
    "::set-output name=x::y",
    "##[add-mask]x\n::error::y",
    "x\"} 1\nltsctl_findings 9",
    "a=b\nexit_code=0",
    "]]>&<\"'",
    "plain",
];

fn any_words() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof![
        3 => prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => prop::collection::vec(any::<char>(), 0..8).prop_map(|chars| chars.into_iter().collect()),
    ];
    prop::collection::vec(word, 1..9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// S69: a comment has the headings, folds and marks that the program writes, and
    /// no link, mention, image, table or markup of anybody else's.
    #[test]
    fn s69_no_name_is_markdown(words in any_words()) {
        let markdown = render_markdown(&report(&hostile(&words)));
        for event in Parser::new_ext(&markdown, pulldown_cmark::Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Table(_) | Tag::BlockQuote(_)) => {
                    panic!("{event:?} in\n{markdown}")
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    let own = ["<!-- ltsctl ", "<details><summary>", "</details>", "</summary>"];
                    prop_assert!(own.iter().any(|own| html.trim().starts_with(own)), "{html} in\n{markdown}");
                }
                _ => {}
            }
        }
        let mut in_code = false;
        for event in Parser::new(&markdown) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
                Event::Text(text) if !in_code => prop_assert!(!text.contains('@') && !text.contains("evil"), "{text}"),
                _ => {}
            }
        }
    }

    /// What is read by programs is well formed, and has as many entries as there are.
    #[test]
    fn s69_no_name_is_markup(words in any_words()) {
        let report = report(&hostile(&words));
        let annotations = render_annotations(&report);
        for text in [render_markdown(&report), render_html(&report), render_junit(&report), render_sarif(&report), annotations] {
            let danger = text.chars().find(|c| *c != '\n' && ltsctl::escape::is_dangerous(*c));
            prop_assert!(danger.is_none(), "{danger:?} in {text}");
        }
        let junit = render_junit(&report);
        let tree = roxmltree::Document::parse(&junit).unwrap_or_else(|error| panic!("{error}:\n{junit}"));
        prop_assert_eq!(tree.descendants().filter(|node| node.has_tag_name("testcase")).count(), 5);
        let sarif: serde_json::Value = serde_json::from_str(&render_sarif(&report)).expect("JSON");
        prop_assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(4));
        for line in render_prometheus(&report, None).lines().filter(|line| !line.starts_with('#')) {
            prop_assert!(line.starts_with("ltsctl_"), "{}", line);
            let value = line.rsplit(' ').next().and_then(|value| value.parse::<i64>().ok());
            prop_assert!(value.is_some(), "{}", line);
        }
        let outputs = render_outputs(&report);
        prop_assert!(outputs.starts_with("exit_code=2\n"));
        prop_assert_eq!(outputs.matches("exit_code=").count(), 1);
        for line in render_annotations(&report).lines() {
            prop_assert!(line.starts_with("::error ") || line.starts_with("::warning "), "{}", line);
        }
        let html = render_html(&report);
        // Every tag is one the program writes.
        for (position, _) in html.match_indices('<') {
            let name: String = html[position + 1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            let own = ["", "html", "head", "meta", "title", "style", "body", "main", "section", "article", "h1", "h2", "h3", "h4",
                "p", "ul", "li", "b", "code", "span", "div", "table", "thead", "tbody", "tr", "th", "td", "svg", "g", "a", "rect",
                "text", "path"];
            prop_assert!(own.contains(&name.as_str()), "<{name}> in the page");
        }
    }
}

fn large(deletions: usize, creations: usize) -> Plan {
    let steps = (0..deletions).map(|index| {
        step(stream(&format!("group-{}", index / 100), &format!("stream-{index}")), Verb::Delete, "declared absent")
    });
    let creations = (0..creations).map(|index| step(stream("new", &format!("stream-{index}")), Verb::Create, "7"));
    Plan { steps: steps.chain(creations).collect(), ..Plan::default() }
}

/// S70: at any size the comment fits, and its numbers are those of the plan.
#[test]
fn s70_a_comment_fits_and_never_loses_a_deletion() {
    for (deletions, creations) in [(0, 0), (3, 200), (300, 5_000), (500, 0), (20_000, 20_000)] {
        let markdown = render_markdown(&report(&large(deletions, creations)));
        let length = markdown.chars().count();
        assert!(length <= LONGEST_COMMENT, "{deletions} deletions: {length} characters");
        if deletions > 0 {
            assert!(markdown.contains(&format!("#### Deletions and losses: {deletions}\n")), "{deletions}");
            assert!(markdown.contains(&format!("{deletions} to destroy")), "{deletions}");
            let first = markdown.find("#### Deletions").expect("deletions");
            let folded = markdown.find("<details>").unwrap_or(markdown.len());
            assert!(first < folded, "what is destroyed comes first, and is not folded");
        }
        if (1..=500).contains(&deletions) {
            for index in 0..deletions {
                let name = format!("stream-{index}\n");
                assert!(markdown.contains(&name), "{name} of {deletions} is not named");
            }
        }
        if deletions == 20_000 {
            // Too many to be named; each group has its number.
            for group in 0..200 {
                assert!(markdown.contains(&format!("`group-{group}`: `delete 100 log_stream`")), "group-{group}");
            }
        }
        assert_eq!(markdown.matches("<details>").count(), markdown.matches("</details>").count());
    }
}

/// With however many targets, and however long what went wrong is.
#[test]
fn s70_a_comment_about_many_targets_fits_and_has_the_sums() {
    let much = report(&large(0, 5_000)).targets.remove(0);
    for (targets, deletions, message) in [
        (1, 3, 70_000),
        (2, 500, 20),
        (8, 3, 20),
        (20, 90, 20),
        (60, 3, 10),
        (61, 3, 10),
        (200, 400, 2_000),
        (3_000, 3, 300),
        (3_000, 0, 9),
    ] {
        let one = report(&large(deletions, 2)).targets.remove(0);
        let all = (0..targets).map(|index| {
            // Two of them have very much to say.
            let mut target = if (1..=2).contains(&index) { much.clone() } else { one.clone() };
            target.target = format!("my-kualalumpur-1/project-{index}");
            target.failure = (index % 7 == 0).then(|| ("@`x` ".repeat(message / 5), None));
            target
        });
        let all = Report { targets: all.collect(), ..report(&Plan::default()) };
        let markdown = render_markdown(&all);
        let length = markdown.chars().count();
        assert!(length <= LONGEST_COMMENT, "{targets} targets: {length} characters");
        assert!(markdown.starts_with("<!-- ltsctl plan_my_kualalumpur_1/project_0"), "{}", &markdown[..60]);
        let large = 2.min(targets - 1);
        let (added, destroyed) = (2 * (targets - large) + 5_000 * large, deletions * (targets - large));
        if targets > 60 || targets == 1 {
            assert!(markdown.contains(&format!("{added} `add`")), "{markdown}");
            if deletions > 0 {
                assert!(markdown.contains(&format!("{destroyed} `destroy`")));
                assert!(markdown.contains(&format!("#### Deletions and losses: {destroyed}\n")));
            }
        } else {
            let told = markdown.matches(&format!("#### Deletions and losses: {deletions}\n")).count();
            assert_eq!(told, targets - large, "{markdown}");
            assert!(markdown.contains("more that do not fit into a comment"), "{targets}");
        }
        assert!(markdown.ends_with("Exit code 2\n"));
    }
}

/// Where not everything fits, what is in the way comes first, and no block is empty.
#[test]
fn s70_what_is_in_the_way_is_told_before_what_changes() {
    let obstacle = |number: usize| Obstacle {
        address: stream("g", &format!("blocked-{number}")),
        reason: "it cannot be done".to_owned(),
        help: "wait".to_owned(),
        place: None,
    };
    let plan = Plan { blocked: (0..3).map(obstacle).collect(), ..large(0, 100) };
    let one = report(&plan).targets.remove(0);
    for targets in [1, 30, 58, 60] {
        let all = Report { targets: (0..targets).map(|_| one.clone()).collect(), ..report(&Plan::default()) };
        let markdown = render_markdown(&all);
        assert!(markdown.chars().count() <= LONGEST_COMMENT);
        assert_eq!(markdown.matches("blocked groups/g/streams/blocked-2").count(), targets, "{targets}");
        assert!(!markdown.contains("```diff\n```"), "{targets}: an empty block");
    }
}

/// What keeps a target from being done is told before everything else, however many
/// there are.
#[test]
fn a_crowd_is_told_the_worst_first() {
    let quiet = report(&Plan::default()).targets.remove(0);
    let obstacle = Obstacle {
        address: stream("g", "s"),
        reason: "it cannot be done".to_owned(),
        help: "wait".to_owned(),
        place: None,
    };
    let mut stuck = report(&Plan { blocked: vec![obstacle], ..Plan::default() }).targets.remove(0);
    stuck.target = "the-one".to_owned();
    stuck.warnings = vec!["careful".to_owned()];
    let targets = (0..3_000).map(|_| quiet.clone()).chain([stuck]).collect();
    let markdown = render_markdown(&Report { targets, ..report(&Plan::default()) });
    let first = markdown.lines().find(|line| line.starts_with("- ")).expect("a line");
    assert!(first.starts_with("- `the-one`: "), "{first}");
    assert!(first.contains("1 in the way: `blocked groups/g/streams/s` `it cannot be done`, warnings: 1"), "{first}");
}

/// A page of thousands of changes has a picture of what happens alike, and one that
/// can have none says why.
#[test]
fn a_picture_of_many_changes_merges_what_is_alike() {
    let boxes = |page: &str| page.matches("<rect ").count();
    let whole = render_html(&report(&large(200, 200)));
    assert_eq!(boxes(&whole), 400);
    assert!(whole.contains("Each box leads to its change."));
    let merged = render_html(&report(&large(300, 5_000)));
    assert_eq!(boxes(&merged), 4);
    assert!(merged.contains("5300 changes are too many for a box each"));
    assert!(merged.contains("<title>create 5000 log streams of groups/new</title>"));
    assert!(merged.contains(">- group-0 / 100 log streams</text>"));
    assert_eq!(merged.matches("<article ").count(), 5_300);
    let page = render_html(&report(&large(50_000, 0)));
    assert_eq!(boxes(&page), 0);
    assert!(page.contains("50000 changes in as many groups as here are too many for a picture."));
}

#[test]
fn a_failure_is_a_report_too() {
    let failed = report_failure(
        ReportKind::Drift,
        "my-kualalumpur-1/p1",
        ("could not list log groups: 401", Some("check the key")),
        5,
        at(),
    );
    assert!(
        render_markdown(&failed).starts_with("<!-- ltsctl drift_my_kualalumpur_1/p1 -->"),
        "its marker is that of a success"
    );
    assert!(render_markdown(&failed).contains("**Failed:** `could not list log groups: 401`"));
    assert!(render_junit(&failed).contains("errors=\"1\""));
    let before = render_prometheus(&report(&Plan::default()), None);
    let success = before.lines().find(|line| line.starts_with("ltsctl_last_success")).expect("a success").to_owned();
    let after = render_prometheus(&failed, Some(&before));
    let kept = after.lines().find(|line| line.starts_with("ltsctl_last_success")).expect("the earlier success");
    assert_eq!(kept.rsplit(' ').next(), success.rsplit(' ').next(), "a failure does not make it forgotten");
    assert!(!render_prometheus(&failed, None).contains("ltsctl_last_success"));
}
