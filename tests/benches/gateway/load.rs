//! How many requests the gateway answers, and what they cost.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;

use crate::questions::{self, OWNER};
use crate::world::{Question, World};

/// How long a measurement lasts.
const LASTS: Duration = Duration::from_secs(5);
/// How many clients ask at once.
const CLIENTS: [usize; 2] = [1, 32];

/// Prints a line for each request and number of clients. The clients run in this process too; they
/// do little.
pub async fn report(world: &World) {
    let booking = json!({ "id": questions::first_upcoming(world).await });
    let asked = [
        world.question(
            "Q1 a booking by its id",
            OWNER,
            questions::BOOKING,
            &booking,
        ),
        world.question(
            "Q2 20 upcoming bookings",
            OWNER,
            questions::UPCOMING,
            &questions::upcoming(),
        ),
    ];
    // The peak of what was before is no matter here.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    println!("\n=== requests through the router, on {} cores", cores());
    println!(
        "{:<26}{:>8}{:>12}{:>14}{:>16}{:>13}",
        "", "clients", "requests/s", "gateway CPU", "PostgreSQL CPU", "statements"
    );
    for question in &asked {
        for clients in CLIENTS {
            measure(world, question, clients).await;
        }
    }
    println!("peak memory of this process: {}", peak_memory());
}

async fn measure(world: &World, question: &Question, clients: usize) {
    // Opens the connections and fills the caches.
    join_all((0..clients * 4).map(|_| question.ask())).await;
    let (statements, gateway, postgres) =
        (world.ear.count(), cpu("self"), postgres_cpu(world).await);
    let began = Instant::now();
    let client = || {
        let question = question.clone();
        tokio::spawn(async move {
            let mut answers = 0_u32;
            while began.elapsed() < LASTS {
                question.ask().await;
                answers += 1;
            }
            answers
        })
    };
    let answers = join_all((0..clients).map(|_| client())).await;
    let answers: u32 = answers
        .into_iter()
        .map(|answers| answers.expect("a client lives"))
        .sum();
    let each = |duration: Duration| {
        format!(
            "{:.3} ms",
            1e3 * duration.as_secs_f64() / f64::from(answers)
        )
    };
    println!(
        "{:<26}{clients:>8}{:>12.0}{:>14}{:>16}{:>13.2}",
        question.name,
        f64::from(answers) / began.elapsed().as_secs_f64(),
        each(cpu("self") - gateway),
        each(postgres_cpu(world).await - postgres),
        (world.ear.count() - statements) as f64 / f64::from(answers),
    );
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

/// The processor time that a process has taken, as far as Linux tells.
fn cpu(process: &str) -> Duration {
    /// What the kernel counts in, on every Linux there is.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<u32>().ok())
        .map(|ticks| TICK * ticks)
        .sum()
}

/// The processor time of all servers of our connections, if they run on this machine.
async fn postgres_cpu(world: &World) -> Duration {
    let pids = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()";
    let rows = world
        .aside
        .query_all_raw(Statement::from_string(DbBackend::Postgres, pids))
        .await;
    let rows = rows.expect("the server knows its connections");
    let pid = |row: &sea_orm::QueryResult| row.try_get_by_index::<i32>(0).expect("a number");
    rows.iter().map(|row| cpu(&pid(row).to_string())).sum()
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.unwrap_or("unknown").trim().to_owned()
}
