use super::*;

fn rate(limit: usize, seconds: u64) -> Notice {
    Notice { rate: Some(Rate { limit, window: Duration::from_secs(seconds) }), retry_after: None }
}

#[tokio::test(start_paused = true)]
async fn s11_after_a_refusal_everybody_waits_and_one_goes_first() {
    let gate = Gate::default();
    let chance = Chance::seeded(7);
    let start = super::super::ticks::now();
    let first = gate.admit(Operation::ListGroups, None).await.expect("open");
    first.refused(rate(5, 10), &chance);
    let scout = gate.admit(Operation::ListGroups, None).await.expect("opens again");
    assert!(start.elapsed() >= Duration::from_secs(10));
    assert!(scout.scout);
    let others = async {
        let pass = gate.admit(Operation::ListGroups, None).await.expect("opens after the scout");
        assert!(!pass.scout);
    };
    let verdict = async {
        tokio::task::yield_now().await;
        scout.accepted();
    };
    futures_util::future::join(others, verdict).await;
}

#[tokio::test(start_paused = true)]
async fn s12_the_learned_rate_is_kept_in_every_window() {
    let gate = Gate::default();
    let chance = Chance::seeded(7);
    gate.admit(Operation::ListGroups, None).await.expect("open").refused(rate(5, 10), &chance);
    gate.admit(Operation::ListGroups, None).await.expect("scout").accepted();
    let mut times = Vec::new();
    for _ in 0..20 {
        gate.admit(Operation::ListGroups, None).await.expect("paced").accepted();
        times.push(super::super::ticks::now());
    }
    for window in times.windows(6) {
        assert!(window[5] - window[0] >= Duration::from_secs(10));
    }
}

#[tokio::test(start_paused = true)]
async fn s13_a_service_that_always_throttles_gets_a_handful_of_requests() {
    for seed in 0..50 {
        for (notice, longest) in [(Notice::default(), 110), (rate(5, 1), 110), (rate(200, 300), 2408)] {
            let gate = Gate::default();
            let chance = Chance::seeded(seed);
            let start = super::super::ticks::now();
            let mut sent = 0;
            while let Ok(pass) = gate.admit(Operation::ListGroups, None).await {
                sent += 1;
                pass.refused(notice, &chance);
            }
            assert!((8..=20).contains(&sent), "{sent}");
            assert!((90..=longest).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn s10_nobody_sleeps_past_the_deadline() {
    let gate = Gate::default();
    let start = super::super::ticks::now();
    gate.admit(Operation::ListGroups, None).await.expect("open").refused(rate(200, 300), &Chance::seeded(7));
    let barred = gate.admit(Operation::ListGroups, Some(start + Duration::from_secs(60))).await.map(|_| ());
    assert!(matches!(barred, Err(Barred::TooLate(wait)) if wait >= Duration::from_secs(300)));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_scout_that_vanishes_lets_another_one_go() {
    let gate = Gate::default();
    gate.admit(Operation::ListGroups, None).await.expect("open").refused(Notice::default(), &Chance::seeded(7));
    let scout = gate.admit(Operation::ListGroups, None).await.expect("scout");
    let next = async { assert!(gate.admit(Operation::ListGroups, None).await.expect("another").scout) };
    let vanish = async {
        tokio::task::yield_now().await;
        drop(scout);
    };
    futures_util::future::join(next, vanish).await;
}

#[tokio::test(start_paused = true)]
async fn who_is_told_to_come_back_at_once_comes_back_later_and_later() {
    let gate = Gate::default();
    let chance = Chance::seeded(7);
    let now = Notice { rate: None, retry_after: Some(Duration::ZERO) };
    let mut pauses = Vec::new();
    while let Ok(pass) = gate.admit(Operation::ListGroups, None).await {
        pauses.push(pass.refused(now, &chance));
    }
    assert!(pauses.iter().all(|pause| *pause >= Duration::from_millis(250)), "{pauses:?}");
    assert!(pauses.iter().max() > Some(&Duration::from_secs(1)), "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_the_scout_past_the_deadline() {
    let gate = Gate::default();
    let start = super::super::ticks::now();
    gate.admit(Operation::ListGroups, None).await.expect("open").refused(Notice::default(), &Chance::seeded(7));
    let scout = gate.admit(Operation::ListGroups, None).await.expect("scout");
    let deadline = start + Duration::from_secs(30);
    assert!(matches!(gate.admit(Operation::ListGroups, Some(deadline)).await.map(|_| ()), Err(Barred::NoPlace)));
    assert_eq!(start.elapsed(), Duration::from_secs(30));
    drop(scout);
}
