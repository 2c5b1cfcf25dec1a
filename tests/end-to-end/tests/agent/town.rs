//! A town: an operator with many meters, an agent that reads them, and somebody who buys.

use std::{
	env,
	fmt::Write as _,
	fs,
	io::Write as _,
	os::unix::fs::OpenOptionsExt,
	panic::resume_unwind,
	path::{Path, PathBuf},
	thread,
};

use anyhow::{bail, Context, Result};
use meterproof_driver::{
	account::{Account, Offer},
	agent::Agent,
	chain::Line,
	node::{Node, Settings},
	operator::{attest, NewMeter, Operator, ZONE},
	programs::Programs,
	readings::Table,
	setting::{Setting, NAMEPLATE},
	specification,
	wallet::Wallet,
};
use serde_json::{json, Value};

use super::feed::{FedMeter, Feed, Grid, Port, Protocol, KEYS, MBUS_ADDRESS};

/// Meters of made-up readings.
const METERS: usize = 118;
/// Meters with a P1 port of their own.
const P1_METERS: usize = 4;
/// Meters that speak otherwise, each with a photovoltaic plant in the made-up town.
const OTHERS: [(usize, Protocol); 6] = [
	(5, Protocol::Sml),
	(9, Protocol::Dlms),
	(13, Protocol::Mbus),
	(17, Protocol::Modbus),
	(21, Protocol::Air),
	(25, Protocol::File),
];
/// Periods of one trade, at most.
const MOST_PERIODS: u64 = 96;
/// The most that a meter counts in a step, where a file says more.
const MOST: u32 = 50_000;

/// A town.
pub struct Town {
	/// Node, registrar and client.
	pub setting: Setting,
	/// Who owns the meters.
	pub operator: Operator,
	/// Who buys.
	pub buyer: Account,
	/// What a sealed trade pays the operator into.
	pub seller_wallet: Wallet,
	/// What it pays the buyer into.
	pub buyer_wallet: Wallet,
	/// What the meters say.
	pub feed: Feed,
	/// The agent, not started.
	pub agent: Agent,
	/// The meters.
	pub meters: Vec<FedMeter>,
	/// Their numbers on the chain.
	pub devices: Vec<u32>,
	/// Where periods lie.
	pub grid: Grid,
}

/// Readings of a file, or a made-up day: every fourth meter has a photovoltaic plant.
fn meters() -> Result<Vec<FedMeter>> {
	let other = |at: usize| OTHERS.iter().find(|(number, _)| *number == at);
	let protocol = |at: usize| match at {
		at if other(at).is_some() => other(at).map_or(Protocol::Json, |(_, protocol)| *protocol),
		at if at < P1_METERS => Protocol::P1,
		at if at % 3 == 0 => Protocol::Senml,
		_ => Protocol::Json,
	};
	if let Some(path) = env::var_os("METERPROOF_DATA") {
		let path = PathBuf::from(path);
		let text = fs::read_to_string(&path)
			.with_context(|| format!("METERPROOF_DATA: cannot read {}", path.display()))?;
		let table = Table::parse(&text)?;
		let all = table.meters.iter().enumerate().map(|(at, (name, readings))| FedMeter {
			name: name.clone(),
			protocol: protocol(at),
			steps: readings
				.iter()
				.map(|reading| (reading.import.min(MOST), reading.export.min(MOST)))
				.collect(),
			since: 0,
		});
		return Ok(all.collect());
	}
	let made_up = |at: usize| {
		let step = |step: usize| {
			// A day of 24 steps: nobody is at home at noon, and the sun shines.
			let (phase, noise) = ((step + at) % 24, (at * 7 + step * 13) % 40);
			let import = 20 + 3 * (phase as u32).abs_diff(12) + noise as u32;
			let sun = 12u32.saturating_sub((step as u32 % 24).abs_diff(12));
			let export = if at % 4 == 1 { 60 + 20 * sun + noise as u32 } else { 0 };
			(import, export)
		};
		FedMeter {
			name: format!("meter-{:03}", at + 1),
			protocol: protocol(at),
			steps: (0..24).map(step).collect(),
			since: 0,
		}
	};
	Ok((0..METERS).map(made_up).collect())
}

/// A node by itself. Its periods have the development chain's length, or as many milliseconds as
/// `METERPROOF_AGENT_PERIOD_MS` says.
fn setting() -> Result<Setting> {
	let Ok(text) = env::var("METERPROOF_AGENT_PERIOD_MS") else { return Setting::dev() };
	let length: u64 = text.parse().context("METERPROOF_AGENT_PERIOD_MS is no number")?;
	let programs = Programs::find()?;
	let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
	let chain = specification::edited(&programs, folder.path(), "dev", |genesis| {
		genesis["metering"]["schedule"] = json!({
			"lengthMs": length,
			"gateLeadMs": 2_000,
			"commitWindowMs": 12_000,
			"proofWindowMs": 36_000,
			"minBlocks": 3,
		});
	})?;
	let role =
		["--alice", "--validator", "--force-authoring", "--unsafe-force-node-key-generation"];
	let chain = ["--chain".to_owned(), chain.to_string_lossy().into_owned()];
	let arguments = chain.into_iter().chain(role.map(String::from)).collect();
	let node = Node::start(&programs, Settings::new("town", folder.path(), arguments)?)?;
	Setting::on(programs, node, folder)
}

impl Town {
	/// A node, registered and attested meters, and an agent's configuration.
	pub fn build() -> Result<Self> {
		let setting = setting()?;
		let mut meters = meters()?;
		let operator = Operator::new(setting.account("Bob")?, setting.folder());
		let new: Vec<NewMeter> = meters
			.iter()
			.map(|meter| NewMeter {
				name: meter.name.clone(),
				exports: meter.steps.iter().any(|(_, export)| *export > 0),
				nameplate: NAMEPLATE.max(MOST),
				seed: None,
			})
			.collect();
		let buyer = setting.account("Eve")?;
		// Keys of files take a while to be derived, and so does the chain to register meters.
		let (registered, seller_wallet, buyer_wallet) = thread::scope(|scope| {
			let registering = scope.spawn(|| operator.register(&new));
			let wallet =
				|account: &Account, name| Wallet::create(&account.client, setting.file(name));
			let sellers = wallet(&operator.account, "seller.wallet");
			let buyers = wallet(&buyer, "buyer.wallet");
			let registered = registering.join().unwrap_or_else(|panic| resume_unwind(panic));
			anyhow::Ok((registered?, sellers?, buyers?))
		})?;
		let devices: Vec<u32> = registered.iter().map(|meter| meter.device).collect();
		attest(&setting.alice, &devices)?;
		let now = setting.chain().rpc().call("metering_period", json!([null]))?;
		let number = |field: &str| now[field].as_u64().with_context(|| format!("no {field}"));
		let length_ms = setting.chain().period(None)?.schedule.length;
		let grid = Grid { period: number("period")?, start_ms: number("startMs")?, length_ms };
		// The quick form begins about noon.
		meters.iter_mut().for_each(|meter| meter.since = grid.period.saturating_sub(8));
		let feed = Feed::start(grid, meters.clone(), setting.folder())?;
		let agent = Agent::new(
			&setting.programs.client,
			setting.folder(),
			// The first is never there.
			&["ws://127.0.0.1:1".to_owned(), setting.node.url()],
			&operator.store,
			"//Bob",
			&settings(&feed, setting.folder(), &seller_wallet)?,
		)?;
		Ok(Self {
			setting,
			operator,
			buyer,
			seller_wallet,
			buyer_wallet,
			feed,
			agent,
			meters,
			devices,
			grid,
		})
	}

	/// What the town exports in a period, in Wh.
	pub fn exports(&self, period: u64) -> u64 {
		self.meters.iter().map(|meter| meter.export(period)).sum()
	}

	/// What some meters export in a period, in Wh.
	pub fn exports_of(&self, meters: &[String], period: u64) -> u64 {
		let known = self.meters.iter().filter(|meter| meters.contains(&meter.name));
		known.map(|meter| meter.export(period)).sum()
	}

	/// The largest plants of a period, as many as must be silent so that less than a quantity is
	/// delivered.
	pub fn silent_ones(&self, period: u64, quantity: u64) -> Vec<String> {
		let able = self.meters.iter().filter(|meter| meter.protocol.can_be_silent());
		let mut plants: Vec<_> =
			able.map(|meter| (meter.export(period), meter.name.clone())).collect();
		plants.sort_by(|one, other| other.cmp(one));
		let mut left = self.exports(period);
		let mut silent = Vec::new();
		for (export, name) in plants {
			if export == 0 || !silent.is_empty() && left < quantity {
				break;
			}
			left -= export;
			silent.push(name);
		}
		silent
	}

	/// Sells in some periods: sealed in the first, and openly in the others, one trade for as many as a
	/// trade can have. The sealed trade.
	pub fn sell(&self, first: u64, last: u64, quantity: u64) -> Result<u64> {
		let offer = |first, last| Offer { quantity, price: "0.25".into(), first, last };
		let (bob, buyer) = (&self.operator.account, &self.buyer);
		// Accounts take turns, and wait for blocks together.
		thread::scope(|scope| {
			let selling = scope.spawn(|| {
				let mut from = first + 1;
				while from <= last {
					let to = last.min(from + MOST_PERIODS - 1);
					let trade = bob.offer(ZONE, buyer, &offer(from, to))?;
					buyer.accept(trade)?;
					from = to + 1;
				}
				anyhow::Ok(())
			});
			let payout = &self.seller_wallet.address;
			let sealed = bob.offer_sealed(ZONE, buyer, &offer(first, first), payout);
			let sealed = sealed.and_then(|trade| {
				buyer.accept_sealed(trade, &self.buyer_wallet.text())?;
				Ok(trade)
			});
			selling.join().unwrap_or_else(|panic| resume_unwind(panic))?;
			sealed
		})
	}

	/// All settled periods from one on.
	pub fn statement(&self, first: u64) -> Result<Vec<Line>> {
		let mut lines: Vec<Line> = Vec::new();
		let mut from = first;
		loop {
			let more = self.setting.chain().statement(&self.operator.account.address, from)?;
			let Some(last) = more.iter().map(|line| line.period).max() else { return Ok(lines) };
			lines.extend(more);
			from = last + 1;
		}
	}

	/// What the agent says of all months from a period on, lines and sums together.
	pub fn reports(&self, first: u64, last: u64) -> Result<Vec<Value>> {
		let month = |period| {
			let seconds = self.grid.start_of(period) / 1_000;
			meterproof_driver::readings::time(seconds)[..7].to_owned()
		};
		let mut months = vec![month(first), month(last)];
		months.dedup();
		let client = &self.operator.account.client;
		months.iter().map(|month| self.agent.report(client, month, &[])).collect()
	}
}

/// A file that only its owner reads.
fn secret(path: &Path, text: &str) -> Result<()> {
	let mut options = fs::OpenOptions::new();
	let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
	Ok(file.write_all(text.as_bytes())?)
}

/// The source of a meter with a port of its own.
fn port_settings(port: &Port, [encryption, authentication]: &[PathBuf; 2]) -> String {
	let Port { meter, told, protocol, at } = port;
	let kind = match protocol {
		Protocol::Sml => "sml",
		Protocol::Dlms => "dlms",
		Protocol::Mbus => "mbus",
		Protocol::Modbus => "modbus",
		Protocol::Air => "wireless-mbus",
		Protocol::File => "file",
		_ => "dsmr",
	};
	let register = |direction: &str, address: u16| {
		format!(
			"[[source.registers]]\nmeter = \"{meter}\"\ndirection = \"{direction}\"\n\
			 table = \"input\"\naddress = {address}\nform = \"u64\"\nunit = \"Wh\"\n"
		)
	};
	let more = match protocol {
		Protocol::Dlms => format!(
			"encryption_key_file = {encryption:?}\nauthentication_key_file = {authentication:?}\n"
		),
		Protocol::Mbus => format!("every = 1\nmeters = [{{ address = {MBUS_ADDRESS} }}]\n"),
		Protocol::Modbus => {
			format!("every = 1\n{}{}", register("import", 0), register("export", 4))
		},
		Protocol::Air => {
			format!("receiver = \"cul\"\nmeters = [{{ id = \"{}\" }}]\n", &told[3..])
		},
		Protocol::File => "format = \"csv\"\nagain_s = 1\ncsv = { standings = true }\n".to_owned(),
		_ => String::new(),
	};
	let place = if *protocol == Protocol::File { "path" } else { "port" };
	format!(
		"[[source]]\nkind = \"{kind}\"\n{place} = {at:?}\n\
		 map = {{ \"{told}\" = \"{meter}\" }}\n{more}"
	)
}

/// The agent's sources, and that it settles.
fn settings(feed: &Feed, folder: &Path, wallet: &Wallet) -> Result<String> {
	let keys = ["dlms.ek", "dlms.ak"].map(|name| folder.join(name));
	for (path, key) in keys.iter().zip(KEYS) {
		secret(path, &key.map(|byte| format!("{byte:02x}")).concat())?;
	}
	let mut text = format!("[prove]\ncontracted = \"node\"\nwallets = [{:?}]\n", wallet.file);
	feed.ports.iter().for_each(|port| text += &port_settings(port, &keys));
	let broker = &feed.broker;
	let _ = write!(
		text,
		"[[source]]\nkind = \"mqtt\"\nbroker = \"{broker}\"\ntopic = \"json/+\"\nformat = \"json\"\n\
		 client = \"agent-json\"\n\
		 json = {{ import = \"/import_kwh\", export = \"/export_kwh\", unit = \"kWh\", \
		 meter = \"/meter\", time = \"/time\" }}\n\
		 [[source]]\nkind = \"mqtt\"\nbroker = \"{broker}\"\ntopic = \"senml/+\"\nformat = \"senml\"\n\
		 client = \"agent-senml\"\nsenml = {{ import = \":import\", export = \":export\" }}\n"
	);
	Ok(text)
}

/// A whole number of a report: a number, or digits.
pub fn whole(value: &Value) -> Result<u128> {
	let text = value.as_str().and_then(|text| text.parse().ok());
	match text.or_else(|| value.as_u64().map(u128::from)) {
		Some(number) => Ok(number),
		None => bail!("{value} is no whole number"),
	}
}
