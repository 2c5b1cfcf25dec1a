//! The verifier as this processor's code.

use super::{timed, End, Engine, Run};
use crate::memory::counted;
use meterproof_fuzz_subject::{self as subject, Statement};
use std::{
	cell::RefCell,
	panic::{catch_unwind, set_hook, AssertUnwindSafe},
};

thread_local! {
	static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the text of each panic for the record instead of printing it.
pub fn quiet_panics() {
	set_hook(Box::new(|info| PANIC.set(info.to_string())));
}

/// The text of this thread's last panic.
pub fn last_panic() -> String {
	PANIC.take()
}

/// Verifies natively.
pub struct Native;

impl Engine for Native {
	fn run(&mut self, statement: &Statement, proof: &[u8]) -> Run {
		let verify = AssertUnwindSafe(|| subject::class(&statement.verify(proof)));
		let ((result, time), memory) = counted(|| timed(|| catch_unwind(verify)));
		let end = match result {
			Ok(class) => End::Verdict(class),
			Err(_) => End::Crash(last_panic()),
		};
		Run { end, time, memory }
	}
}
