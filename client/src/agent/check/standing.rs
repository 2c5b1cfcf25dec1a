//! What standing orders would do now.

use super::{
	super::{run::signer, standing::settings},
	Config, Line,
};
use crate::{
	chain::Chain, commands::market::Round, error::Result, password::Passwords,
	standing::plan::Decision, store::Store,
};

pub(super) async fn orders(
	config: &Config,
	passwords: &Passwords,
	chain: &Chain,
	store: &Store,
) -> Vec<Line> {
	// What is wrong with the sections or the account is told before.
	let (Ok(all), Ok(Some(signer))) =
		(settings::wishes(&config.standing), signer(config, passwords))
	else {
		return Vec::new();
	};
	let account = signer.public_key().to_account_id();
	let mut lines = Vec::new();
	for (number, wishes) in (1..).zip(&all) {
		let round = Round { wishes, account: &account, chain, store };
		lines.push(line(number, round.decide().await));
	}
	lines
}

/// The line of a section: the first thing that would be done, or why nothing would be.
pub(super) fn line(number: usize, decided: Result<Vec<Decision>>) -> Line {
	let about = format!("standing {number}");
	let decided = match decided {
		Ok(decided) => decided,
		Err(error) => {
			let remedy =
				"`market auto` with --dry-run says more; meters that count there are registered \
				with `device register`";
			return Line::failed(&about, &error, remedy);
		},
	};
	let acting = decided.iter().find(|decision| decision.action.is_some());
	match acting.or(decided.first()) {
		Some(decision) => Line::ok(&about, decision.line(true)),
		None => Line::warning(
			&about,
			"there is no coming period of the present length",
			"new lengths of periods begin: it goes on by itself",
		),
	}
}

#[cfg(test)]
mod tests {
	use chrono::Weekday;
	use meterproof_clearing::Side;

	use super::*;
	use crate::{
		agent::check::State,
		error::Error,
		standing::plan::{Action, Why},
		types::Resource,
	};

	fn decision(period: u64, action: Option<Action>) -> Decision {
		Decision {
			period,
			weekday: Weekday::Tue,
			side: Side::Offer,
			resource: Resource::Electricity,
			action,
			why: Why::GateClosed,
		}
	}

	#[test]
	fn the_line_is_the_first_thing_that_would_be_done() {
		let cancel = decision(513, Some(Action::Cancel { order: 7 }));
		let told = line(2, Ok(vec![decision(512, None), cancel]));
		assert_eq!((told.about.as_str(), told.state), ("standing 2", State::Ok));
		assert!(told.found.starts_with("would cancel order 7 for period 513"), "{}", told.found);
		let told = line(1, Ok(vec![decision(512, None)]));
		assert_eq!(told.found, "nothing for period 512: its gate has closed");
	}

	#[test]
	fn what_cannot_be_asked_is_an_error_with_a_remedy() {
		let told = line(1, Err(Error::new("NoMeters", "the store has none")));
		assert_eq!(told.state, State::Error);
		assert!(told.found.contains("NoMeters") && told.remedy.is_some());
		assert_eq!(line(1, Ok(Vec::new())).state, State::Warning);
	}
}
