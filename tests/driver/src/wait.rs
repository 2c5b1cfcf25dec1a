//! Waiting for conditions.

use std::{
	thread,
	time::{Duration, Instant},
};

use anyhow::{bail, Result};

/// Time between two looks.
const INTERVAL: Duration = Duration::from_millis(100);

/// Looks again and again until there is something, at most for `limit`. An error is taken for
/// "not yet"; the last one is told when time is up.
pub fn until<T>(
	what: &str,
	limit: Duration,
	mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
	let start = Instant::now();
	loop {
		let last = match look() {
			Ok(Some(found)) => return Ok(found),
			Ok(None) => None,
			Err(error) => Some(error),
		};
		if start.elapsed() >= limit {
			match last {
				Some(error) => bail!("{what}: not within {} s: {error:#}", limit.as_secs()),
				None => bail!("{what}: not within {} s", limit.as_secs()),
			}
		}
		thread::sleep(INTERVAL);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn ends_with_what_was_found() {
		let mut looks = 0;
		let found = until("three looks", Duration::from_secs(10), || {
			looks += 1;
			if looks == 2 {
				bail!("not this time");
			}
			Ok((looks == 3).then_some("found"))
		});
		assert_eq!(found.unwrap(), "found");
	}

	#[test]
	fn tells_the_last_error_when_time_is_up() {
		let result: Result<()> = until("the sun", Duration::ZERO, || bail!("it is night"));
		assert_eq!(result.unwrap_err().to_string(), "the sun: not within 0 s: it is night");
	}
}
