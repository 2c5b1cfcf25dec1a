//! What keeps a node from its work and stands in nobody's way: it runs, it follows the chain, and is
//! silent. Each such thing is said once, as an error, with what to do.

use std::{
	fmt, fs,
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};

use sc_service::TaskManager;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_babe::{AuthorityId, BabeApi as _, Slot};
use sp_core::ByteArray;
use sp_keystore::{Keystore, KeystorePtr};
use sp_timestamp::Timestamp;

use super::guard::proposer::slot_of;
use crate::client::Client;

/// For logs.
const LOG_TARGET: &str = "readiness";
/// How often to look.
const PAUSE: Duration = Duration::from_secs(10);
/// Slots that a clock may be behind: those of other machines are a little ahead.
const TOLERATED_SLOTS: u64 = 2;

/// What is looked at.
pub struct Inputs<'a> {
	pub client: Arc<Client>,
	pub keystore: KeystorePtr,
	/// Where this chain's keys and database are.
	pub chain_folder: PathBuf,
	pub is_validator: bool,
	pub task_manager: &'a TaskManager,
}

/// Begins to look, until the node ends.
pub fn spawn(inputs: Inputs<'_>) {
	let Inputs { client, keystore, chain_folder, is_validator, task_manager } = inputs;
	task_manager.spawn_handle().spawn("readiness", None, async move {
		let mut said: Vec<Finding> = Vec::new();
		loop {
			let keys = is_validator.then(|| keys(&client, &*keystore, &chain_folder)).flatten();
			for found in [keys, clock(&client)].into_iter().flatten() {
				if !said.iter().any(|known| known.kind() == found.kind()) {
					log::error!(target: LOG_TARGET, "{found}");
					said.push(found);
				}
			}
			tokio::time::sleep(PAUSE).await;
		}
	});
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
	/// The keystore has no session keys at all.
	NoKeys { keystore: PathBuf },
	/// This chain's keystore is empty, and another chain's folder has session keys.
	KeysElsewhere { keystore: PathBuf, elsewhere: PathBuf },
	/// Keys for some of what a validator does only.
	SomeKeys { present: String, missing: String },
	/// The machine's clock is behind the last block, by so many seconds.
	ClockBehind { seconds: u64 },
}

impl Finding {
	fn kind(&self) -> std::mem::Discriminant<Self> {
		std::mem::discriminant(self)
	}
}

impl fmt::Display for Finding {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::NoKeys { keystore } => write!(
				f,
				"THIS VALIDATOR HAS NO SESSION KEYS: it makes no blocks and casts no votes. There are \
				 none in {}. A validator of genesis: put them there with `key insert`, and start the \
				 node again. One that is to join: `meterproof validator join` makes them once the node \
				 has caught up (docs/operations.md)",
				keystore.display()
			),
			Self::KeysElsewhere { keystore, elsewhere } => write!(
				f,
				"THIS VALIDATOR'S SESSION KEYS ARE IN ANOTHER CHAIN'S FOLDER: it makes no blocks and \
				 casts no votes. There are none in {}, and some in {}. If they are this chain's, stop \
				 the node, move the files there, and start it again; the folder is called after the \
				 `id` of the chain specification that `key insert` was given",
				keystore.display(),
				elsewhere.display()
			),
			Self::SomeKeys { present, missing } => write!(
				f,
				"THIS VALIDATOR HAS A PART OF ITS SESSION KEYS: {present} and not {missing}. Put what is \
				 missing in place with `key insert`, and start the node again"
			),
			Self::ClockBehind { seconds } => write!(
				f,
				"THIS MACHINE'S CLOCK IS WRONG: the last block was made {seconds} s from now. Until then \
				 the node refuses new blocks and makes none. Set the clock right, keep it so by NTP, and \
				 start the node again"
			),
		}
	}
}

/// What is wrong with a validator's keys. A node of development has its own in memory.
fn keys(client: &Client, keystore: &dyn Keystore, chain_folder: &Path) -> Option<Finding> {
	let babe = keystore.sr25519_public_keys(sp_consensus_babe::KEY_TYPE);
	let grandpa = keystore.ed25519_public_keys(sp_consensus_grandpa::KEY_TYPE);
	let beefy = keystore.ecdsa_public_keys(sp_consensus_beefy::KEY_TYPE);
	let has = [
		("BABE's", !babe.is_empty()),
		("GRANDPA's", !grandpa.is_empty()),
		("BEEFY's", !beefy.is_empty()),
	];
	let named = |there: bool| {
		let names = has.iter().filter(|(_, present)| *present == there).map(|(name, _)| *name);
		names.collect::<Vec<_>>().join(" and ")
	};
	match (named(true), named(false)) {
		(_, missing) if missing.is_empty() => None,
		(present, missing) if !present.is_empty() => Some(Finding::SomeKeys { present, missing }),
		_ => {
			let authorities = authorities(client);
			let keystore = chain_folder.join("keystore");
			Some(match elsewhere(chain_folder, &authorities) {
				Some(elsewhere) => Finding::KeysElsewhere { keystore, elsewhere },
				None => Finding::NoKeys { keystore },
			})
		},
	}
}

/// Who makes blocks now; nobody if the runtime does not say.
fn authorities(client: &Client) -> Vec<AuthorityId> {
	let epoch = client.runtime_api().current_epoch(client.info().best_hash);
	let authorities = epoch.map(|epoch| epoch.authorities).unwrap_or_default();
	authorities.into_iter().map(|(authority, _)| authority).collect()
}

/// The keystore of another chain beside this one that has BABE keys: one of an authority of this chain
/// first, then any.
fn elsewhere(chain_folder: &Path, authorities: &[AuthorityId]) -> Option<PathBuf> {
	let beside = fs::read_dir(chain_folder.parent()?).ok()?.flatten();
	let mut with_keys: Vec<_> = beside
		.map(|entry| entry.path())
		.filter(|path| path != chain_folder)
		.map(|path| path.join("keystore"))
		.filter(|keystore| !babe_keys(keystore).is_empty())
		.collect();
	with_keys.sort();
	let is_ours = |keystore: &&PathBuf| {
		let own = authorities.iter().map(|authority| hex::encode(authority.as_slice()));
		let keys = babe_keys(keystore);
		own.into_iter().any(|own| keys.contains(&own))
	};
	with_keys.iter().find(is_ours).or_else(|| with_keys.first()).cloned()
}

/// Public keys of BABE in a keystore, by the names of its files.
fn babe_keys(keystore: &Path) -> Vec<String> {
	let kind = hex::encode(sp_consensus_babe::KEY_TYPE.0);
	let files = fs::read_dir(keystore).into_iter().flatten().flatten();
	let names = files.filter_map(|file| file.file_name().into_string().ok());
	names.filter_map(|name| name.strip_prefix(&kind).map(str::to_owned)).collect()
}

/// Whether the clock is behind the last block.
fn clock(client: &Client) -> Option<Finding> {
	let header = client.header(client.info().best_hash).ok().flatten()?;
	let slot = slot_of(&header)?;
	let duration = sc_consensus_babe::configuration(client).ok()?.slot_duration();
	let now = Slot::from_timestamp(Timestamp::current(), duration);
	behind(slot, *now, duration.as_millis())
}

fn behind(last: u64, now: u64, slot_ms: u64) -> Option<Finding> {
	let ahead = last.saturating_sub(now);
	(ahead > TOLERATED_SLOTS)
		.then(|| Finding::ClockBehind { seconds: ahead.saturating_mul(slot_ms) / 1_000 })
}

#[cfg(test)]
mod tests {
	use super::*;

	fn authority(byte: u8) -> AuthorityId {
		AuthorityId::from_slice(&[byte; 32]).unwrap()
	}

	#[test]
	fn keys_in_another_chains_folder_are_found() {
		let base = tempfile::tempdir().unwrap();
		let chains = base.path().join("chains");
		let own = chains.join("town");
		fs::create_dir_all(own.join("keystore")).unwrap();
		assert_eq!(elsewhere(&own, &[authority(1)]), None);
		let put = |chain: &str, name: String| {
			let keystore = chains.join(chain).join("keystore");
			fs::create_dir_all(&keystore).unwrap();
			fs::write(keystore.join(name), "\"\"").unwrap();
			keystore
		};
		let kind = |key_type: sp_core::crypto::KeyTypeId| hex::encode(key_type.0);
		let gran = kind(sp_consensus_grandpa::KEY_TYPE);
		put("a", format!("{gran}{}", "01".repeat(32)));
		assert_eq!(elsewhere(&own, &[authority(1)]), None, "it has none of BABE's");
		let babe = kind(sp_consensus_babe::KEY_TYPE);
		let other = put("b", format!("{babe}{}", "02".repeat(32)));
		assert_eq!(elsewhere(&own, &[authority(1)]), Some(other));
		let ours = put("c", format!("{babe}{}", "01".repeat(32)));
		assert_eq!(elsewhere(&own, &[authority(1)]), Some(ours));
	}

	#[test]
	fn a_clock_behind_the_last_block_is_noticed() {
		assert_eq!(behind(1_000, 1_000, 2_000), None);
		assert_eq!(behind(1_002, 1_000, 2_000), None);
		assert_eq!(behind(0, 1_000, 2_000), None);
		let hour = Some(Finding::ClockBehind { seconds: 3_600 });
		assert_eq!(behind(2_800, 1_000, 2_000), hour);
	}

	#[test]
	fn each_finding_says_what_to_do() {
		let folder = || PathBuf::from("base/chains/town/keystore");
		for (finding, words) in [
			(Finding::NoKeys { keystore: folder() }, "key insert"),
			(
				Finding::KeysElsewhere { keystore: folder(), elsewhere: "base/chains/x".into() },
				"base/chains/x",
			),
			(
				Finding::SomeKeys { present: "BABE's".into(), missing: "GRANDPA's".into() },
				"not GRANDPA's",
			),
			(Finding::ClockBehind { seconds: 7 }, "NTP"),
		] {
			let text = finding.to_string();
			assert!(text.contains(words), "{text}");
			assert!(text.split_once(':').unwrap().0.chars().all(|c| !c.is_lowercase()), "{text}");
		}
	}
}
