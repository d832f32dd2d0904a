//! Which SQL statements the gateway ran.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use booking_gateway::domain::db::Db;

/// Listens to a database from its first statement on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<String>>>);

impl Recorder {
    /// The same database, overheard. `BEGIN` and `COMMIT` pass unheard.
    pub(crate) fn listen(&self, db: Db) -> Db {
        let heard = Arc::clone(&self.0);
        db.observed(move |info| heard.lock().unwrap().push(info.statement.sql.clone()))
    }

    /// How many statements there have been.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// The statements after the first `len`.
    pub(crate) fn since(&self, len: usize) -> Statements {
        Statements(self.0.lock().unwrap()[len..].to_vec())
    }
}

/// The statements that ran while something else did, in the order in which they ended.
///
/// A list of their texts; printed one to a line, so that a failed count shows what was counted.
#[derive(Clone, PartialEq, Eq)]
pub struct Statements(Vec<String>);

impl Deref for Statements {
    type Target = [String];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for Statements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} statements", self.len())?;
        self.iter().try_for_each(|sql| writeln!(f, "  {sql}"))
    }
}

impl fmt::Display for Statements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
