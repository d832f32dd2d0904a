//! Many requests at once.

use futures_util::future::join_all;

/// Starts `count` tasks at once, on every thread of the runtime, and returns what they return, in order.
///
/// ```ignore
/// let answers = together(200, |_| {
///     let alice = alice.clone();
///     async move { alice.graphql(BOOK, json!({})).await }
/// })
/// .await;
/// ```
pub async fn together<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks = (0..count).map(|number| tokio::spawn(task(number)));
    join_all(tasks)
        .await
        .into_iter()
        .map(|outcome| outcome.expect("no task should panic"))
        .collect()
}
