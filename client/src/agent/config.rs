//! The agent's configuration, in TOML.

use std::{
	collections::{BTreeMap, HashMap},
	env, fs,
	net::SocketAddr,
	path::{Path, PathBuf},
};

use meterproof_meters::{settings::SourceBlock, SourceSettings};
use serde::Deserialize;

use super::standing::settings::{self, Standing};
use crate::{
	commands::gateway::capacity,
	error::{file as file_error, Error, Result},
	proof::parse_hash,
	types::{parse_group, Group},
};

/// What a path begins with that names a credential of systemd (`LoadCredential=`).
const CREDENTIAL: &str = "credential:";
/// Environment variable in which systemd names the folder of credentials.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Settings of sources that name files.
const SOURCE_FILES: [&str; 5] =
	["path", "password_file", "key_file", "encryption_key_file", "authentication_key_file"];

/// What the configuration says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// WebSocket addresses of nodes of one chain, in order of preference.
	pub node: Vec<String>,
	/// The store with the meters.
	pub store: PathBuf,
	/// Folder of the journal.
	pub state: PathBuf,
	/// File with the password of store, journal and key file.
	pub password_file: Option<PathBuf>,
	/// Key file of the account that settles and orders.
	pub account: Option<PathBuf>,
	/// File with the phrase, or secret such as //Alice, of the account that settles and orders.
	pub phrase_file: Option<PathBuf>,
	/// How settling is done. Without it nothing is proved.
	pub prove: Option<Prove>,
	/// Where the agent says how it is.
	#[serde(default)]
	pub health: Health,
	/// What is logged.
	#[serde(default)]
	pub log: Log,
	/// When commitments are made.
	#[serde(default)]
	pub commit: Commit,
	/// Where registers begin anew, by their meter's name in the store, as in `"1000000kWh"`.
	#[serde(default)]
	pub rollover: BTreeMap<String, String>,
	/// What is ordered by forecast, each for a zone and resource.
	#[serde(default)]
	pub standing: Vec<Standing>,
	/// What is read, each with its meters.
	#[serde(default)]
	pub source: Vec<toml::Table>,
}

/// How settling is done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prove {
	/// Who says how much is contracted: `node`, which is then believed.
	pub contracted: Contracted,
	/// Groups, as OPERATOR/ZONE/RESOURCE/DIRECTION; without any all groups of the store's devices.
	#[serde(default)]
	pub groups: Vec<String>,
	/// Whether what readings add up to is claimed where that is less than contracted.
	#[serde(default = "yes")]
	pub or_less: bool,
	/// Proofs that are made at one time.
	#[serde(default = "two")]
	pub workers: usize,
	/// Groups in one proof.
	#[serde(default = "sixteen")]
	pub groups_per_proof: usize,
	/// Wallets that sealed trades pay their sellers into; one with the viewing key will do.
	#[serde(default)]
	pub wallets: Vec<PathBuf>,
	/// File with the wallets' password, where that is not the store's.
	pub wallet_password_file: Option<PathBuf>,
	/// Who reads all payments of the chain's own token, 0x and hex, if somebody does.
	pub auditor: Option<String>,
}

/// Who says how much is contracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contracted {
	/// The nodes, which must be the operator's own.
	Node,
}

/// Where the agent says how it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Health {
	/// Address and port of `/health` and `/metrics`.
	pub listen: Option<SocketAddr>,
	/// After how many periods without a reading a meter counts as silent in `/health`.
	pub silent_after: u64,
}

impl Default for Health {
	fn default() -> Self {
		Self { listen: Some(SocketAddr::from(([127, 0, 0, 1], 9_647))), silent_after: 4 }
	}
}

/// What is logged.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
	/// `text` or `json`, a line each.
	pub format: LogFormat,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
	/// For people.
	#[default]
	Text,
	/// One JSON object a line.
	Json,
}

/// When commitments are made.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Commit {
	/// How long after a period's boundary a register's standing still counts for it, in seconds.
	pub tolerance_s: u64,
	/// How often is looked what can be done, in ms; without it a twentieth of a period, from half a
	/// second to ten.
	pub look_ms: Option<u64>,
}

impl Default for Commit {
	fn default() -> Self {
		Self { tolerance_s: 60, look_ms: None }
	}
}

fn yes() -> bool {
	true
}

fn two() -> usize {
	2
}

fn sixteen() -> usize {
	16
}

/// One input: what it is, and when it is asked again.
#[derive(Clone, Debug)]
pub struct SourceConfig {
	/// The input, with the names of its meters.
	pub block: SourceBlock,
	/// Seconds after its end until it is read again; a file's once, without it.
	pub again_s: Option<u64>,
}

impl SourceConfig {
	/// Seconds from asking the input to asking it again, if it is one that says nothing unasked.
	pub fn every_s(&self) -> Option<u64> {
		match &self.block.settings {
			SourceSettings::Mbus(settings) => Some(settings.every),
			SourceSettings::Modbus(settings) => Some(settings.every),
			SourceSettings::Dlms(_)
			| SourceSettings::Dsmr(_)
			| SourceSettings::File(_)
			| SourceSettings::Mqtt(_)
			| SourceSettings::Sml(_)
			| SourceSettings::WirelessMbus(_) => None,
		}
	}
}

impl Config {
	/// Reads and checks a configuration. Paths in it are relative to its folder.
	pub fn read(path: &Path) -> Result<Self> {
		let text =
			fs::read_to_string(path).map_err(|error| file_error("cannot read", path, &error))?;
		let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
		Self::parse(&text, folder.unwrap_or(Path::new(".")))
			.map_err(|error| Error::new(error.name(), format!("{}: {error}", path.display())))
	}

	/// Reads and checks a configuration whose paths are relative to `folder`.
	pub fn parse(text: &str, folder: &Path) -> Result<Self> {
		let bad = |message: String| Error::new("BadConfig", message);
		let mut config: Self = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
		if config.node.is_empty() {
			return Err(
				bad("node: name at least one node, as in [\"ws://127.0.0.1:9944\"]".into()),
			);
		}
		if config.account.is_some() && config.phrase_file.is_some() {
			return Err(bad("account and phrase_file: name one of the two".into()));
		}
		if config.prove.is_some() && config.account.is_none() && config.phrase_file.is_none() {
			return Err(bad("prove: name the account that settles: account or phrase_file".into()));
		}
		if !config.standing.is_empty() && config.account.is_none() && config.phrase_file.is_none() {
			let message = "standing: name the account that orders: account or phrase_file";
			return Err(bad(message.into()));
		}
		settings::sides(&config.standing)?;
		if let Some(prove) = &config.prove {
			prove.groups()?;
			if prove.workers == 0 || prove.groups_per_proof == 0 {
				return Err(bad("prove: workers and groups_per_proof are at least 1".into()));
			}
		}
		if config.commit.look_ms.is_some_and(|look| look < 50) {
			return Err(bad("commit: look_ms is at least 50".into()));
		}
		let paths = [Some(&mut config.store), Some(&mut config.state)].into_iter().flatten();
		let options = [&mut config.password_file, &mut config.account, &mut config.phrase_file];
		for path in paths.chain(options.into_iter().flatten()) {
			*path = resolve(path, folder)?;
		}
		if let Some(prove) = &mut config.prove {
			for path in prove.wallets.iter_mut().chain(&mut prove.wallet_password_file) {
				*path = resolve(path, folder)?;
			}
			if let Some(auditor) = &prove.auditor {
				parse_hash(auditor).map_err(|error| bad(format!("prove: auditor: {error}")))?;
			}
		}
		for source in &mut config.source {
			resolve_in(source, folder)?;
		}
		config.sources()?;
		config.rollovers()?;
		Ok(config)
	}

	/// The inputs.
	pub fn sources(&self) -> Result<Vec<SourceConfig>> {
		let source = |(number, table): (usize, &toml::Table)| {
			let bad =
				|reason: String| Error::new("BadConfig", format!("source {number}: {reason}"));
			let mut table = table.clone();
			let again_s = match table.remove("again_s") {
				None => None,
				Some(value) => {
					let seconds = value.as_integer().and_then(|value| u64::try_from(value).ok());
					let seconds = seconds.filter(|seconds| *seconds > 0);
					Some(seconds.ok_or_else(|| bad("again_s: a number of seconds".into()))?)
				},
			};
			let block = SourceBlock::deserialize(toml::Value::Table(table))
				.map_err(|error| bad(error.to_string()))?;
			Ok(SourceConfig { block, again_s })
		};
		(1..).zip(&self.source).map(source).collect()
	}

	/// Where registers begin anew, in Wh or litres, by their meter's name.
	pub fn rollovers(&self) -> Result<HashMap<String, u128>> {
		let rollover = |(meter, text): (&String, &String)| {
			let capacity = capacity(text)
				.map_err(|error| Error::new("BadConfig", format!("rollover: {meter}: {error}")))?;
			Ok((meter.clone(), capacity))
		};
		self.rollover.iter().map(rollover).collect()
	}

	/// Where the journal is.
	pub fn journal(&self) -> PathBuf {
		self.state.join("readings.journal")
	}

	/// Where the journal of orders is.
	pub fn orders_journal(&self) -> PathBuf {
		self.state.join("orders.journal")
	}
}

impl Prove {
	/// The groups that are proved; none stands for all.
	pub fn groups(&self) -> Result<Vec<Group>> {
		self.groups.iter().map(|text| Ok(parse_group(text)?)).collect()
	}
}

/// A path of a configuration: of a credential, absolute, or relative to the configuration's folder.
fn resolve(path: &Path, folder: &Path) -> Result<PathBuf> {
	let credential = path.to_str().and_then(|text| text.strip_prefix(CREDENTIAL));
	let Some(name) = credential else { return Ok(folder.join(path)) };
	let given = env::var_os(CREDENTIALS_DIRECTORY).map(PathBuf::from);
	given.map(|given| given.join(name)).ok_or_else(|| {
		let message = format!(
			"{CREDENTIAL}{name}: there are no credentials; systemd gives them to a service with \
			 LoadCredential={name}:FILE, and a command beside it finds the files of a folder with \
			 {CREDENTIALS_DIRECTORY}=FOLDER before it"
		);
		Error::new("NoCredential", message)
	})
}

/// Paths in the settings of a source, and of its meters.
fn resolve_in(settings: &mut toml::Table, folder: &Path) -> Result<()> {
	for (name, value) in settings.iter_mut() {
		match value {
			toml::Value::String(text) if SOURCE_FILES.contains(&name.as_str()) => {
				let path = resolve(Path::new(text.as_str()), folder)?;
				*text = path.to_string_lossy().into_owned();
			},
			toml::Value::Array(all) => {
				for table in all.iter_mut().filter_map(toml::Value::as_table_mut) {
					resolve_in(table, folder)?;
				}
			},
			_ => {},
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	const SHORT: &str =
		"node = [\"ws://127.0.0.1:9944\"]\nstore = \"m.store\"\nstate = \"/var/s\"\n";

	fn refusal(text: &str) -> String {
		let error = Config::parse(text, Path::new("/etc/meterproof")).unwrap_err();
		assert_eq!(error.name(), "BadConfig", "{error}");
		error.to_string()
	}

	#[test]
	fn paths_are_relative_to_the_configuration() {
		let config = Config::parse(SHORT, Path::new("/etc/meterproof")).unwrap();
		assert_eq!(config.store, Path::new("/etc/meterproof/m.store"));
		assert_eq!(config.journal(), Path::new("/var/s/readings.journal"));
		assert!(config.prove.is_none() && config.source.is_empty());
		let sources = "[[source]]\nkind = \"mqtt\"\npassword_file = \"mqtt.password\"\n\
			[[source]]\nkind = \"mbus\"\nmeters = [{ key_file = \"/keys/1\" }, { key_file = \"2\" }]\n";
		let mut tables: toml::Table = sources.parse().unwrap();
		resolve_in(&mut tables, Path::new("/etc/meterproof")).unwrap();
		let file = |source: usize| &tables["source"][source];
		assert_eq!(file(0)["password_file"].as_str(), Some("/etc/meterproof/mqtt.password"));
		let keys = file(1)["meters"].as_array().unwrap().iter().map(|meter| &meter["key_file"]);
		let keys: Vec<_> = keys.map(|key| key.as_str().unwrap()).collect();
		assert_eq!(keys, ["/keys/1", "/etc/meterproof/2"]);
		assert_eq!(config.health.listen.unwrap().to_string(), "127.0.0.1:9647");
	}

	#[test]
	fn what_is_wrong_is_named() {
		for (added, named) in [
			("nodes = []\n", "nodes"),
			("[prove]\ncontracted = \"node\"\n", "account"),
			("phrase_file = \"p\"\n[prove]\n", "contracted"),
			("phrase_file = \"p\"\naccount = \"k\"\n", "phrase_file"),
			("phrase_file = \"p\"\n[prove]\ncontracted = \"node\"\nworkers = 0\n", "workers"),
			(
				"phrase_file = \"p\"\n[prove]\ncontracted = \"node\"\nauditor = \"0x12\"\n",
				"auditor",
			),
			("[commit]\nlook_ms = 1\n", "look_ms"),
			("[health]\nlisten = \"nowhere\"\n", "listen"),
			("[log]\nformat = \"yaml\"\n", "yaml"),
			("[rollover]\nhouse = \"1000000\"\n", "house"),
			("[[source]]\nkind = \"telepathy\"\n", "telepathy"),
			("[[source]]\nmap = {}\n", "kind"),
			("[[source]]\nkind = \"dsmr\"\nport = \"/dev/null\"\nagain_s = 0\n", "again_s"),
		] {
			let message = refusal(&format!("{SHORT}{added}"));
			assert!(message.contains(named), "{added}: {message}");
		}
		assert!(refusal("node = []\nstore = \"s\"\nstate = \"s\"\n").contains("node"));
		let group = "phrase_file = \"p\"\n[prove]\ncontracted = \"node\"\ngroups = [\"x\"]\n";
		let error = Config::parse(&format!("{SHORT}{group}"), Path::new("/")).unwrap_err();
		assert_eq!(error.name(), "BadGroup");
	}

	#[test]
	fn the_example_is_a_configuration() {
		let text = super::super::example::EXAMPLE;
		let config = Config::parse(text, Path::new("/etc/meterproof")).unwrap();
		assert!(!config.sources().unwrap().is_empty());
		// The example without the `#: ` of its comments is a configuration as well.
		let all: Vec<_> =
			text.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line)).collect();
		let config = Config::parse(&all.join("\n"), Path::new("/etc/meterproof")).unwrap();
		assert!(config.prove.is_some() && config.standing.len() == 1);
	}
}
