//! How many subscriptions somebody has open.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{errors::Refused, quota::Payer};

/// Counts the open subscriptions of each viewer, or address, over every transport.
#[derive(Clone)]
pub(super) struct Subscribers {
    open: Arc<Mutex<HashMap<Payer, usize>>>,
    most: usize,
}

impl Subscribers {
    pub(super) fn new(most: usize) -> Self {
        Self {
            open: Arc::default(),
            most,
        }
    }

    /// Counts one more, until what this returns is dropped.
    pub(super) fn enter(&self, payer: &Payer) -> Result<Subscriber, Refused> {
        let mut open = self.lock();
        if open.get(payer).copied().unwrap_or_default() >= self.most {
            return Err(Refused::too_many_subscriptions(self.most));
        }
        *open.entry(payer.clone()).or_default() += 1;
        Ok(Subscriber {
            of: self.clone(),
            payer: payer.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Payer, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open subscription.
pub(super) struct Subscriber {
    of: Subscribers,
    payer: Payer,
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let mut open = self.of.lock();
        if let Some(count) = open.get_mut(&self.payer) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.payer);
            }
        }
    }
}
