//! One test with nodes at a time: two cores, and every node wants one.

use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

/// Waits for the tests before. Hold the guard as long as nodes run.
pub fn turn() -> MutexGuard<'static, ()> {
	// A test that failed before says nothing about this one.
	TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
