//! How long somebody will have to wait.
//!
//! What is known are the latest service times of the queue, of which the recent ones weigh more, and since
//! when somebody stands at each desk. Until enough has been seen, the length that the business expects
//! counts as a few observations. As long as all desks are busy, they work off what was begun before one's
//! turn: the rest of what is going on now, and everybody ahead. The mean and the variance of that sum give a
//! range that holds the truth about four times in five.

/// How much less each older service time weighs.
const FADING: f64 = 0.95;
/// What the business expects counts as that many observations…
const PRIOR_WEIGHT: f64 = 3.0;
/// …of these lengths, in parts of what it expects.
const PRIOR: [f64; 5] = [0.3, 0.65, 0.95, 1.25, 1.85];
/// How many standard deviations hold four fifths of a normal distribution.
const Z: f64 = 1.281_6;
/// Desks that were busy at the same time that recently, in seconds, are thought to be open still.
const STILL_OPEN: f64 = 600.0;

/// A service that is over, in seconds before now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// How long ago they were called.
    pub began: f64,
    /// How long ago they were finished with.
    pub ended: f64,
}

/// What is known of a queue at some moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// The latest services, the most recent first.
    pub services: Vec<Service>,
    /// How long ago each of those was called who are at a desk now, in seconds.
    pub at_desks: Vec<f64>,
}

/// A wait, in whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// How long it will probably be.
    pub likely: i32,
    /// It will hardly be shorter.
    pub low: i32,
    /// It will hardly be longer.
    pub high: i32,
}

/// The wait of somebody with that many parties ahead of them, in a queue where a service is expected to take
/// `expected_min` minutes.
#[must_use]
pub fn wait(observed: &Observed, expected_min: i32, parties_ahead: i32) -> Wait {
    let lengths = Lengths::of(observed, expected_min);
    let desks = open_desks(observed);
    let ahead = f64::from(parties_ahead.max(0));
    let busy = count(observed.at_desks.len());
    let idle = (desks - busy).max(0.0);
    if ahead < idle {
        // A desk is free, or about to be: they are called as soon as somebody looks up.
        return rounded(0.0, 0.0);
    }
    let ahead = ahead - idle;
    let rests: Vec<Moments> = observed
        .at_desks
        .iter()
        .map(|elapsed| lengths.rest(*elapsed))
        .collect();
    let begun_idle = lengths.whole();
    let work = rests.iter().map(|rest| rest.mean).sum::<f64>()
        + idle * begun_idle.mean
        + ahead * lengths.mean;
    // When their turn comes, the other desks are in the middle of a service.
    let left = (desks - 1.0) * lengths.residual_mean();
    let left = match ahead < 1.0 {
        // The first in line takes the desk that is free first.
        true => left.min(work * (desks - 1.0) / desks),
        false => left,
    };
    let mean = ((work - left) / desks).max(0.0);
    let variance = rests.iter().map(|rest| rest.variance).sum::<f64>()
        + idle * begun_idle.variance
        + ahead * lengths.variance
        // Which are the shorter, the longer it took to get there.
        + (desks - 1.0) * lengths.residual_variance() / 4.0
        // How far off the mean itself may be.
        + (ahead + busy / 2.0).powi(2) * lengths.variance / lengths.weight;
    rounded(mean, variance / (desks * desks))
}

/// The range of a gamma distribution, by Wilson and Hilferty: waits are positive, and now and then long.
fn rounded(mean: f64, variance: f64) -> Wait {
    let minutes = |seconds: f64| -> i32 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "far below, and it saturates"
        )]
        let minutes = (seconds / 60.0).round() as i32;
        minutes
    };
    if mean <= 0.0 || variance <= 0.0 {
        let all = minutes(mean.max(0.0));
        return Wait {
            likely: all,
            low: all,
            high: all,
        };
    }
    let spread = variance / (9.0 * mean * mean);
    let quantile = |z: f64| mean * (1.0 - spread + z * spread.sqrt()).max(0.0).powi(3);
    Wait {
        likely: minutes(mean),
        low: minutes(quantile(-Z)),
        high: minutes(quantile(Z)),
    }
}

/// How many desks are open: as many as are busy, or as were busy at the same time a moment ago.
fn open_desks(observed: &Observed) -> f64 {
    let recent = observed.services.iter().filter(|it| it.ended < STILL_OPEN);
    let busy = observed.at_desks.iter().map(|began| (*began, 0.0));
    let spans: Vec<(f64, f64)> = recent.map(|it| (it.began, it.ended)).chain(busy).collect();
    let at_once = |moment: f64| {
        let going_on = |(began, ended): &&(f64, f64)| *began >= moment && *ended < moment;
        count(spans.iter().filter(going_on).count())
    };
    let starts = spans
        .iter()
        .map(|(began, _)| at_once(began.min(STILL_OPEN)));
    starts.fold(count(observed.at_desks.len()).max(1.0), f64::max)
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
fn count(number: usize) -> f64 {
    number as f64
}

/// A mean and a variance, in seconds.
#[derive(Clone, Copy, Debug)]
struct Moments {
    mean: f64,
    variance: f64,
}

/// How long services take: what was seen and what is expected, with their weights.
struct Lengths {
    weighted: Vec<(f64, f64)>,
    mean: f64,
    variance: f64,
    third: f64,
    weight: f64,
}

impl Lengths {
    fn of(observed: &Observed, expected_min: i32) -> Self {
        let expected = f64::from(expected_min.max(1)) * 60.0;
        let prior = PRIOR.map(|part| (part * expected, PRIOR_WEIGHT / count(PRIOR.len())));
        let mut weighted = prior.to_vec();
        let mut weight = 1.0;
        for service in &observed.services {
            weighted.push(((service.began - service.ended).max(1.0), weight));
            weight *= FADING;
        }
        let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
        let moment = |power: i32| {
            let sum = weighted
                .iter()
                .map(|(length, weight)| length.powi(power) * weight);
            sum.sum::<f64>() / total
        };
        let (mean, second, third) = (moment(1), moment(2), moment(3));
        let squares: f64 = weighted.iter().map(|(_, weight)| weight * weight).sum();
        Self {
            mean,
            variance: (second - mean * mean).max(0.0),
            third,
            weight: total * total / squares,
            weighted,
        }
    }

    fn whole(&self) -> Moments {
        Moments {
            mean: self.mean,
            variance: self.variance,
        }
    }

    /// What is left of a service that has been going on for so long: of those that took longer.
    fn rest(&self, elapsed: f64) -> Moments {
        let longer = || self.weighted.iter().filter(|(length, _)| *length > elapsed);
        let weight: f64 = longer().map(|(_, weight)| weight).sum();
        if weight < 0.5 {
            // It takes longer than almost all before; nobody knows.
            let mean = self.mean / 3.0;
            return Moments {
                mean,
                variance: mean * mean,
            };
        }
        let moment = |power: i32| {
            let sum = longer().map(|(length, weight)| (length - elapsed).powi(power) * weight);
            sum.sum::<f64>() / weight
        };
        let mean = moment(1);
        Moments {
            mean,
            variance: (moment(2) - mean * mean).max(mean * mean / 16.0),
        }
    }

    /// What is left, on average, of a service that somebody looks at in its midst.
    fn residual_mean(&self) -> f64 {
        (self.variance + self.mean * self.mean) / (2.0 * self.mean)
    }

    fn residual_variance(&self) -> f64 {
        let mean = self.residual_mean();
        (self.third / (3.0 * self.mean) - mean * mean).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steady(minutes: f64, services: usize) -> Observed {
        let service = |number: usize| {
            let ended = count(number) * minutes * 60.0;
            Service {
                began: ended + minutes * 60.0,
                ended,
            }
        };
        Observed {
            services: (0..services).map(service).collect(),
            at_desks: vec![0.0],
        }
    }

    #[test]
    fn nothing_is_known_at_first_but_what_the_business_expects() {
        let alone = wait(&Observed::default(), 15, 0);
        assert_eq!((alone.low, alone.likely, alone.high), (0, 0, 0));
        let busy = Observed {
            services: Vec::new(),
            at_desks: vec![0.0],
        };
        let behind_three = wait(&busy, 15, 3);
        assert_eq!(behind_three.likely, 60);
        assert!(
            behind_three.low < 50 && behind_three.high > 70,
            "{behind_three:?}"
        );
    }

    #[test]
    fn what_was_seen_outweighs_what_was_expected_the_more_the_more_was_seen() {
        let waits: Vec<i32> = [0, 5, 20, 60]
            .map(|seen| wait(&steady(5.0, seen), 15, 9).likely)
            .to_vec();
        assert!(waits.is_sorted_by(|a, b| a > b), "{waits:?}");
        assert!((50..65).contains(&waits[3]), "{waits:?}");
    }

    #[test]
    fn recent_services_weigh_more() {
        let mut slower = steady(10.0, 20);
        slower.services.extend(steady(30.0, 20).services);
        let mut faster = steady(30.0, 20);
        faster.services.extend(steady(10.0, 20).services);
        assert!(wait(&slower, 15, 5).likely < wait(&faster, 15, 5).likely);
    }

    #[test]
    fn two_desks_are_twice_as_fast() {
        let mut two = steady(10.0, 40);
        two.at_desks = vec![0.0, 0.0];
        let (one, two) = (wait(&steady(10.0, 40), 10, 10), wait(&two, 10, 10));
        assert!((one.likely - 2 * two.likely).abs() <= 12, "{one:?} {two:?}");
    }

    #[test]
    fn nothing_strange_breaks_it() {
        for (expected, ahead) in [(0, 0), (-5, -5), (i32::MAX, i32::MAX), (1, i32::MAX)] {
            for observed in [Observed::default(), steady(1e9, 3), steady(0.0, 3)] {
                let it = wait(&observed, expected, ahead);
                assert!(0 <= it.low && it.low <= it.likely.max(it.high), "{it:?}");
            }
        }
    }
}
