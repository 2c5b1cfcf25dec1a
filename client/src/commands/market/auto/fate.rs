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
	/// A settlement has the account.
	Settling,
	/// Another call of the account came between.
	CallBetween,
	/// With what was signed before, it is more than the owner allows.
	SignedEnough,
	/// As many calls were signed as a day may have.
	CallsEnough,
	/// Its period has begun.
	PeriodPast,
	/// Its period is farther ahead than any that is ordered for.
	PeriodFar,
	/// What it would cancel was placed by somebody else.
	NotPlacedHere,
	/// Settlements are sent to another node than what was decided rests on.
	NodeChanged,
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
			() if name == "SettlementFirst" => Self::NotTried(Before::Settling),
			() if name == "CallBetween" => Self::NotTried(Before::CallBetween),
			() if name == "NodeChanged" => Self::NotTried(Before::NodeChanged),
			() if name == "SignedEnough" => Self::NotTried(Before::SignedEnough),
			() if name == "CallsEnough" => Self::NotTried(Before::CallsEnough),
			() if name == "PeriodPast" => Self::NotTried(Before::PeriodPast),
			() if name == "PeriodFar" => Self::NotTried(Before::PeriodFar),
			() if name == "NotPlacedHere" => Self::NotTried(Before::NotPlacedHere),
			() if leaves_open(&error) || is_connection(&error) => Self::Unknown(error),
			() if BOOK.contains(&name) => Self::Refused(error),
			() if SIDE.contains(&name) => Self::SideRefused(error),
			() => Self::AllRefused(error),
		}
	}

	/// In a line: what was done, or would be in a rehearsal; what failed with the reason. It tells readings.
	pub fn line(&self, decision: &Decision, rehearsal: bool) -> String {
		self.with(rehearsal, |rehearsal| decision.line(rehearsal))
	}

	/// The same for everybody's eyes: no reading can be told from it.
	pub fn public_line(&self, decision: &Decision, rehearsal: bool) -> String {
		self.with(rehearsal, |rehearsal| decision.public_line(rehearsal))
	}

	fn with(&self, rehearsal: bool, line: impl Fn(bool) -> String) -> String {
		let would = || line(true);
		match self {
			Self::Done => line(rehearsal),
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
	/// Whether what was decided does not hold any more.
	pub fn ends_the_round(self) -> bool {
		matches!(self, Self::Ended | Self::Settling | Self::CallBetween | Self::NodeChanged)
	}

	fn said(self) -> &'static str {
		match self {
			Self::NotCancelled => "an order before it should have gone and may stand",
			Self::SideRefused => "an order of its side before it was refused for all of them",
			Self::Ended => "the round ended before it",
			Self::Settling => "a settlement of the account goes first",
			Self::CallBetween => "another call of the account came between",
			Self::SignedEnough => "with what was signed before it is more than the owner allows",
			Self::CallsEnough => "as many calls were signed as a day may have (CallsEnough)",
			Self::PeriodPast => "its period has begun by this machine's clock (PeriodPast)",
			Self::PeriodFar => {
				"its period is farther ahead than any that is ordered for by this machine's clock \
				 (PeriodFar)"
			},
			Self::NotPlacedHere => "the order was not placed here (NotPlacedHere)",
			Self::NodeChanged => "settlements are sent to another node now",
		}
	}
}
