//! `gov upgrade`: code in the place of the runtime's.

mod code;

use serde::Deserialize;
use serde_json::{json, Value};
use subxt::dynamic::At;

use self::code::{Code, Version};
use super::{
	blake2_256,
	propose::{submit, What},
	show, Context,
};
use crate::{
	chain::{bytes, bytes32, call, show_hash, Chain},
	cli::UpgradeCommand,
	error::{Error, Result},
	output::fields,
	proof::parse_bytes,
	rpc::{AuthorizedUpgrade, GovernanceState},
};

/// The end of a safe mode that has none: a migration has failed.
const WITHOUT_END: u32 = u32::MAX;

pub async fn run(context: &Context, command: UpgradeCommand) -> Result<()> {
	match command {
		UpgradeCommand::Propose { code, whitelisted, with_deposit } => {
			propose_code(context, &Code::read(&code)?, whitelisted, with_deposit).await
		},
		UpgradeCommand::Apply { code } => apply(context, &Code::read(&code)?).await,
		UpgradeCommand::Status => status(context).await,
	}
}

/// The runtime that a chain has.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Running {
	spec_name: String,
	spec_version: u32,
}

impl Running {
	async fn ask(chain: &Chain) -> Result<Self> {
		let told = chain.rpc.raw("state_getRuntimeVersion", vec![]).await?;
		serde_json::from_value(told).map_err(|_| {
			Error::new("UnexpectedAnswer", "state_getRuntimeVersion answered no version")
		})
	}
}

/// Refuses what the chain would refuse after a decision of weeks, by the names that it has for it.
fn ensure_newer(running: &Running, new: &Version) -> Result<()> {
	if new.spec_name != running.spec_name {
		let message = format!(
			"the code is a runtime of `{}`, and this chain is `{}`",
			new.spec_name, running.spec_name
		);
		return Err(Error::new("InvalidSpecName", message));
	}
	if new.spec_version <= running.spec_version {
		let message = format!(
			"the code has version {}, and the chain has {} already",
			new.spec_version, running.spec_version
		);
		return Err(Error::new("SpecVersionNeedsToIncrease", message));
	}
	Ok(())
}

/// Proposes that the chain authorise the code: on the track `root`, or where it is whitelisted on the one
/// for that.
async fn propose_code(
	context: &Context,
	code: &Code,
	whitelisted: bool,
	with_deposit: bool,
) -> Result<()> {
	let new = code.version()?;
	let chain = context.chain().await?;
	let running = Running::ask(&chain).await?;
	ensure_newer(&running, &new)?;
	let hash = parse_bytes(&code.hash)?;
	let authorize = call("System", "authorize_upgrade", vec![bytes(hash)]);
	let (what, track, inner) = if whitelisted {
		let inner = show(&blake2_256(&chain.call_bytes(authorize.clone()).await?));
		let dispatch = vec![authorize.into_value()];
		let dispatch = call("Whitelist", "dispatch_whitelisted_call_with_preimage", dispatch);
		(dispatch, "whitelisted", Some(inner))
	} else {
		(authorize, "root", None)
	};
	let mut proposed = submit(context, What::Call(what), track, 0, with_deposit).await?;
	proposed.json["codeHash"] = json!(code.hash);
	proposed.json["specVersion"] = json!(new.spec_version);
	proposed.json["whitelist"] = json!(inner);
	context.output.show(&proposed.json, || {
		let whitelist = inner.map_or_else(String::new, |hash| {
			format!("\nthe technical collective has to whitelist {hash}: `whitelist.whitelistCall`")
		});
		format!(
			"{}{whitelist}\ncode {}: {} version {} in the place of {}. When the referendum has \
			 authorised it, anyone brings it with `gov upgrade apply`, and it runs from the next block \
			 on. While migrations of several blocks run, blocks take nothing else, and cut-offs and \
			 deadlines come as much later.",
			proposed.text, code.hash, new.spec_name, new.spec_version, running.spec_version
		)
	})
}

/// Refuses what the chain would refuse, before so many bytes are paid for.
fn ensure_authorized(upgrade: Option<&AuthorizedUpgrade>, hash: &str) -> Result<()> {
	match upgrade {
		None => Err(Error::new("NothingAuthorized", "no upgrade is authorised now")),
		Some(upgrade) if upgrade.code_hash == hash => Ok(()),
		Some(upgrade) => Err(Error::new(
			"Unauthorized",
			format!("authorised is the code {}, and this one is {hash}", upgrade.code_hash),
		)),
	}
}

async fn apply(context: &Context, code: &Code) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let state = chain.rpc.governance_state().await?;
	ensure_authorized(state.upgrade.as_ref(), &code.hash)?;
	let apply = call("System", "apply_authorized_upgrade", vec![bytes(&code.bytes)]);
	let included = chain.submit(&signer, &apply).await?;
	chain.ensure_upgraded(&included).await?;
	let updated = included.events("System", "CodeUpdated")?;
	let told = updated.first().and_then(|event| event.at("hash")).and_then(bytes32);
	if told.map(|told| show(&told)).as_ref() != Some(&code.hash) {
		let message = "the block has no System.CodeUpdated event with the hash of this code";
		return Err(Error::new("UnexpectedEvent", message));
	}
	let result = json!({
		"codeHash": code.hash,
		"bytes": code.bytes.len(),
		"specVersion": code.version().ok().map(|version| version.spec_version),
		"hash": show_hash(&included.hash),
		"block": show_hash(&included.block),
	});
	let hash = &code.hash;
	context.output.show(&result, || format!("the runtime is {hash} from the next block on"))
}

/// What the chain does about migrations of several blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Migration {
	/// A migration runs: which one, counted from zero.
	Runs(u32),
	/// No migration runs, and blocks still take nothing but inherents.
	Stuck,
	/// No migration runs.
	None,
}

impl Migration {
	/// From the chain's cursor.
	fn of(cursor: Option<&[u8]>) -> Self {
		match cursor {
			None => Self::None,
			Some([0, index @ ..]) => {
				let index = index.first_chunk().map_or(0, |index| u32::from_le_bytes(*index));
				Self::Runs(index)
			},
			Some(_) => Self::Stuck,
		}
	}

	fn json(self) -> Value {
		match self {
			Self::Runs(index) => json!({ "state": "runs", "index": index }),
			Self::Stuck => json!({ "state": "stuck" }),
			Self::None => json!({ "state": "none" }),
		}
	}
}

async fn status(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let running = Running::ask(&chain).await?;
	let state = chain.rpc.governance_state().await?;
	let cursor = chain.storage_bytes("MultiBlockMigrations", "Cursor", vec![]).await?;
	let migration = Migration::of(cursor.as_deref());
	let json = status_json(&running, &state, migration);
	context.output.show(&json, || status_text(&running, &state, migration))
}

fn has_failed(state: &GovernanceState) -> bool {
	state.safe_mode_until == Some(WITHOUT_END)
}

fn status_json(running: &Running, state: &GovernanceState, migration: Migration) -> Value {
	json!({
		"block": state.block,
		"specName": running.spec_name,
		"specVersion": running.spec_version,
		"authorized": state.upgrade,
		"migration": migration.json(),
		"failed": has_failed(state),
	})
}

fn status_text(running: &Running, state: &GovernanceState, migration: Migration) -> String {
	let authorized = match &state.upgrade {
		Some(upgrade) => format!("{} may be applied: `gov upgrade apply`", upgrade.code_hash),
		None => "none".to_owned(),
	};
	let migration = match migration {
		Migration::Runs(index) => {
			format!("number {index} runs: blocks take nothing else until it has ended")
		},
		Migration::Stuck => "stuck: blocks take nothing, and only new nodes mend that".to_owned(),
		Migration::None if has_failed(state) => "one has failed: the exchange is closed until an \
			upgrade repairs it, or `safeMode.forceExit`"
			.to_owned(),
		Migration::None => "none".to_owned(),
	};
	let rows = [
		("runtime", format!("{} version {}", running.spec_name, running.spec_version)),
		("authorised", authorized),
		("migration", migration),
	];
	let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
	fields(&rows)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_the_code_that_was_authorised_is_sent() {
		let authorised = |code_hash: &str| AuthorizedUpgrade {
			code_hash: code_hash.to_owned(),
			check_version: true,
		};
		assert!(ensure_authorized(Some(&authorised("0x01")), "0x01").is_ok());
		let refused = ensure_authorized(Some(&authorised("0x01")), "0x02").unwrap_err();
		assert_eq!(refused.name(), "Unauthorized");
		assert_eq!(ensure_authorized(None, "0x01").unwrap_err().name(), "NothingAuthorized");
	}

	#[test]
	fn only_a_newer_version_of_this_runtime_is_proposed() {
		let running = Running { spec_name: "meterproof".to_owned(), spec_version: 7 };
		let refusal = |spec_name: &str, spec_version| {
			let new = code::tests::code(spec_name, spec_version).version().unwrap();
			ensure_newer(&running, &new).err().map(|error| error.name().to_owned())
		};
		assert_eq!(refusal("meterproof", 8), None);
		for (name, version, expected) in [
			("meterproof", 7, "SpecVersionNeedsToIncrease"),
			("meterproof", 6, "SpecVersionNeedsToIncrease"),
			("otherproof", 8, "InvalidSpecName"),
		] {
			assert_eq!(refusal(name, version).as_deref(), Some(expected));
		}
	}

	#[test]
	fn a_person_is_told_what_a_migration_does() {
		let state = |safe_mode_until| GovernanceState {
			block: 50,
			hour_blocks: 1,
			electorate: 0,
			treasury: 0,
			sudo: None,
			collective: vec![],
			safe_mode_until,
			upgrade: None,
			tracks: vec![],
		};
		let running = Running { spec_name: "meterproof".to_owned(), spec_version: 7 };
		let text = |until, cursor: Option<&[u8]>| {
			status_text(&running, &state(until), Migration::of(cursor))
		};
		assert!(text(None, None).ends_with("none"));
		assert!(text(Some(60), None).ends_with("none"), "safe mode of the collective");
		assert!(text(Some(u32::MAX), None).contains("one has failed"));
		assert!(text(None, Some(&[0, 2, 0, 0, 0, 0, 9, 0, 0, 0])).contains("number 2 runs"));
		assert!(text(None, Some(&[1])).contains("stuck"));
		let json = status_json(&running, &state(Some(u32::MAX)), Migration::Runs(2));
		assert_eq!((&json["failed"], &json["migration"]["index"]), (&json!(true), &json!(2)));
	}
}
