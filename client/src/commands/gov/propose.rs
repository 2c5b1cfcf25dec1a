//! `gov propose`: a call, the track that decides about it, and what is put down for it.

use std::{fmt, fs, path::Path};

use serde_json::json;
use subxt::dynamic::Value;

use super::{blake2_256, in_words, show, Context};
use crate::{
	chain::{account, bytes, call, int, show_hash, variant, Call, Chain},
	cli::{ProposeArgs, VenueArgs},
	commands::{market::backstop, water::stewards},
	error::{Error, Result},
	proof::parse_bytes,
	rpc::GovernanceState,
	types::parse_address,
	units::{parse_money, parse_price, show_money},
};

/// Longest call that stands in the proposal itself, in bytes. A longer one is put on the chain besides.
const MOST_INLINE: usize = 128;

/// What is proposed.
pub enum What {
	/// A call of known meaning.
	Call(Call),
	/// A call that is encoded already.
	Encoded(Vec<u8>),
}

/// What the arguments propose, and the track of its own.
fn what(args: &ProposeArgs) -> Result<(What, Option<&'static str>)> {
	let venue = VenueArgs { zone: args.zone.unwrap_or_default(), resource: args.resource };
	let zone = int(venue.zone);
	if let Some(text) = &args.call {
		return Ok((What::Encoded(parse_bytes(text)?), None));
	}
	let (call, track) = if let Some(code) = &args.authorize_upgrade {
		let hash = blake2_256(&code_in(code)?);
		(call("System", "authorize_upgrade", vec![bytes(hash)]), "root")
	} else if let Some((amount, to)) = args.pay.as_deref().zip(args.to.as_deref()) {
		let (amount, to) = (parse_money(amount)?, parse_address(to)?);
		let native = Value::unnamed_composite([]);
		let arguments = vec![native, int(amount), account(&to), variant("None")];
		(call("Treasury", "spend", arguments), "treasurer")
	} else if let Some(who) = &args.cancel_slash {
		let who = account(&parse_address(who)?);
		(call("Validators", "cancel_slash", vec![who]), "validators")
	} else if let Some(who) = &args.appoint_registrar {
		let who = account(&parse_address(who)?);
		(call("Devices", "appoint_registrar", vec![zone, who]), "exchange")
	} else if let Some(who) = &args.remove_registrar {
		let who = account(&parse_address(who)?);
		(call("Devices", "remove_registrar", vec![zone, who]), "exchange")
	} else if let Some((who, amount)) = args.slash_registrar.as_deref().zip(args.amount.as_deref())
	{
		let (who, amount) = (account(&parse_address(who)?), parse_money(amount)?);
		(call("Devices", "slash_registrar", vec![zone, who, int(amount)]), "exchange")
	} else if let Some((who, ceiling)) =
		args.appoint_backstop.as_deref().zip(args.ceiling.as_deref())
	{
		let (who, ceiling) = (parse_address(who)?, parse_price(ceiling)?);
		(backstop::appointment(venue, &who, ceiling), "exchange")
	} else if let Some((who, penalty)) =
		args.appoint_steward.as_deref().zip(args.penalty.as_deref())
	{
		let (who, penalty) = (parse_address(who)?, parse_price(penalty)?);
		let ceiling = args.season_ceiling.unwrap_or_default();
		let carry = args.carry.unwrap_or_default();
		(stewards::appointment(venue.zone, &who, ceiling, penalty, carry), "exchange")
	} else if args.dismiss_backstop {
		(backstop::dismissal(venue), "exchange")
	} else {
		(call("Sudo", "remove_key", vec![]), "root")
	};
	Ok((What::Call(call), Some(track)))
}

/// The code in a file.
pub fn code_in(path: &Path) -> Result<Vec<u8>> {
	fs::read(path)
		.map_err(|error| Error::new("FileUnreadable", format!("{}: {error}", path.display())))
}

/// The origin that a track grants, as an argument.
fn origin_of(track: &str) -> Result<Value> {
	let granted = match track {
		"root" => return Ok(Value::unnamed_variant("system", [variant("Root")])),
		"whitelisted" => "WhitelistedCaller",
		"exchange" => "ExchangeAdmin",
		"validators" => "ValidatorsAdmin",
		"treasurer" => "Treasurer",
		_ => {
			let message = format!("there is no track {track}: `gov status` shows them");
			return Err(Error::new("NoTrack", message));
		},
	};
	Ok(Value::unnamed_variant("Governance", [variant(granted)]))
}

/// The proposal as an argument, and the call that puts a long one on the chain.
fn proposal_of(encoded: &[u8]) -> (Value, Option<Call>) {
	if encoded.len() <= MOST_INLINE {
		return (Value::unnamed_variant("Inline", [bytes(encoded)]), None);
	}
	let length = u128::try_from(encoded.len()).unwrap_or(u128::MAX);
	let hash = ("hash", bytes(blake2_256(encoded)));
	let lookup = Value::named_variant("Lookup", [hash, ("len", int(length))]);
	(lookup, Some(call("Preimage", "note_preimage", vec![bytes(encoded)])))
}

/// Whether the chain has a call already.
async fn is_noted(chain: &Chain, encoded: &[u8]) -> Result<bool> {
	let hash = vec![bytes(blake2_256(encoded))];
	Ok(chain.storage_bytes("Preimage", "RequestStatusFor", hash).await?.is_some())
}

pub async fn propose(context: &Context, args: ProposeArgs) -> Result<()> {
	let (what, own_track) = what(&args)?;
	let track = args.track.as_deref().or(own_track).unwrap_or("root");
	let proposed = submit(context, what, track, args.after, args.with_deposit).await?;
	context.output.show(&proposed.json, || proposed.text)
}

/// A proposal that is on the chain, for a script and for a person.
pub struct Proposed {
	pub json: serde_json::Value,
	pub text: String,
}

/// Proposes on a track, `after` so many blocks, and puts down what the decision needs where that is wanted.
pub async fn submit(
	context: &Context,
	what: What,
	track: &str,
	after: u32,
	with_deposit: bool,
) -> Result<Proposed> {
	let origin = origin_of(track)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let state = chain.rpc.governance_state().await?;
	let encoded = match what {
		What::Call(call) => chain.call_bytes(call).await?,
		What::Encoded(encoded) => {
			chain.read_call(&encoded).await?;
			encoded
		},
	};
	let (proposal, note) = proposal_of(&encoded);
	let after = Value::unnamed_variant("After", [int(after)]);
	let submit = call("Referenda", "submit", vec![origin, proposal, after]);
	let submit = match note {
		Some(note) if !is_noted(&chain, &encoded).await? => {
			let calls = Value::unnamed_composite([note.into_value(), submit.into_value()]);
			call("Utility", "batch_all", vec![calls])
		},
		_ => submit,
	};
	let included = chain.submit(&signer, &submit).await?;
	let id = included.number("Referenda", "Submitted", "index")?;
	if with_deposit {
		let deposit = call("Referenda", "place_decision_deposit", vec![int(id)]);
		chain.submit(&signer, &deposit).await.map_err(|error| without_deposit(id, &error))?;
	}
	let words = in_words(&chain, &format!("0x{}", hex::encode(&encoded))).await;
	let hash = show(&blake2_256(&encoded));
	let json = json!({
		"referendum": id,
		"track": track,
		"proposalHash": hash,
		"onChain": encoded.len() > MOST_INLINE,
		"deposited": with_deposit,
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
	});
	let next = match with_deposit {
		true => "votes decide".to_owned(),
		false => format!(
			"it is decided once somebody puts {} MPF down for it, with `gov deposit {id}`",
			deposit_on(&state, track)
		),
	};
	let text =
		format!("referendum {id} on track {track}: {words}\nhash of the call {hash}\n{next}");
	Ok(Proposed { json, text })
}

/// What stands when the second of two calls has failed: whoever proposed it anew would pay for it again.
fn without_deposit(id: impl fmt::Display, error: &Error) -> Error {
	let message = format!(
		"referendum {id} is proposed, but nothing is put down for its decision: {error}; \
		 `gov deposit {id}` does that"
	);
	Error::new(error.name(), message)
}

fn deposit_on(state: &GovernanceState, name: &str) -> String {
	let track = state.tracks.iter().find(|track| track.name == name);
	track.map_or_else(|| "some".to_owned(), |track| show_money(track.decision_deposit))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::cli::{Cli, Command, GovCommand};
	use clap::Parser;

	fn args(line: &str) -> ProposeArgs {
		let words = ["meterproof", "gov", "propose"].into_iter().chain(line.split(' '));
		match Cli::parse_from(words).command {
			Command::Gov(GovCommand::Propose(args)) => args,
			other => panic!("{other:?}"),
		}
	}

	fn proposed(line: &str) -> (String, Option<&'static str>) {
		match what(&args(line)).unwrap() {
			(What::Call(call), track) => (call.into_value().to_string(), track),
			(What::Encoded(bytes), track) => (hex::encode(bytes), track),
		}
	}

	const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

	#[test]
	fn what_is_proposed_goes_to_its_own_track() {
		for (line, begins, track) in [
			("--remove-sudo".to_owned(), "Sudo (remove_key", "root"),
			(format!("--pay 1.5 --to {BOB}"), "Treasury (spend", "treasurer"),
			(format!("--cancel-slash {BOB}"), "Validators (cancel_slash", "validators"),
			(
				format!("--appoint-registrar {BOB} --zone 7"),
				"Devices (appoint_registrar",
				"exchange",
			),
			(format!("--remove-registrar {BOB} --zone 7"), "Devices (remove_registrar", "exchange"),
			(
				format!("--slash-registrar {BOB} --zone 7 --amount 5"),
				"Devices (slash_registrar",
				"exchange",
			),
			(
				format!("--appoint-backstop {BOB} --zone 7 --ceiling 0.5"),
				"Book (set_backstop",
				"exchange",
			),
			(
				"--dismiss-backstop --zone 7 --resource water".to_owned(),
				"Book (set_backstop",
				"exchange",
			),
			(
				format!(
					"--appoint-steward {BOB} --zone 7 --season-ceiling 9000 --penalty 2 --carry 25"
				),
				"Water (set_zone",
				"exchange",
			),
		] {
			let (text, own) = proposed(&line);
			assert!(text.starts_with(begins), "{text}");
			assert_eq!(own, Some(track));
			assert!(origin_of(track).is_ok());
		}
		assert!(proposed(&format!("--pay 1.5 --to {BOB}")).0.contains("1500000000000"));
		let appointed = proposed(&format!("--appoint-backstop {BOB} --zone 7 --ceiling 0.5")).0;
		assert!(
			appointed.contains("500000000") && appointed.contains("Electricity"),
			"{appointed}"
		);
		assert!(proposed("--dismiss-backstop --zone 7 --resource water").0.contains("Water"));
		assert_eq!(proposed("--call 0x0102 --track root"), ("0102".to_owned(), None));
		assert_eq!(origin_of("council").unwrap_err().name(), "NoTrack");
	}

	#[test]
	fn an_upgrade_is_named_by_the_hash_of_its_code() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("code.wasm");
		assert_eq!(code_in(&file).unwrap_err().name(), "FileUnreadable");
		fs::write(&file, b"code").unwrap();
		let (text, track) = proposed(&format!("--authorize-upgrade {}", file.display()));
		assert!(text.starts_with("System (authorize_upgrade"), "{text}");
		assert_eq!(track, Some("root"));
	}

	#[test]
	fn a_long_call_is_put_on_the_chain_besides() {
		let (short, note) = proposal_of(&[7; MOST_INLINE]);
		assert!(short.to_string().starts_with("Inline") && note.is_none());
		let (long, note) = proposal_of(&[7; MOST_INLINE + 1]);
		assert!(long.to_string().starts_with("Lookup"), "{long}");
		assert!(note.is_some());
	}
}
