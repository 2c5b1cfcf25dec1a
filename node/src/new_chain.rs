//! `new-chain`: a chain of one's own, with all that its first validators start with.
//!
//! A specification names session keys, accounts and boot nodes, which must be made before it is, and the
//! folder that they belong into is named after the specification. So one command makes all of it: the
//! specification, and for each validator a folder that is its `--base-path`.

use std::{
	fs::{DirBuilder, OpenOptions},
	io::Write,
	net::IpAddr,
	os::unix::fs::{DirBuilderExt, OpenOptionsExt},
	path::{Path, PathBuf},
	str::FromStr,
};

use meterproof_primitives::Schedule;
use meterproof_runtime::{AccountId, Balance, SessionKeys, UNIT, WASM_BINARY};
use sc_keystore::LocalKeystore;
use sc_network::config::{MultiaddrWithPeerId, NodeKeyConfig, Secret};
use sc_service::ChainType;
use serde_json::{json, Value};
use sp_core::{crypto::Pair as _, ecdsa, ed25519, sr25519};
use sp_keystore::Keystore;
use sp_runtime::traits::{IdentifyAccount, Verify};

use crate::{
	chain_spec::{self, properties, ChainSpec, Genesis},
	genesis,
};

/// Where a node looks for its network key, in the folder of its chain.
const NETWORK_KEY: [&str; 2] = ["network", "secret_ed25519"];

/// Most members of the technical collective.
const MOST_MEMBERS: usize = 21;

/// Begins a chain.
#[derive(Debug, Clone, clap::Args)]
pub struct NewChainCmd {
	/// Folder to make. Nobody but you can open it.
	#[arg(long, value_name = "DIR")]
	pub out: PathBuf,

	/// Name of the chain.
	#[arg(long)]
	pub name: String,

	/// Id of the chain, after which its folders are called: lower-case letters, digits, - and _. Without
	/// it that is made of the name.
	#[arg(long)]
	pub id: Option<String>,

	/// A first validator and where the others reach it. Once for each; three can lose none, four one.
	#[arg(long = "validator", value_name = "NAME=HOST:PORT", required = true)]
	pub validators: Vec<NewValidator>,

	/// What each first validator has on hold, in MPF: 1,000 at least.
	#[arg(long, value_name = "MPF", default_value_t = 10_000)]
	pub bond: u64,

	/// What each of them has besides, in MPF, for fees.
	#[arg(long, value_name = "MPF", default_value_t = 1_000)]
	pub fee_balance: u64,

	/// Account that may change everything until a referendum removes its right; without it one is made.
	#[arg(long, value_name = "ACCOUNT")]
	pub root: Option<AccountId>,

	/// What that account begins with, in MPF.
	#[arg(long, value_name = "MPF", default_value_t = 10_000_000)]
	pub supply: u64,

	/// Another account that begins with money.
	#[arg(long = "fund", value_name = "ACCOUNT=MPF")]
	pub funded: Vec<Funded>,

	/// Lengths that belong together; quarter hours without it.
	#[arg(long, conflicts_with_all = [
		"period_seconds",
		"gate_lead_seconds",
		"commit_window_seconds",
		"proof_window_seconds",
		"min_blocks",
	])]
	pub periods: Option<Periods>,

	/// Length of a period; a quarter of an hour without it.
	#[arg(long, value_name = "SECONDS")]
	pub period_seconds: Option<u64>,

	/// How long before a period its trading ends.
	#[arg(long, value_name = "SECONDS")]
	pub gate_lead_seconds: Option<u64>,

	/// How long after a period commitments are taken.
	#[arg(long, value_name = "SECONDS")]
	pub commit_window_seconds: Option<u64>,

	/// How long after that proofs are taken.
	#[arg(long, value_name = "SECONDS")]
	pub proof_window_seconds: Option<u64>,

	/// Blocks that a cut-off waits for.
	#[arg(long, value_name = "BLOCKS")]
	pub min_blocks: Option<u32>,
}

/// How long periods are, and all that goes by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Periods {
	/// 15 minutes; trading closes 5 minutes before, meters commit for 15 and provers have 60 after that.
	QuarterHours,
	/// 30 minutes; trading closes 10 minutes before, meters commit for 30 and provers have 120 after that.
	HalfHours,
}

impl Periods {
	fn schedule(self) -> Schedule {
		match self {
			Self::QuarterHours => Schedule::QUARTER_HOURS,
			Self::HalfHours => Schedule::HALF_HOURS,
		}
	}
}

/// `NAME=HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewValidator {
	name: String,
	/// Up to the port, as a multiaddress.
	address: String,
	port: u16,
}

impl FromStr for NewValidator {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let wanted = "a validator is NAME=HOST:PORT, as in alice=203.0.113.7:30333";
		let (name, at) = text.split_once('=').ok_or(wanted)?;
		let (host, port) = at.rsplit_once(':').ok_or(wanted)?;
		if !is_plain(name) || host.is_empty() {
			return Err(format!("{wanted}; names are of a-z, 0-9, - and _"));
		}
		let port = port.parse().map_err(|_| wanted)?;
		let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
		let kind = match bare.parse() {
			Ok(IpAddr::V4(_)) => "ip4",
			Ok(IpAddr::V6(_)) => "ip6",
			Err(_) => "dns",
		};
		Ok(Self { name: name.into(), address: format!("/{kind}/{bare}/tcp/{port}"), port })
	}
}

/// `ACCOUNT=MPF`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funded {
	account: AccountId,
	/// In MPF.
	amount: u64,
}

impl FromStr for Funded {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let wanted = "ACCOUNT=MPF, the account as an address, the amount in whole MPF";
		let (account, amount) = text.split_once('=').ok_or(wanted)?;
		let account = account.parse().map_err(|_| wanted)?;
		Ok(Self { account, amount: amount.parse().map_err(|_| wanted)? })
	}
}

fn is_plain(name: &str) -> bool {
	let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
	!name.is_empty() && name.bytes().all(|letter| plain(letter) || b"-_".contains(&letter))
}

/// An account and the words that it comes back from.
struct Account {
	account: AccountId,
	words: String,
}

impl Account {
	fn random() -> Self {
		let (pair, words, _) = sr25519::Pair::generate_with_phrase(None);
		Self { account: account_of(pair.public()), words }
	}
}

fn account_of(public: sr25519::Public) -> AccountId {
	<sp_runtime::MultiSignature as Verify>::Signer::from(public).into_account()
}

/// A validator's secrets.
struct Secrets {
	account: Account,
	babe: (sr25519::Public, String),
	grandpa: (ed25519::Public, String),
	beefy: (ecdsa::Public, String),
}

impl Secrets {
	fn random() -> Self {
		let (babe, babe_words, _) = sr25519::Pair::generate_with_phrase(None);
		let (grandpa, grandpa_words, _) = ed25519::Pair::generate_with_phrase(None);
		let (beefy, beefy_words, _) = ecdsa::Pair::generate_with_phrase(None);
		Self {
			account: Account::random(),
			babe: (babe.public(), babe_words),
			grandpa: (grandpa.public(), grandpa_words),
			beefy: (beefy.public(), beefy_words),
		}
	}

	fn session_keys(&self) -> SessionKeys {
		SessionKeys {
			babe: self.babe.0.into(),
			grandpa: self.grandpa.0.into(),
			beefy: self.beefy.0.into(),
		}
	}

	/// Writes all of it into the folder that the validator starts on; its peer id.
	fn write(&self, folder: &Path, id: &str) -> Result<String, String> {
		let chain = folder.join("chains").join(id);
		let (keystore, network) = (chain.join("keystore"), chain.join(NETWORK_KEY[0]));
		for folder in [&keystore, &network] {
			own_folder(folder, true)?;
		}
		let failed = |cause: String| format!("cannot write {}: {cause}", keystore.display());
		let store = LocalKeystore::open(&keystore, None).map_err(|e| failed(e.to_string()))?;
		let (babe, grandpa, beefy) = (&self.babe, &self.grandpa, &self.beefy);
		store
			.insert(sp_consensus_babe::KEY_TYPE, &babe.1, babe.0.as_ref())
			.and_then(|()| {
				store.insert(sp_consensus_grandpa::KEY_TYPE, &grandpa.1, grandpa.0.as_ref())
			})
			.and_then(|()| store.insert(sp_consensus_beefy::KEY_TYPE, &beefy.1, beefy.0.as_ref()))
			.map_err(|()| failed("the keystore takes no key".into()))?;
		secret_file(&folder.join("account.words"), &self.account.words)?;
		let path = network.join(NETWORK_KEY[1]);
		let drawn = NodeKeyConfig::Ed25519(Secret::File(path.clone())).into_keypair();
		let drawn = drawn.map_err(|cause| format!("cannot write {}: {cause}", path.display()))?;
		Ok(drawn.public().to_peer_id().to_string())
	}
}

impl NewChainCmd {
	/// Makes everything, and says what to do with it.
	pub fn run(&self) -> Result<(), String> {
		let id = self.id.clone().unwrap_or_else(|| id_of(&self.name));
		if !is_plain(&id) {
			return Err(format!("{id:?} is no id: use --id, with a-z, 0-9, - and _ alone"));
		}
		let mut names: Vec<_> = self.validators.iter().map(|known| known.name.as_str()).collect();
		names.sort_unstable();
		if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
			return Err(format!("two validators are called {}", twice[0]));
		}
		let wasm =
			WASM_BINARY.ok_or("this node was built with SKIP_WASM_BUILD: build it without")?;
		let secrets: Vec<_> = self.validators.iter().map(|_| Secrets::random()).collect();
		let root = self.root.is_none().then(Account::random);
		let patch = self.patch(&secrets, root.as_ref())?;

		own_folder(&self.out, false)?;
		let mut boot_nodes = Vec::new();
		for (validator, secrets) in self.validators.iter().zip(&secrets) {
			let peer = secrets.write(&self.out.join(&validator.name), &id)?;
			let address = format!("{}/p2p/{peer}", validator.address);
			boot_nodes.push(
				MultiaddrWithPeerId::from_str(&address)
					.map_err(|cause| format!("{address} is no address of a node: {cause}"))?,
			);
		}
		if let Some(root) = &root {
			secret_file(&self.out.join("root.words"), &root.words)?;
		}
		let spec = ChainSpec::builder(wasm, chain_spec::Extensions::default())
			.with_name(&self.name)
			.with_id(&id)
			.with_chain_type(ChainType::Live)
			.with_properties(properties())
			.with_boot_nodes(boot_nodes)
			.with_genesis_config_patch(patch)
			.build();
		// By way of the text, as a specification that was edited: it is looked at, and has a protocol id.
		let text = spec.as_json(false)?;
		let [json, state] =
			[Genesis::Json, Genesis::State].map(|genesis| chain_spec::from_text(&text, genesis));
		file(&self.out.join("chain.json"), &json?.as_json(false)?, 0o644)?;
		file(&self.out.join("chain-raw.json"), &state?.as_json(true)?, 0o644)?;
		println!("{}", self.steps(root.is_some()));
		Ok(())
	}

	/// What the genesis has besides the runtime's defaults; refused if no chain can have it.
	fn patch(&self, secrets: &[Secrets], root: Option<&Account>) -> Result<Value, String> {
		let root = match (&self.root, root) {
			(Some(root), _) => root,
			(None, Some(made)) => &made.account,
			(None, None) => return Err("no account is root".into()),
		};
		let mpf = |amount: u64| Balance::from(amount).saturating_mul(UNIT);
		let own = mpf(self.bond).saturating_add(mpf(self.fee_balance));
		let mut balances: Vec<(AccountId, Balance)> = vec![(root.clone(), mpf(self.supply))];
		balances.extend(secrets.iter().map(|known| (known.account.account.clone(), own)));
		balances.extend(self.funded.iter().map(|known| (known.account.clone(), mpf(known.amount))));
		let each = |amount: &dyn Fn(&Secrets) -> Value| -> Vec<Value> {
			secrets.iter().map(amount).collect()
		};
		let mut schedule = match self.periods {
			Some(periods) => json!(periods.schedule()),
			None => genesis::preset_json(None)?["metering"]["schedule"].clone(),
		};
		for (field, seconds) in [
			("lengthMs", self.period_seconds),
			("gateLeadMs", self.gate_lead_seconds),
			("commitWindowMs", self.commit_window_seconds),
			("proofWindowMs", self.proof_window_seconds),
		] {
			if let Some(seconds) = seconds {
				schedule[field] = json!(seconds.saturating_mul(1_000));
			}
		}
		if let Some(blocks) = self.min_blocks {
			schedule["minBlocks"] = json!(blocks);
		}
		let number = |amount: Balance| {
			// Larger than any number of 64 bits, perhaps.
			serde_json::from_str::<Value>(&amount.to_string()).unwrap_or_default()
		};
		let balances: Vec<_> =
			balances.into_iter().map(|(who, amount)| json!([who, number(amount)])).collect();
		// As on `local`, the first validators. A genesis without members has neither whitelist nor safe mode.
		let mut members = each(&|known| json!(known.account.account));
		members.truncate(MOST_MEMBERS);
		let patch = json!({
			"balances": { "balances": balances },
			"babe": { "epochConfig": meterproof_runtime::genesis_config_presets::BABE_EPOCH_CONFIG },
			"validators": {
				"candidates": each(&|known| json!([known.account.account, number(mpf(self.bond))])),
				"least": secrets.len(),
			},
			"session": {
				"keys": each(&|known| {
					let who = &known.account.account;
					json!([who, who, known.session_keys()])
				}),
			},
			"sudo": { "key": root },
			"technicalCollective": { "members": members },
			"metering": { "schedule": schedule },
		});
		let config = genesis::with_defaults(patch.clone())?;
		genesis::ensure_fit_to_live(&config)?;
		genesis::ensure_buildable(&config)?;
		Ok(patch)
	}

	/// What to do next.
	fn steps(&self, has_root: bool) -> String {
		let out = self.out.display();
		let mut text = format!(
			"{out}/chain-raw.json is the chain: give it to everybody. The genesis was checked.\n\n\
			 Each validator's folder holds its session keys, its network key and the words of its \
			 account (account.words). Move it to its machine, and never start it on two.\n"
		);
		for NewValidator { name, port, .. } in &self.validators {
			text += &format!(
				"\n  meterproof-node --chain chain-raw.json --validator --name {name} \
				 --base-path {name} --port {port}"
			);
		}
		if has_root {
			text += &format!(
				"\n\n{out}/root.words are the words of the account that may change everything, and \
				 has the money. Keep them apart."
			);
		}
		text + "\n\n  meterproof account new --phrase-file FILE.words --out FILE.key\n\nmakes an \
		        encrypted key file of words; remove the file of the words then."
	}
}

/// An id that a name suggests.
fn id_of(name: &str) -> String {
	let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
	name.to_ascii_lowercase().chars().map(letter).collect()
}

/// Makes a folder that nobody else can open; with `and_above` the folders above it as well.
fn own_folder(folder: &Path, and_above: bool) -> Result<(), String> {
	let made = DirBuilder::new().recursive(and_above).mode(0o700).create(folder);
	made.map_err(|cause| format!("cannot make {}: {cause}", folder.display()))
}

fn secret_file(path: &Path, words: &str) -> Result<(), String> {
	file(path, &format!("{words}\n"), 0o600)
}

fn file(path: &Path, text: &str, mode: u32) -> Result<(), String> {
	let made = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
	made.and_then(|mut file| file.write_all(text.as_bytes()))
		.map_err(|cause| format!("cannot write {}: {cause}", path.display()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;
	use std::{fs, os::unix::fs::MetadataExt};

	#[derive(Parser)]
	struct Line {
		#[command(flatten)]
		command: NewChainCmd,
	}

	fn command(further: &[&str]) -> NewChainCmd {
		let line =
			["new-chain", "--out", "town", "--name", "Town", "--validator", "a=10.0.0.1:30333"];
		Line::try_parse_from(line.iter().chain(further)).unwrap().command
	}

	#[test]
	fn validators_are_reached_by_address_or_name() {
		let address = |text: &str| text.parse::<NewValidator>().map(|known| known.address);
		assert_eq!(address("a=10.0.0.1:30333").unwrap(), "/ip4/10.0.0.1/tcp/30333");
		assert_eq!(address("a=[2001:db8::1]:30333").unwrap(), "/ip6/2001:db8::1/tcp/30333");
		assert_eq!(address("a=node.example.org:1").unwrap(), "/dns/node.example.org/tcp/1");
		for wrong in ["a", "a=host", "a=host:x", "=host:1", "A=host:1", "../a=host:1", "a=:1"] {
			assert!(address(wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn the_genesis_is_what_was_asked_for_and_is_checked() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty=7";
		let further = ["--root", alice, "--fund", bob, "--period-seconds", "1800"];
		let secrets = [Secrets::random()];
		let patch = command(&further).patch(&secrets, None).unwrap();
		assert_eq!(patch["sudo"]["key"], alice);
		let member = json!(secrets[0].account.account);
		assert_eq!(patch["technicalCollective"]["members"], json!([member]));
		assert!(patch["governance"].is_null(), "an hour of governance is an hour");
		assert_eq!(patch["metering"]["schedule"]["lengthMs"], 1_800_000);
		let balances = patch["balances"]["balances"].as_array().unwrap();
		assert_eq!(balances[0].to_string(), format!("[\"{alice}\",10000000000000000000]"));
		assert_eq!(balances[2][1].to_string(), "7000000000000");
		let refused = |further: &[&str]| {
			let further = [&["--root", alice][..], further].concat();
			command(&further).patch(&secrets, None).unwrap_err()
		};
		assert!(refused(&["--min-blocks", "40"]).starts_with("TooManyMinBlocks: "));
		let poor = refused(&["--bond", "1"]);
		assert!(
			poor.starts_with("CandidateCannotPayBond") || poor.starts_with("GenesisRefused"),
			"{poor}"
		);
	}

	#[test]
	fn lengths_that_belong_together_have_a_name() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let secrets = [Secrets::random()];
		let schedule = |further: &[&str]| {
			let further = [&["--root", alice][..], further].concat();
			command(&further).patch(&secrets, None).unwrap()["metering"]["schedule"].clone()
		};
		let quarters = schedule(&["--periods", "quarter-hours"]);
		assert_eq!((&quarters, &quarters["lengthMs"]), (&schedule(&[]), &json!(900_000)));
		let halves = json!({
			"lengthMs": 1_800_000,
			"gateLeadMs": 600_000,
			"commitWindowMs": 1_800_000,
			"proofWindowMs": 7_200_000,
			"minBlocks": 30,
		});
		assert_eq!(schedule(&["--periods", "half-hours"]), halves);
		for single in ["--period-seconds", "--gate-lead-seconds", "--min-blocks"] {
			let line =
				["new-chain", "--out", "town", "--name", "Town", "--validator", "a=10.0.0.1:1"];
			let further = ["--periods", "half-hours", single, "60"];
			let refused = Line::try_parse_from(line.iter().chain(&further)).err().unwrap();
			assert_eq!(refused.kind(), clap::error::ErrorKind::ArgumentConflict);
		}
	}

	#[test]
	fn secrets_are_their_owners_alone() {
		let folder = tempfile::tempdir().unwrap();
		let own = folder.path().join("a");
		let secrets = Secrets::random();
		let peer = secrets.write(&own, "town").unwrap();
		assert!(peer.starts_with("12D3KooW"), "{peer}");
		let chain = own.join("chains/town");
		let keys: Vec<_> = fs::read_dir(chain.join("keystore")).unwrap().collect();
		assert_eq!(keys.len(), 3);
		let files = keys.into_iter().map(|file| file.unwrap().path());
		let others = [chain.join("network/secret_ed25519"), own.join("account.words")];
		for file in files.chain(others) {
			let mode = fs::metadata(&file).unwrap().mode();
			assert_eq!(mode & 0o077, 0, "{}: {mode:o}", file.display());
		}
		assert_eq!(fs::metadata(&own).unwrap().mode() & 0o077, 0);
		// The keys are the genesis's own, and the words the account's.
		let keystore = LocalKeystore::open(chain.join("keystore"), None).unwrap();
		assert_eq!(keystore.sr25519_public_keys(sp_consensus_babe::KEY_TYPE), [secrets.babe.0]);
		assert_eq!(
			keystore.ed25519_public_keys(sp_consensus_grandpa::KEY_TYPE),
			[secrets.grandpa.0]
		);
		assert_eq!(keystore.ecdsa_public_keys(sp_consensus_beefy::KEY_TYPE), [secrets.beefy.0]);
		let words = fs::read_to_string(own.join("account.words")).unwrap();
		let pair = sr25519::Pair::from_string(words.trim(), None).unwrap();
		assert_eq!(account_of(pair.public()), secrets.account.account);
	}
}
