//! One test with nodes at a time: two cores, and every node wants one.

use std::{
	panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
	sync::{Mutex, PoisonError},
};

use anyhow::Result;

use crate::process::last_words;

static TURN: Mutex<()> = Mutex::new(());

/// Waits for the tests before, runs this one, and if it fails shows the end of its nodes' logs.
pub fn scenario(test: impl FnOnce() -> Result<()>) -> Result<()> {
	// A test that failed before says nothing about this one.
	let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
	let outcome = catch_unwind(AssertUnwindSafe(test));
	let words = last_words();
	if !matches!(outcome, Ok(Ok(()))) {
		eprintln!("{}\n---", words.join("\n"));
	}
	outcome.unwrap_or_else(|panic| resume_unwind(panic))
}
