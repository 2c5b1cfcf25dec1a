//! What was read while it is not known what time it is, as after a power cut without a network: it waits
//! until a node has said the time, and what was received at a wrong time is put right.

use std::{
	collections::HashMap,
	time::{Duration, Instant},
};

use meterproof_meters::{Finding, Measured, Value};

use super::{
	clock::{Clock, TOLERANCE_MS},
	journal::Register,
	sources::Message,
};

/// Findings that may wait here: those of one meter for some days. After that sources wait.
const MOST: usize = 100_000;
/// From one standing of a register to the next that is kept, of those that a port says.
const APART: Duration = Duration::from_secs(10);

/// Messages that wait.
#[derive(Default)]
pub struct Held {
	waiting: Vec<(Message, Instant)>,
	findings: usize,
	/// When a standing of each register was last kept.
	last: HashMap<Register, Instant>,
}

impl Held {
	/// Whether more can wait here.
	pub fn has_room(&self) -> bool {
		self.findings < MOST
	}

	/// Keeps a message that came at a moment. A port is asked again at once, since nobody keeps what it
	/// says; what waits at a broker or in a file is told to be kept only when it is.
	pub fn put(&mut self, mut message: Message, at: Instant) {
		if let Some(kept) = message.kept.take_if(|_| !message.waits) {
			// A source that has ended meanwhile need not know.
			let _ = kept.send(());
			let recent = |register: &Register| {
				let last = self.last.get(register);
				last.is_some_and(|last| at.saturating_duration_since(*last) < APART)
			};
			let standings: Option<Vec<_>> = message.findings.iter().map(standing).collect();
			if standings.as_ref().is_some_and(|all| all.iter().all(recent)) {
				return;
			}
			self.last.extend(standings.into_iter().flatten().map(|register| (register, at)));
		}
		self.findings = self.findings.saturating_add(message.findings.len());
		self.waiting.push((message, at));
	}

	/// What has waited, in the order in which it came, each with the moment at which it did.
	pub fn take(self) -> Vec<(Message, Instant)> {
		self.waiting
	}
}

/// The register, if it is said where one stands.
fn standing(finding: &Finding) -> Option<Register> {
	match finding {
		Finding::Measured(Measured { value: Value::Stands { .. }, meter, direction, .. }) => {
			Some((meter.clone(), *direction))
		},
		_ => None,
	}
}

/// Puts times right that this machine's clock gave to what came at a moment, where that is known to have
/// been wrong. Times of meters and files stay as they are.
pub fn set_right(findings: &mut [Finding], clock: &Clock, at: Instant) {
	let Some(right_ms) = clock.right_at(at) else { return };
	for finding in findings {
		if let Finding::Measured(measured) = finding {
			set_right_at(measured, right_ms);
		}
	}
}

fn set_right_at(measured: &mut Measured, right_ms: u64) {
	let received_ms = std::mem::replace(&mut measured.received_ms, right_ms);
	if received_ms.abs_diff(right_ms) <= TOLERANCE_MS {
		measured.received_ms = received_ms;
		return;
	}
	if measured.taken_ms.is_some() {
		return;
	}
	let moved = |at_ms: u64| match right_ms.checked_sub(received_ms) {
		Some(ahead) => at_ms.saturating_add(ahead),
		None => at_ms.saturating_sub(received_ms.saturating_sub(right_ms)),
	};
	match &mut measured.value {
		Value::Stands { at_ms, .. } if *at_ms == received_ms => *at_ms = right_ms,
		Value::Counted { start_ms, end_ms, .. } | Value::Missing { start_ms, end_ms }
			if *start_ms == received_ms || *end_ms == received_ms =>
		{
			(*start_ms, *end_ms) = (moved(*start_ms), moved(*end_ms));
		},
		_ => {},
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		agent::clock::{ChainTime, Watch},
		types::Direction,
	};
	use meterproof_meters::{Amount, Counters, Place, Unit};
	use tokio::sync::oneshot;

	/// By this machine's clock.
	const WRONG: u64 = 1_795_000_000_000;
	/// By the chain's.
	const RIGHT: u64 = WRONG + 7_200_000;

	fn measured(value: Value, taken_ms: Option<u64>) -> Finding {
		Finding::Measured(Measured {
			place: Place::Telegram(1),
			meter: "a".to_owned(),
			input_name: None,
			direction: Direction::Import,
			value,
			taken_ms,
			received_ms: WRONG,
			signed: None,
		})
	}

	fn stands(at_ms: u64, taken_ms: Option<u64>) -> Finding {
		measured(Value::Stands { at_ms, total: amount() }, taken_ms)
	}

	fn amount() -> Amount {
		Amount::new(5, 0, Unit::WattHour).unwrap()
	}

	fn message(
		source: &str,
		findings: Vec<Finding>,
		waits: bool,
	) -> (Message, oneshot::Receiver<()>) {
		let (kept, is_kept) = oneshot::channel();
		let (source, counters) = (source.to_owned(), Counters::default());
		(Message { source, findings, counters, waits, kept: Some(kept) }, is_kept)
	}

	#[test]
	fn a_port_goes_on_and_a_broker_waits() {
		let start = Instant::now();
		let mut held = Held::default();
		let of = |meter: &str| match stands(WRONG, None) {
			Finding::Measured(measured) => {
				Finding::Measured(Measured { meter: meter.to_owned(), ..measured })
			},
			refused => refused,
		};
		let mut put = |source: &str, waits, seconds| {
			let (message, mut is_kept) = message(source, vec![of(source)], waits);
			held.put(message, start + Duration::from_secs(seconds));
			is_kept.try_recv().is_ok()
		};
		assert!(put("port", false, 0) && put("port", false, 1) && put("port", false, 10));
		assert!(put("other", false, 1), "another meter's");
		assert!(!put("broker", true, 1) && !put("broker", true, 2));
		let sources: Vec<_> = held.take().into_iter().map(|(message, _)| message.source).collect();
		// Of what a port repeats every second some is enough.
		assert_eq!(sources, ["port", "port", "other", "broker", "broker"]);
	}

	#[test]
	fn more_than_some_days_of_a_meter_do_not_fit() {
		let mut held = Held::default();
		let findings = vec![stands(WRONG, None); MOST];
		assert!(held.has_room());
		held.put(message("broker", findings, true).0, Instant::now());
		assert!(!held.has_room());
	}

	#[test]
	fn times_of_a_wrong_clock_are_put_right_and_those_of_meters_are_not() {
		let (clock, start) = (Clock::new(None), Instant::now());
		let mut all = vec![
			stands(WRONG, None),
			stands(RIGHT - 3_000, Some(RIGHT - 3_000)),
			measured(
				Value::Counted { start_ms: WRONG - 900_000, end_ms: WRONG, amount: amount() },
				None,
			),
			// A file's.
			measured(Value::Counted { start_ms: 5, end_ms: 900_005, amount: amount() }, None),
		];
		let before = all.clone();
		set_right(&mut all, &clock, start);
		assert_eq!(all, before, "nobody has said the time");
		let time = ChainTime { is_live: true, ..Watch::default().saw_chain(RIGHT, start) };
		clock.anchor(WRONG, time, start);
		set_right(&mut all, &clock, start);
		let value = |at: usize| match &all[at] {
			Finding::Measured(measured) => (measured.received_ms, measured.value.clone()),
			Finding::Refused(refused) => panic!("{refused}"),
		};
		assert_eq!(value(0), (RIGHT, Value::Stands { at_ms: RIGHT, total: amount() }));
		assert_eq!(value(1), (RIGHT, Value::Stands { at_ms: RIGHT - 3_000, total: amount() }));
		let counted = |start_ms, end_ms| Value::Counted { start_ms, end_ms, amount: amount() };
		assert_eq!(value(2), (RIGHT, counted(RIGHT - 900_000, RIGHT)));
		assert_eq!(value(3), (RIGHT, counted(5, 900_005)));
		// A clock that is a few seconds off is left alone.
		clock.anchor(RIGHT - 5_000, time, start);
		let mut near = vec![stands(RIGHT, None)];
		let Finding::Measured(measured) = &mut near[0] else { panic!() };
		measured.received_ms = RIGHT;
		let before = near.clone();
		set_right(&mut near, &clock, start);
		assert_eq!(near, before);
	}
}
