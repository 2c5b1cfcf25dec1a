//! What standing orders would do now, and which of them are in each other's way.

use super::{
	super::{
		journal::{self, Contents},
		run::signer,
		standing::{
			damage,
			ledger::memory_of,
			settings::{sides, OneSide},
		},
	},
	Config, Line,
};
use crate::{
	chain::Chain,
	commands::market::Round,
	error::{Error, Result},
	password::Passwords,
	standing::plan::Decision,
	store::Store,
};

pub(super) async fn orders(
	config: &Config,
	(passwords, password): (&Passwords, &str),
	chain: &Chain,
	store: &Store,
) -> Vec<Line> {
	let all = sides(&config.standing).unwrap_or_default();
	// The account's key takes a while to open.
	if all.is_empty() {
		return Vec::new();
	}
	let signed = match remembered(config, password, store) {
		Ok(signed) => signed,
		Err(error) => return vec![unknown(&error)],
	};
	// What is wrong with the account is told before.
	let Ok(Some(signer)) = signer(config, passwords) else { return Vec::new() };
	let account = signer.public_key().to_account_id();
	let mut lines = Vec::new();
	for side in &all {
		if let Some(line) = overlap(side) {
			lines.push(line);
			continue;
		}
		let wishes = &side.wishes;
		let memory = &memory_of(signed.ordered.values(), side.place(), wishes.time_zone);
		let round = Round { wishes, account: &account, chain, store, memory };
		lines.push(line(&side.name, round.decide().await.map(|plan| plan.decided)));
	}
	lines
}

/// What the agent has signed.
fn remembered(config: &Config, password: &str, store: &Store) -> Result<Contents> {
	let path = config.orders_journal();
	damage::ensure_none(&path)?;
	journal::look_whole(&path, password, store.genesis())
}

/// The line of an agent that orders nothing, since it is not known what was signed.
fn unknown(error: &Error) -> Line {
	let remedy = "see in the books what the account has ordered, then move the copy out of the folder and restart \
		the agent: what the copy alone knows of is not counted any more";
	let remedy = match error.name() {
		"JournalDamaged" => remedy,
		_ => "nothing is ordered meanwhile, and all else goes on",
	};
	Line::failed("standing orders", error, remedy)
}

/// The line of a side that rests since a section before it orders the same.
fn overlap(side: &OneSide) -> Option<Line> {
	let other = side.overlaps?;
	let found = format!("section {other} orders the same on the same side: this one rests");
	let remedy = "leave one price out of one of the two, or give it another zone or resource";
	Some(Line::warning(&side.name, found, remedy))
}

/// The line of a side: the first thing that would be done, or why nothing would be.
fn line(about: &str, decided: Result<Vec<Decision>, Error>) -> Line {
	let decided = match decided {
		Ok(decided) => decided,
		Err(error) => {
			let remedy =
				"nothing is ordered on this side meanwhile, and all else goes on; `market auto` with \
				--dry-run says more";
			return Line::warning(about, format!("{}: {error}", error.name()), remedy);
		},
	};
	let acting = decided.iter().find(|decision| decision.action.is_some());
	match acting.or(decided.first()) {
		Some(decision) => Line::ok(about, decision.line(true)),
		None => Line::warning(
			about,
			"there is no coming period of the present length",
			"new lengths of periods begin: it goes on once the store knows them",
		),
	}
}

#[cfg(test)]
mod tests {
	use std::path::Path;

	use chrono::Weekday;
	use meterproof_clearing::Side;

	use super::*;
	use crate::{
		agent::check::State,
		standing::plan::{Action, Why},
		types::Resource,
	};

	fn decision(period: u64, action: Option<Action>) -> Decision {
		Decision {
			period,
			weekday: Weekday::Tue,
			side: Side::Offer,
			zone: 1,
			resource: Resource::Electricity,
			action,
			why: Why::GateClosed,
		}
	}

	#[test]
	fn the_line_is_the_first_thing_that_would_be_done() {
		let cancel = decision(513, Some(Action::Cancel { order: 7 }));
		let told = line("standing 2, offers", Ok(vec![decision(512, None), cancel]));
		assert_eq!((told.about.as_str(), told.state), ("standing 2, offers", State::Ok));
		assert!(told.found.starts_with("would cancel offer 7 for period 513"), "{}", told.found);
		let told = line("standing 1, bids", Ok(vec![decision(512, None)]));
		assert!(
			told.found.starts_with("nothing done with offers for period 512"),
			"{}",
			told.found
		);
	}

	#[test]
	fn what_keeps_orders_back_is_a_warning_with_a_remedy() {
		let told = line("standing 1, bids", Err(Error::new("FactsDiffer", "another zone")));
		assert_eq!(told.state, State::Warning);
		assert!(told.found.contains("FactsDiffer") && told.remedy.is_some());
		assert_eq!(line("standing 1, bids", Ok(Vec::new())).state, State::Warning);
	}

	#[test]
	fn a_damaged_journal_is_an_error_with_a_remedy() {
		let told = unknown(&Error::new("JournalDamaged", "a copy lies there"));
		assert_eq!((told.about.as_str(), told.state), ("standing orders", State::Error));
		assert!(told.remedy.unwrap().contains("move the copy"), "{}", told.found);
		let told = unknown(&Error::new("WrongPassword", "x"));
		assert!(!told.remedy.unwrap().contains("copy"));
	}

	#[test]
	fn sections_that_overlap_are_warned_of() {
		let section = "[[standing]]\nzone = 1\nleast_price = \"0.11\"\nmost_quantity = 2000\n\
			most_money = \"1\"\nmost_money_a_day = \"20\"\n";
		let text = format!(
			"node = [\"ws://a\"]\nstore = \"s\"\nstate = \"t\"\naccount = \"k\"\n{section}{section}"
		);
		let config = Config::parse(&text, Path::new("/")).unwrap();
		let lines: Vec<_> = sides(&config.standing).unwrap().iter().map(overlap).collect();
		let [None, Some(second)] = &lines[..] else { panic!("{lines:?}") };
		assert_eq!((second.about.as_str(), second.state), ("standing 2, offers", State::Warning));
		assert!(second.found.contains("section 1"), "{}", second.found);
	}
}
