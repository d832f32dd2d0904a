//! One test body, run on either database.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;

use crate::database::{Backend, Contents, TestDatabase};

/// What a test body may ask for as its argument.
#[expect(async_fn_in_trait, reason = "only awaited where it is called")]
pub trait Given: Sized {
    /// What its database holds at first.
    const CONTENTS: Contents;

    /// Builds it on a database.
    async fn given(backend: Backend, database: &TestDatabase) -> Self;
}

/// Runs a test on a fresh database of one kind, and removes the database however the test ends.
///
/// Without a PostgreSQL to run on, the test passes and the run says so loudly, once.
pub async fn run<T: Given, F: Future<Output = ()>>(backend: Backend, test: impl FnOnce(T) -> F) {
    let Some(database) = TestDatabase::create(backend, T::CONTENTS).await else {
        return;
    };
    let given = T::given(backend, &database).await;
    let outcome = AssertUnwindSafe(test(given)).catch_unwind().await;
    database.remove().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Turns `async fn name(app: TestApp)` into the two tests `name::sqlite` and `name::postgres`.
///
/// ```ignore
/// #[apply(on_both_databases!)]
/// async fn anybody_may_ask(app: TestApp) { … }
/// ```
#[macro_export]
macro_rules! on_both_databases {
    ($(#[$attribute:meta])* async fn $name:ident($given:ident: $Given:ty $(,)?) $body:block) => {
        $(#[$attribute])*
        async fn $name($given: $Given) $body

        mod $name {
            $crate::test_on!(sqlite, Sqlite, super::$name);
            $crate::test_on!(postgres, Postgres, super::$name);
        }
    };
}

/// Turns `async fn name(app: TestApp)` into the one test `name::postgres`, for what only PostgreSQL has.
#[macro_export]
macro_rules! on_postgres {
    ($(#[$attribute:meta])* async fn $name:ident($given:ident: $Given:ty $(,)?) $body:block) => {
        $(#[$attribute])*
        async fn $name($given: $Given) $body

        mod $name {
            $crate::test_on!(postgres, Postgres, super::$name);
        }
    };
}

/// One test, on one database.
#[doc(hidden)]
#[macro_export]
macro_rules! test_on {
    ($name:ident, $Backend:ident, $test:path) => {
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            $crate::run($crate::Backend::$Backend, $test).await;
        }
    };
}
