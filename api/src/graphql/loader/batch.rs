//! Batches keys without a timer.
//!
//! A batch is a future that its waiters share. It is not spawned: whoever waits, drives it. Before it
//! takes its keys it lets a few turns of the scheduler pass, so that every resolver of the level gets
//! to add its own. That batches exactly, on the multi-thread runtime too, and costs microseconds where
//! a timer costs a millisecond for each level.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use async_graphql::dataloader::Loader;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tracing::Instrument;

use crate::domain::trace;

/// How many turns a batch waits for more keys: enough for a list of a hundred whose items sit behind
/// a JOIN, a loader or nothing at all.
const TURNS: usize = 3;

type Answer<K, L> = Result<Arc<HashMap<K, <L as Loader<K>>::Value>>, <L as Loader<K>>::Error>;

/// Who counts the batches that it loads.
pub trait Counts {
    /// A batch of that many keys is about to be loaded.
    fn count<K>(&self, keys: usize);
}

/// The keys of one kind that one request asks for.
pub struct Batches<K, L>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K> + Counts,
{
    open: Mutex<Option<Batch<K, L>>>,
}

struct Batch<K, L>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K> + Counts,
{
    keys: Arc<Mutex<Option<Vec<K>>>>,
    answer: Shared<BoxFuture<'static, Answer<K, L>>>,
}

impl<K, L> Default for Batches<K, L>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K> + Counts,
{
    fn default() -> Self {
        Self {
            open: Mutex::default(),
        }
    }
}

impl<K, L> Batches<K, L>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K> + Counts,
{
    /// Loads one key together with all others that are asked for at the same time.
    ///
    /// # Errors
    /// The loader's error, for every key of the batch.
    pub async fn load(&self, loader: &Arc<L>, key: K) -> Result<Option<L::Value>, L::Error> {
        let answer = self.join(loader, key.clone());
        Ok(answer.await?.get(&key).cloned())
    }

    fn join(&self, loader: &Arc<L>, key: K) -> Shared<BoxFuture<'static, Answer<K, L>>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(batch) = open.as_ref()
            && let Some(keys) = lock(&batch.keys).as_mut()
        {
            keys.push(key);
            return batch.answer.clone();
        }
        let batch = Batch::start(loader.clone(), key);
        let answer = batch.answer.clone();
        *open = Some(batch);
        answer
    }
}

impl<K, L> Batch<K, L>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K> + Counts,
{
    fn start(loader: Arc<L>, first: K) -> Self {
        let keys = Arc::new(Mutex::new(Some(vec![first])));
        let waiting = keys.clone();
        let answer = async move {
            for _ in 0..TURNS {
                Turn::default().await;
            }
            let mut keys = lock(&waiting).take().unwrap_or_default();
            let mut seen = std::collections::HashSet::with_capacity(keys.len());
            keys.retain(|key| seen.insert(key.clone()));
            loader.count::<K>(keys.len());
            let span = trace::batch::<K>(keys.len());
            loader.load(&keys).instrument(span).await.map(Arc::new)
        };
        Self {
            keys,
            answer: answer.boxed().shared(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets the scheduler run everything else once.
///
/// Every new waiter of a shared future polls it again, so a plain yield would end at the second poll.
/// This one ends when its own wake-up has come.
#[derive(Default)]
struct Turn {
    wake_up: Option<Arc<WakeUp>>,
}

struct WakeUp {
    came: AtomicBool,
    waker: Waker,
}

impl Wake for WakeUp {
    fn wake(self: Arc<Self>) {
        self.came.store(true, Ordering::Release);
        self.waker.wake_by_ref();
    }
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match &self.wake_up {
            Some(wake_up) if wake_up.came.load(Ordering::Acquire) => Poll::Ready(()),
            Some(_) => Poll::Pending,
            None => {
                let wake_up = Arc::new(WakeUp {
                    came: AtomicBool::new(false),
                    waker: context.waker().clone(),
                });
                let waker = Waker::from(wake_up.clone());
                // Its first poll asks the scheduler to wake us after this turn; that is all we need.
                let asked = pin!(tokio::task::yield_now()).poll(&mut Context::from_waker(&waker));
                self.wake_up = Some(wake_up);
                asked
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::future::join_all;

    use super::*;

    #[derive(Default)]
    struct Counting {
        batches: Mutex<Vec<usize>>,
    }

    impl Counts for Counting {
        fn count<K>(&self, keys: usize) {
            lock(&self.batches).push(keys);
        }
    }

    impl Loader<u32> for Counting {
        type Value = u32;
        type Error = Infallible;

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, Infallible> {
            tokio::task::yield_now().await;
            Ok(keys.iter().map(|key| (*key, key * 2)).collect())
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn keys_asked_for_together_are_loaded_together_also_under_load() {
        let requests = (0..64).map(|_| {
            tokio::spawn(async {
                let loader = Arc::new(Counting::default());
                let batches = Batches::default();
                for _ in 0..3 {
                    let ask = |key: u32| batches.load(&loader, key % 100);
                    let answers = join_all((0..200).map(ask)).await;
                    assert!(
                        (0..200)
                            .zip(answers)
                            .all(|(key, answer)| answer == Ok(Some(key % 100 * 2)))
                    );
                }
                lock(&loader.batches).clone()
            })
        });
        for sizes in join_all(requests).await {
            assert_eq!(sizes.unwrap(), [100, 100, 100]);
        }
    }
}
