//! Counts the log lines that a plan would lose, before anybody approves it.

use std::time::Duration;

use futures_util::future::join_all;

use crate::effects::Clock;
use crate::lts::Client;
use crate::model::Live;
use crate::plan::Plan;
use crate::plan::loss::{self, Question};

/// How long is waited for counts, all together. They help to decide, and must
/// not keep anybody from deciding.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks the service how many log lines each step of a plan would lose, and
/// writes the numbers into the plan. A plan that loses none costs no request,
/// and any other [`loss::MOST_QUESTIONS`] at most. `live` is what the plan was
/// made from, and `clock` says when the last days end.
///
/// Never fails: what cannot be counted is unknown, with the reason.
pub async fn count_losses(client: &Client, plan: &mut Plan, live: &Live, clock: &dyn Clock) {
    let questions = loss::ask(plan, live);
    let now_ms = clock.now().as_millisecond();
    let answers = join_all(questions.iter().map(|question| count(client, question, now_ms))).await;
    loss::note(plan, live, &questions, &answers);
}

async fn count(client: &Client, question: &Question, now_ms: i64) -> Result<u64, String> {
    let (start_ms, end_ms) = question.window(now_ms);
    let answer = client.count_logs(&question.group, &question.stream, start_ms, end_ms);
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(counted) => counted.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}
