//! What an availability search costs the database.

use std::time::Duration;

use crate::questions;
use crate::world::World;

const RUNS: i64 = 400;

/// Prints the time that the database takes for a search of 30 days over 20 resources, and how many
/// statements it is asked.
pub async fn report(world: &World) {
    let (mut times, mut counts) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        // Windows all over the time that can be booked.
        let question = questions::search(world, run % 55);
        let (_, asked) = world.ear.during(question.ask()).await;
        times.push(asked.iter().map(|asked| asked.took).sum::<Duration>());
        counts.push(asked.len());
    }
    // The first few meet a cold cache.
    let mut times = times.split_off(20);
    times.sort_unstable();
    let at = |percent: usize| times[times.len() * percent / 100];
    println!(
        "\n=== availability of 30 days over 20 resources, {} searches\n\
         database time: p50 {:.2?}, p99 {:.2?}\nstatements: {} to {}",
        times.len(),
        at(50),
        at(99),
        counts.iter().min().copied().unwrap_or_default(),
        counts.iter().max().copied().unwrap_or_default(),
    );
}
