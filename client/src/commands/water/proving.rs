//! `water prove` and `water submit`: what meters counted at most in a turn.
//!
//! What is taken from an account's allocation is what the command line says. The node is asked for the
//! commitments, and for how much of that it presumes of meters that told nothing: on its word a proof would
//! say less than was meant, so that where it presumes anything, the command line has to agree.

use std::{path::Path, time::Instant};

use meterproof_prover::usage::{proven_bits, GroupWitness};
use meterproof_statements::usage::Claim;
use meterproof_verifier::verify_usage;
use serde_json::{json, Value};
use subxt::{dynamic::Value as Argument, ext::scale_value::Composite, utils::AccountId32};

use super::Context;
use crate::{
	chain::{account, account_of, amount, bytes, call, int, number, Call, Included},
	cli::UseArgs,
	commands::prove::{milliseconds, open_stores, openings, proof_fails, prove_with_bar, sum},
	error::{Error, Result},
	output::table,
	proof::{parse_bytes, parse_hash, ProvedUse, UseProofFile},
	rpc::{show, Statement},
	types::{parse_address, Direction, GroupError, Resource},
	units::{show_money, show_quantity},
};

/// Accounts with what is taken from their allocations.
type Uses = [(AccountId32, u64)];

/// What the command line says of an account.
fn parse_use(text: &str) -> Result<(AccountId32, u64)> {
	let Some((address, litres)) = text.split_once('=') else {
		let message = format!("{text}: say how many litres were used at most, as in {text}=1000");
		return Err(Error::new("NoQuantity", message));
	};
	let used =
		litres.parse::<u64>().map_err(|_| GroupError::BadQuantity { text: litres.to_owned() })?;
	Ok((parse_address(address)?, used))
}

pub async fn prove(context: &Context, args: &UseArgs) -> Result<()> {
	let uses = args.uses.iter().map(|text| parse_use(text)).collect::<Result<Vec<_>>>()?;
	let stores = open_stores(context, &args.stores)?;
	let chain = context.chain().await?;
	for store in &stores {
		store.ensure_chain(&chain.genesis())?;
	}
	let formed = match chain.rpc.use_statement(args.zone, args.period, &uses).await {
		Ok(formed) => formed,
		Err(error) => return Err(chain.explain("Water", error).await),
	};
	let counted = counted(&formed, &uses, args, chain.genesis())?;

	let mut witness = Vec::new();
	for ((group, counted), (whose, used)) in formed.groups.iter().zip(&counted).zip(&uses) {
		let openings = openings(&stores, args.period, group)?;
		if sum(&openings) > *counted {
			let message = format!(
				"{whose}: its meters counted more than {counted} litres, which is what {used} litres leave \
				 beside meters that told nothing"
			);
			return Err(Error::new("ClaimNotMet", message));
		}
		witness.push(GroupWitness { openings });
	}
	let statement = formed.clone().map_accounts(|account| account.0);
	let (proved, prove_time) = prove_with_bar(context, statement, witness).await?;
	let start = Instant::now();
	verify_usage(&proved.statement, &proved.proof).map_err(proof_fails)?;
	let verify_time = start.elapsed();

	let slots: usize = formed.groups.iter().map(|group| group.slots.len()).sum();
	let accounts = uses.iter().zip(&proved.statement.groups);
	let accounts = accounts.map(|((account, used), proved)| ProvedUse {
		account: account.clone(),
		used: *used,
		slack_commitment: show(&proved.slack_commitment),
	});
	let file = UseProofFile {
		genesis: show(&formed.genesis),
		zone: args.zone,
		period: formed.period,
		slots: u32::try_from(slots).unwrap_or(u32::MAX),
		accounts: accounts.collect(),
		proof: show(&proved.proof),
	};
	file.write(&args.out)?;

	let accounts: Vec<_> = uses
		.iter()
		.zip(&counted)
		.map(|((account, used), counted)| {
			json!({ "account": account, "used": used, "missing": used - counted })
		})
		.collect();
	let result = json!({
		"zone": args.zone,
		"period": formed.period,
		"accounts": accounts,
		"slots": slots,
		"bytes": proved.proof.len(),
		"prove_ms": milliseconds(prove_time),
		"verify_native_ms": milliseconds(verify_time),
		"proven_bits": proven_bits(&proved.statement),
	});
	context.output.show(&result, || {
		format!(
			"{slots} readings proved in {:.2} s; {} bytes, checked in {:.1} ms; `water submit` closes the turns",
			prove_time.as_secs_f64(),
			proved.proof.len(),
			verify_time.as_secs_f64() * 1e3
		)
	})
}

/// What each account's meters are to have counted at most, as the node says: what is used less what it presumes of
/// meters that told nothing. The statement must be what was asked for (`UnexpectedAnswer`), and presume nothing
/// unless the command line says that it may (`MetersMissing`).
fn counted(formed: &Statement, uses: &Uses, args: &UseArgs, genesis: [u8; 32]) -> Result<Vec<u64>> {
	let unexpected =
		|| Error::new("UnexpectedAnswer", "the node formed a statement of something else");
	let is_asked = formed.groups.len() == uses.len()
		&& formed.resource == Resource::Water
		&& (formed.genesis, formed.period) == (genesis, args.period);
	if !is_asked {
		return Err(unexpected());
	}
	let mut all = Vec::new();
	for (group, (whose, used)) in formed.groups.iter().zip(uses) {
		let is_asked =
			(&group.operator, group.zone, group.direction) == (whose, args.zone, Direction::Import);
		let counted = match group.claim {
			Claim::AtMost(counted) if is_asked && counted <= *used => counted,
			_ => return Err(unexpected()),
		};
		if counted < *used && !args.missing {
			let message = format!(
				"{whose}: the node says that meters told nothing, whose nameplates are {} of the {} m3: look \
				 at `device status`, and name --missing to prove what is left of the others",
				show_quantity(used - counted),
				show_quantity(*used)
			);
			return Err(Error::new("MetersMissing", message));
		}
		all.push(counted);
	}
	Ok(all)
}

pub async fn submit(context: &Context, path: &Path) -> Result<()> {
	let proof = UseProofFile::read(path)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	if parse_hash(&proof.genesis)? != chain.genesis() {
		return Err(Error::new("OtherChain", "the proof is for another chain"));
	}
	let included = chain.submit(&signer, &prove_use(&proof)?).await?;
	show_closed(context, &included)
}

/// The call that closes turns.
fn prove_use(proof: &UseProofFile) -> Result<Call> {
	let mut claims = Vec::new();
	for used in &proof.accounts {
		claims.push(Argument::named_composite([
			("account", account(&used.account)),
			("used", int(used.used)),
			("slack_commitment", bytes(parse_hash(&used.slack_commitment)?)),
		]));
	}
	let arguments = vec![
		int(proof.zone),
		int(proof.period),
		Argument::unnamed_composite(claims),
		int(proof.slots),
		bytes(parse_bytes(&proof.proof)?),
	];
	Ok(call("Water", "prove_use", arguments))
}

/// Shows the turns that a call has closed, and what that cost.
pub(super) fn show_closed(context: &Context, included: &Included) -> Result<()> {
	let events = included.events("Water", "TurnClosed")?;
	let closed: Vec<_> = events.iter().map(closed).collect();
	context.output.show(&json!({ "closed": closed }), || {
		let text = |value: &Value| value.as_u64().map_or_else(|| "-".to_owned(), show_quantity);
		let money = |value: &Value| {
			let amount = value.as_str().and_then(|text| text.parse().ok());
			amount.map_or_else(|| "-".to_owned(), show_money)
		};
		let row = |closed: &Value| {
			vec![
				closed["account"].as_str().unwrap_or("-").to_owned(),
				closed["turn"].to_string(),
				text(&closed["used"]),
				text(&closed["missing"]),
				text(&closed["shortfall"]),
				money(&closed["charged"]),
				money(&closed["owed"]),
			]
		};
		let headings = [
			"account",
			"turn",
			"used m3",
			"of missing meters",
			"beyond the allocation",
			"charged MPF",
			"owed of it",
		];
		table(&headings, &closed.iter().map(row).collect::<Vec<_>>())
	})
}

/// A turn that was closed, as JSON.
fn closed(event: &Composite<()>) -> Value {
	let money = |field: &str| amount(event, field).map(|amount| amount.to_string());
	json!({
		"account": account_of(event, "account"),
		"season": number(event, "season"),
		"turn": number(event, "turn"),
		"used": number(event, "used"),
		"missing": number(event, "missing"),
		"shortfall": number(event, "shortfall"),
		"charged": money("charged"),
		"owed": money("owed"),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_statements::usage;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn args(missing: bool) -> UseArgs {
		let (stores, uses, out) = (vec![], vec![], "use.json".into());
		UseArgs { zone: 1, stores, period: 5, uses, missing, out }
	}

	fn statement(claim: Claim) -> Statement {
		let (operator, direction) = (parse_address(ALICE).unwrap(), Direction::Import);
		let (slots, slack_commitment) = (vec![], [0; 32]);
		let group = usage::Group { operator, zone: 1, direction, claim, slots, slack_commitment };
		let resource = Resource::Water;
		Statement { genesis: [7; 32], period: 5, resource, groups: vec![group] }
	}

	#[test]
	fn an_account_is_named_with_what_it_used() {
		assert_eq!(parse_use(&format!("{ALICE}=1000")).unwrap().1, 1_000);
		for (text, name) in [
			(ALICE.to_owned(), "NoQuantity"),
			(format!("{ALICE}=1.5"), "BadQuantity"),
			("nobody=5".to_owned(), "BadAddress"),
		] {
			assert_eq!(parse_use(&text).unwrap_err().name(), name, "{text}");
		}
	}

	#[test]
	fn what_the_node_presumes_is_taken_only_where_the_command_line_says_so() {
		let uses = [(parse_address(ALICE).unwrap(), 1_000)];
		let check = |claim, missing| counted(&statement(claim), &uses, &args(missing), [7; 32]);
		assert_eq!(check(Claim::AtMost(1_000), false).unwrap(), [1_000]);
		assert_eq!(check(Claim::AtMost(900), false).unwrap_err().name(), "MetersMissing");
		assert_eq!(check(Claim::AtMost(900), true).unwrap(), [900]);
	}

	#[test]
	fn a_statement_of_anything_but_what_was_asked_for_is_refused() {
		let uses = [(parse_address(ALICE).unwrap(), 1_000)];
		let changed = |change: fn(&mut Statement)| {
			let mut formed = statement(Claim::AtMost(1_000));
			change(&mut formed);
			formed
		};
		for formed in [
			statement(Claim::AtMost(1_001)),
			statement(Claim::Exactly(1_000)),
			statement(Claim::AtLeast(1_000)),
			changed(|formed| formed.period = 6),
			changed(|formed| formed.genesis = [8; 32]),
			changed(|formed| formed.resource = Resource::Heat),
			changed(|formed| formed.groups[0].zone = 2),
			changed(|formed| formed.groups[0].direction = Direction::Export),
			changed(|formed| formed.groups[0].operator = AccountId32([1; 32])),
			changed(|formed| formed.groups.clear()),
		] {
			let refused = counted(&formed, &uses, &args(true), [7; 32]).unwrap_err();
			assert_eq!(refused.name(), "UnexpectedAnswer", "{formed:?}");
		}
	}

	#[test]
	fn the_call_names_zone_period_accounts_and_slots() {
		let used = ProvedUse {
			account: parse_address(ALICE).unwrap(),
			used: 1_000,
			slack_commitment: show(&[1; 32]),
		};
		let proof = UseProofFile {
			genesis: show(&[7; 32]),
			zone: 1,
			period: 5,
			slots: 2,
			accounts: vec![used],
			proof: show(&[9]),
		};
		let call = prove_use(&proof).unwrap();
		assert_eq!((call.pallet_name(), call.call_name()), ("Water", "prove_use"));
		let numbers = call.call_data().values().filter_map(Argument::as_u128);
		assert_eq!(numbers.collect::<Vec<_>>(), [1, 5, 2]);
	}
}
