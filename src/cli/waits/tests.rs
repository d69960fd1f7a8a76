use super::*;
use crate::lts::Operation;

fn start() -> Instant {
    Rates::now()
}

fn hold(until: Instant) -> Hold {
    Hold {
        api: "LTS",
        endpoint: "https://lts.my-kualalumpur-1.cloud.example".to_owned(),
        until,
        rate: Some((200, Duration::from_secs(300))),
        waiting: BTreeMap::from([(Operation::CreateStream, 7), (Operation::ListGroups, 1)]),
    }
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_told_with_its_end_and_its_reason() {
    let now = start();
    let clock = "2026-01-02T23:59:30Z".parse().expect("a time");
    assert_eq!(
        describe(&hold(now + Duration::from_millis(41_500)), now, clock),
        "Waiting until 00:00:12 UTC, 42 s, for the rate limit of LTS at https://lts.my-kualalumpur-1.cloud.example, 200 requests \
         in 300 s: list log groups (1), create the log stream (7)"
    );
    let guessed = Hold { rate: None, ..hold(now + seconds(2)) };
    assert!(
        describe(&guessed, now, clock)
            .contains("2 s, for the rate limit of LTS at https://lts.my-kualalumpur-1.cloud.example: ")
    );
}

#[tokio::test(start_paused = true)]
async fn only_what_is_new_is_told() {
    let now = start();
    assert!(!is_news(&hold(now + Duration::from_millis(400)), None, now), "too short");
    assert!(is_news(&hold(now + seconds(2)), None, now));
    let told = Told { at: now, until: now + seconds(6) };
    for (after, until, news) in [
        // The same wait, seen again, and a moment longer.
        (1, 6, false),
        (1, 7, false),
        // The next one.
        (6, 12, true),
        // The next slot of a limit that lets one through every second.
        (7, 8, false),
        (12, 13, true),
        // Far longer than what was said.
        (2, 300, true),
    ] {
        assert_eq!(is_news(&hold(now + seconds(until)), Some(&told), now + seconds(after)), news, "{after} {until}");
    }
}
