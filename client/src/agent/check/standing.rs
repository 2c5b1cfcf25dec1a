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
