//! What became of decisions.

use serde_json::{json, Value};

use crate::{
	agent::{nodes::is_connection, settling::leaves_open},
	error::Error,
	standing::plan::Decision,
};

/// What became of one decision.
#[derive(Debug)]
pub enum Fate {
	/// The decision was carried out, or there was nothing to do.
	Done,
	/// The call was refused, for a reason of this book's.
	Refused(Error),
	/// The call was refused, and so would be the other decisions of its side.
	SideRefused(Error),
	/// The call was refused, and so would be all other decisions, as far as is known.
	AllRefused(Error),
	/// Whether the decision was carried out is not known.
	Unknown(Error),
	/// The decision was not tried.
	NotTried(Before),
}

/// Why a decision was not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
	/// An order that should have been cancelled may still stand: with what this decision adds, the account
	/// could have more in books than the owner allows.
	NotCancelled,
	/// The others of its side are refused.
	SideRefused,
	/// The round has ended.
	Ended,
}

impl Fate {
	/// The fate of a decision whose call failed.
	pub fn of(error: Error) -> Self {
		const BOOK: [&str; 11] = [
			"AboveNameplate",
			"BookFull",
			"Dust",
			"GateClosed",
			"GroupFull",
			"GroupSealed",
			"NotBetter",
			"OrderLocked",
			"OrderNotStanding",
			"TooManyOwnOrders",
			"UnknownOrder",
		];
		const SIDE: [&str; 3] = ["EvidenceTooLow", "ImbalancePriceAboveLimit", "TooFarAhead"];
		let name = error.name();
		match () {
			() if leaves_open(&error) || is_connection(&error) => Self::Unknown(error),
			() if BOOK.contains(&name) => Self::Refused(error),
			() if SIDE.contains(&name) => Self::SideRefused(error),
			() => Self::AllRefused(error),
		}
	}

	/// In a line: what was done, or would be in a rehearsal; what failed with the reason.
	pub fn line(&self, decision: &Decision, rehearsal: bool) -> String {
		let would = || decision.line(true);
		match self {
			Self::Done => decision.line(rehearsal),
			Self::Refused(error) | Self::SideRefused(error) | Self::AllRefused(error) => {
				format!("{}: {error}; {}", error.name(), would())
			},
			Self::Unknown(error) => {
				format!("{}: {error}; not known whether it is done: {}", error.name(), would())
			},
			Self::NotTried(before) => format!("not tried, since {}: {}", before.said(), would()),
		}
	}

	/// The same as JSON.
	pub fn json(&self, decision: &Decision, rehearsal: bool) -> Value {
		let is_done = matches!(self, Self::Done);
		let mut value = decision.json(rehearsal || !is_done);
		value["error"] = match self {
			Self::Done => Value::Null,
			Self::Refused(error)
			| Self::SideRefused(error)
			| Self::AllRefused(error)
			| Self::Unknown(error) => {
				json!({ "name": error.name(), "message": error.to_string() })
			},
			Self::NotTried(before) => json!({ "name": "NotTried", "message": before.said() }),
		};
		value
	}
}

impl Before {
	fn said(self) -> &'static str {
		match self {
			Self::NotCancelled => "an order before it should have gone and may stand",
			Self::SideRefused => "an order of its side before it was refused for all of them",
			Self::Ended => "the round ended before it",
		}
	}
}
