//! The state machines of a queue and of its entries.

use crate::domain::error::{Refusal, RefusalCode};

/// What a queue is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    /// Whoever comes is served in turn.
    WalkIn,
    /// Whoever wants a place that is taken gets one that is freed.
    Waitlist,
}

impl QueueKind {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WalkIn => "walk_in",
            Self::Waitlist => "waitlist",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "waitlist" => Self::Waitlist,
            _ => Self::WalkIn,
        }
    }
}

/// The states of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueStatus {
    /// It takes people in and serves them.
    Active,
    /// It takes nobody in; who is in it is served.
    Paused,
    /// It takes nobody in and calls nobody. Who waits may leave, and keeps their place until it opens again.
    Closed,
}

impl QueueStatus {
    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "paused" => Self::Paused,
            _ => Self::Closed,
        }
    }
}

/// The states of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryStatus {
    /// In the line.
    Waiting,
    /// Called to the desk or, on a waitlist, told of a place.
    Notified,
    /// Being served.
    Serving,
    /// Served.
    Served,
    /// Left of their own accord.
    Left,
    /// Taken out by staff, or because they got a place elsewhere.
    Removed,
    /// Did not come when called.
    NoShow,
    /// What they waited for is over.
    Expired,
    /// Got a place.
    Placed,
}

impl EntryStatus {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Notified,
        Self::Serving,
        Self::Served,
        Self::Left,
        Self::Removed,
        Self::NoShow,
        Self::Expired,
        Self::Placed,
    ];
    /// The states of whoever is in the queue, as the index of live entries has them.
    pub const LIVE: [&'static str; 3] = ["waiting", "notified", "serving"];

    /// The word that the database stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Notified => "notified",
            Self::Serving => "serving",
            Self::Served => "served",
            Self::Left => "left",
            Self::Removed => "removed",
            Self::NoShow => "no_show",
            Self::Expired => "expired",
            Self::Placed => "placed",
        }
    }

    /// Reads the word that the database stores.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|status| status.as_str() == word);
        known.unwrap_or(Self::Expired)
    }

    /// Whether they are in the queue.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Waiting | Self::Notified | Self::Serving)
    }

    /// The state after an action. There is no way back: who was called by mistake is removed and joins anew,
    /// and the log of the queue shows both.
    ///
    /// # Errors
    /// `INVALID_STATE` at `entryId` when the action is not legal here.
    pub fn after(self, action: Action) -> Result<Self, Refusal> {
        Ok(match (self, action) {
            (Self::Waiting, Action::Call) => Self::Notified,
            // Whoever stands at the desk already need not be called first.
            (Self::Waiting | Self::Notified, Action::Start) => Self::Serving,
            (Self::Serving, Action::Finish) => Self::Served,
            (Self::Waiting | Self::Notified, Action::Leave) => Self::Left,
            (Self::Waiting | Self::Notified, Action::Remove) => Self::Removed,
            // Only who was called can fail to come.
            (Self::Notified, Action::MissTurn) => Self::NoShow,
            (Self::Waiting, Action::Move) => Self::Waiting,
            (status, action) => {
                let message = format!(
                    "An entry that is {} cannot be {}.",
                    status.words(),
                    action.words()
                );
                return Err(Refusal::new(RefusalCode::InvalidState, message).at("entryId"));
            }
        })
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Notified => "called",
            Self::Serving => "being served",
            Self::Served => "served",
            Self::Left => "gone",
            Self::Removed => "removed",
            Self::NoShow => "a no-show",
            Self::Expired => "over",
            Self::Placed => "placed",
        }
    }
}

/// What can be done to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is called to the desk.
    Call,
    /// Its service begins.
    Start,
    /// Its service ends.
    Finish,
    /// They leave.
    Leave,
    /// Staff take it out.
    Remove,
    /// They did not come when called.
    MissTurn,
    /// Staff move it within the line.
    Move,
}

impl Action {
    /// What was tried, in words that follow "cannot be".
    const fn words(self) -> &'static str {
        match self {
            Self::Call => "called",
            Self::Start => "served",
            Self::Finish => "finished",
            Self::Leave => "left",
            Self::Remove => "removed",
            Self::MissTurn => "marked as a no-show",
            Self::Move => "moved",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [Action; 7] = [
        Action::Call,
        Action::Start,
        Action::Finish,
        Action::Leave,
        Action::Remove,
        Action::MissTurn,
        Action::Move,
    ];

    #[test]
    fn legal_steps_lead_where_the_table_says_and_all_others_are_refused() {
        use EntryStatus::*;
        let legal = [
            (Waiting, Action::Call, Notified),
            (Waiting, Action::Start, Serving),
            (Notified, Action::Start, Serving),
            (Serving, Action::Finish, Served),
            (Waiting, Action::Leave, Left),
            (Notified, Action::Leave, Left),
            (Waiting, Action::Remove, Removed),
            (Notified, Action::Remove, Removed),
            (Notified, Action::MissTurn, NoShow),
            (Waiting, Action::Move, Waiting),
        ];
        for from in EntryStatus::ALL {
            assert_eq!(EntryStatus::parse(from.as_str()), from);
            for action in ACTIONS {
                let row = legal.iter().find(|(f, a, _)| (*f, *a) == (from, action));
                let to = row.map(|(.., to)| *to);
                assert_eq!(from.after(action).ok(), to, "{from:?} {action:?}");
            }
        }
    }
}
