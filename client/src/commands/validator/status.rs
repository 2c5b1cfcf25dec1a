//! `validator status`: eras, who validates, who may, and what waits.

use serde_json::{json, Value};
use subxt::utils::AccountId32;

use super::{
	eras::{span, Eras},
	Context,
};
use crate::{
	error::Result,
	output::{fields, table},
	rpc::{Bond, ValidatorSet},
	units::show_money,
};

/// Everything.
pub async fn all(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let set = chain.rpc.validator_set().await?;
	let eras = Eras::ask(&chain, &set).await?;
	context.output.show(&set_json(&set, &eras), || set_text(&set, &eras))
}

/// One account.
pub async fn one(context: &Context, account: AccountId32) -> Result<()> {
	let chain = context.chain().await?;
	let set = chain.rpc.validator_set().await?;
	let eras = Eras::ask(&chain, &set).await?;
	let bond = chain.rpc.bond(&account).await?;
	let has_keys = chain.rpc.has_session_keys(&account).await?;
	let account = Standing { account, bond, has_keys, set: &set, eras: &eras };
	context.output.show(&account.json(), || account.text())
}

fn set_json(set: &ValidatorSet, eras: &Eras) -> Value {
	let candidates = set.candidates.iter().map(|candidate| {
		json!({
			"account": candidate.account,
			"bond": candidate.bond.to_string(),
			"state": candidate.state,
			"validates": set.validators.contains(&candidate.account),
		})
	});
	let slashes = set.slashes.iter().map(|slash| {
		json!({
			"account": slash.account,
			"amount": slash.amount.to_string(),
			"due": slash.due,
			"dueInSeconds": eras.seconds_until(slash.due.into()),
		})
	});
	json!({
		"era": eras.now(),
		"session": eras.session,
		"sessionSeconds": eras.session_ms / 1_000,
		"sessionsPerEra": set.sessions_per_era,
		"unbondingEras": set.unbonding_eras,
		"openEra": eras.open(),
		"openEraInSeconds": eras.seconds_until(eras.open()),
		"least": set.least,
		"most": set.most,
		"minBond": set.min_bond.to_string(),
		"validators": set.validators,
		"candidates": candidates.collect::<Vec<_>>(),
		"slashes": slashes.collect::<Vec<_>>(),
	})
}

fn set_text(set: &ValidatorSet, eras: &Eras) -> String {
	let session = eras.session_ms / 1_000;
	let era = session.saturating_mul(eras.sessions_per_era);
	let lengths = format!("sessions of {}, eras of {}", span(session), span(era));
	let mut rows = vec![
		("era", format!("{}, session {}; {lengths}", eras.now(), eras.session)),
		("smallest bond", format!("{} MPF", show_money(set.min_bond))),
		("validators", format!("{}; {} at most", set.validators.len(), set.most)),
		("candidates", format!("{}; leaving leaves {} over", set.candidates.len(), set.least)),
		("who joins now", format!("validates at the earliest from {}", eras.when(eras.open()))),
		(
			"who leaves now",
			format!("has the bond free {} eras after the last in which it may validate", {
				set.unbonding_eras
			}),
		),
	];
	if set.slashes.is_empty() {
		rows.push(("slashes", "none waits".to_owned()));
	}
	let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
	let candidates: Vec<_> = set
		.candidates
		.iter()
		.map(|candidate| {
			let validates = set.validators.contains(&candidate.account);
			vec![
				candidate.account.to_string(),
				show_money(candidate.bond),
				candidate.state.name().to_owned(),
				if validates { "yes" } else { "no" }.to_owned(),
			]
		})
		.collect();
	let is_candidate =
		|who: &AccountId32| set.candidates.iter().any(|candidate| candidate.account == *who);
	let leaving: Vec<_> =
		set.validators.iter().filter(|who| !is_candidate(who)).map(|who| who.to_string()).collect();
	let slashes: Vec<_> = set
		.slashes
		.iter()
		.map(|slash| {
			let due = eras.when(slash.due.into());
			vec![slash.account.to_string(), show_money(slash.amount), due]
		})
		.collect();
	let mut parts = vec![
		fields(&rows),
		table(&["candidate", "bond MPF", "state", "validates now"], &candidates),
	];
	if !leaving.is_empty() {
		parts.push(format!("validators that are no candidates any more:\n{}", leaving.join("\n")));
	}
	if !slashes.is_empty() {
		parts.push(table(&["slash of", "amount MPF", "taken in"], &slashes));
	}
	parts.join("\n\n")
}

/// Where one account stands.
struct Standing<'a> {
	account: AccountId32,
	bond: Option<Bond>,
	has_keys: bool,
	set: &'a ValidatorSet,
	eras: &'a Eras,
}

impl Standing<'_> {
	fn state(&self) -> &'static str {
		self.bond.as_ref().map_or("none", |bond| bond.state.name())
	}

	fn validates(&self) -> bool {
		self.set.validators.contains(&self.account)
	}

	fn free_from(&self) -> Option<u64> {
		self.bond.as_ref().and_then(|bond| bond.free_from).map(u64::from)
	}

	fn json(&self) -> Value {
		let slash = self.set.slash_of(&self.account).map(|slash| {
			json!({
				"amount": slash.amount.to_string(),
				"due": slash.due,
				"dueInSeconds": self.eras.seconds_until(slash.due.into()),
			})
		});
		json!({
			"account": self.account,
			"state": self.state(),
			"bond": self.bond.as_ref().map(|bond| bond.bond.to_string()),
			"validates": self.validates(),
			"hasKeys": self.has_keys,
			"era": self.eras.now(),
			"freeFrom": self.free_from(),
			"freeInSeconds": self.free_from().map(|era| self.eras.seconds_until(era)),
			"slash": slash,
		})
	}

	fn text(&self) -> String {
		let yes = |answer: bool| if answer { "yes" } else { "no" }.to_owned();
		let bond = match &self.bond {
			Some(bond) => format!("{} MPF", show_money(bond.bond)),
			None => "none".to_owned(),
		};
		let mut rows = vec![
			("account", self.account.to_string()),
			("state", self.state().to_owned()),
			("bond", bond),
			("validates now", yes(self.validates())),
			("session keys", yes(self.has_keys)),
			("era", self.eras.now().to_string()),
		];
		if let Some(era) = self.free_from() {
			rows.push(("bond is free from", self.eras.when(era)));
		}
		if let Some(slash) = self.set.slash_of(&self.account) {
			let amount = show_money(slash.amount);
			rows.push(("slash", format!("{amount} MPF in {}", self.eras.when(slash.due.into()))));
		}
		let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
		fields(&rows)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::{BondState, WaitingSlash};

	const ERAS: Eras = Eras { session: 12, sessions_per_era: 6, session_ms: 3_600_000 };

	fn who(n: u8) -> AccountId32 {
		AccountId32([n; 32])
	}

	fn bond(account: AccountId32, state: BondState, free_from: Option<u32>) -> Bond {
		Bond { account, bond: 1_500_000_000_000, state, free_from }
	}

	fn set() -> ValidatorSet {
		ValidatorSet {
			epoch_slots: 1_800,
			sessions_per_era: 6,
			unbonding_eras: 34,
			least: 1,
			most: 21,
			min_bond: 1_000_000_000_000,
			validators: vec![who(1), who(2)],
			candidates: vec![
				bond(who(1), BondState::Elected, None),
				bond(who(3), BondState::Waiting, None),
			],
			slashes: vec![WaitingSlash { account: who(2), amount: 7, due: 4 }],
		}
	}

	#[test]
	fn a_person_and_a_script_are_told_the_same_of_the_set() {
		let json = set_json(&set(), &ERAS);
		assert_eq!((&json["era"], &json["sessionSeconds"]), (&json!(2), &json!(3_600)));
		assert_eq!((&json["openEra"], &json["openEraInSeconds"]), (&json!(3), &json!(6 * 3_600)));
		let [first, second] = [&json["candidates"][0], &json["candidates"][1]];
		assert_eq!((&first["state"], &first["validates"]), (&json!("elected"), &json!(true)));
		assert_eq!((&second["state"], &second["validates"]), (&json!("waiting"), &json!(false)));
		assert_eq!(second["bond"], "1500000000000");
		assert_eq!(json["slashes"][0]["dueInSeconds"], 12 * 3_600);
		let text = set_text(&set(), &ERAS);
		for shown in ["sessions of 60 min, eras of 6 h", "1.5", "waiting", "era 4, 2 eras from now"]
		{
			assert!(text.contains(shown), "{shown}: {text}");
		}
		assert_eq!(text.matches(&who(2).to_string()).count(), 2, "as a leaver and as an offender");
	}

	#[test]
	fn one_who_left_sees_when_its_bond_is_free() {
		let set = set();
		let bond = bond(who(2), BondState::Leaving, Some(38));
		let standing =
			Standing { account: who(2), bond: Some(bond), has_keys: true, set: &set, eras: &ERAS };
		let json = standing.json();
		assert_eq!((&json["state"], &json["validates"]), (&json!("leaving"), &json!(true)));
		assert_eq!((&json["freeFrom"], &json["freeInSeconds"]), (&json!(38), &json!(36 * 21_600)));
		assert_eq!(json["slash"]["amount"], "7");
		let text = standing.text();
		assert!(text.contains("era 38, 36 eras from now, in 9 days at most"), "{text}");
	}

	#[test]
	fn one_without_a_bond_is_told_so() {
		let set = set();
		let standing =
			Standing { account: who(9), bond: None, has_keys: false, set: &set, eras: &ERAS };
		let json = standing.json();
		assert_eq!((&json["state"], &json["bond"]), (&json!("none"), &Value::Null));
		assert_eq!((&json["freeFrom"], &json["slash"]), (&Value::Null, &Value::Null));
		assert!(standing.text().contains("none"));
	}
}
