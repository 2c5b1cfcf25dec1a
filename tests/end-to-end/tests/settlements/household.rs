//! A household with electricity and water, one list of meters and one store, and readings as its
//! portal, its data logger and its distributor deliver them. One node, whose periods can be committed
//! to for nine periods after their ends.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use meterproof_driver::{
	chain::{integer, Chain},
	client::{Client, Refused},
	node::{Node, Settings},
	operator::{attest, ZONE},
	programs::Programs,
	readings::{time, HEADER},
	serial,
	setting::Setting,
	specification,
};
use serde_json::{json, Value};

/// Time for one run of the gateway.
const LIMIT: Duration = Duration::from_secs(60);

fn long_windows(genesis: &mut Value) {
	genesis["metering"]["schedule"] = json!({
		"lengthMs": 12_000,
		"gateLeadMs": 2_000,
		"commitWindowMs": 108_000,
		"proofWindowMs": 36_000,
		"minBlocks": 3,
	});
}

fn setting() -> Result<Setting> {
	let programs = Programs::find()?;
	let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
	let chain = specification::edited(&programs, folder.path(), "dev", long_windows)?;
	let role =
		["--alice", "--validator", "--force-authoring", "--unsafe-force-node-key-generation"];
	let chain = ["--chain".to_owned(), chain.to_string_lossy().into_owned()];
	let arguments = chain.into_iter().chain(role.map(String::from)).collect();
	let node = Node::start(&programs, Settings::new("household", folder.path(), arguments)?)?;
	Setting::on(programs, node, folder)
}

struct Household<'a> {
	chain: &'a Chain,
	client: Client,
	folder: &'a Path,
	store: String,
	/// The numbers of `a`, `b` and `w`.
	devices: Vec<u32>,
}

/// What a run said.
#[derive(Debug)]
struct Said {
	lines: Vec<Value>,
	refused: Option<Refused>,
}

impl Household<'_> {
	/// When a period starts, as a label.
	fn label(&self, period: u64) -> Result<String> {
		let state = self.chain.period(Some(period))?;
		Ok(time((state.end - state.schedule.length) / 1_000))
	}

	/// A row of our own table.
	fn row(&self, period: u64, meter: &str, import: &str) -> Result<String> {
		Ok(format!("{},{meter},{import},\n", self.label(period)?))
	}

	/// The gateway with files of these texts, right after they are written.
	fn commit(&self, files: &[&str]) -> Result<Said> {
		let mut arguments = vec!["gateway".to_owned(), "--confirm".to_owned()];
		arguments.extend(["--store".to_owned(), self.store.clone()]);
		for (at, text) in files.iter().enumerate() {
			let file = self.folder.join(format!("source-{at}.csv"));
			fs::write(&file, text)?;
			arguments.extend(["--readings".to_owned(), file.to_string_lossy().into_owned()]);
		}
		let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
		let (lines, refused) = self.client.start(&arguments)?.finish_refused_or_not(LIMIT)?;
		Ok(Said { lines, refused })
	}

	fn has(&self, device: usize, period: u64) -> Result<bool> {
		Ok(self.chain.recorded(self.devices[device], period, "import")?.is_some())
	}
}

impl Said {
	/// How many of a period are on record, and meter, line and name of those that are not.
	fn of(&self, period: u64) -> Result<(u64, Vec<(String, Option<u64>, String)>)> {
		let line = self.lines.iter().find(|line| line["period"] == json!(period));
		let line = line.with_context(|| format!("nothing of period {period}: {self:?}"))?;
		Ok((integer(line, "recorded")?, told(&line["refused"])))
	}

	/// Meter, line and name of the rows that are of no period.
	fn rows(&self) -> Vec<(String, Option<u64>, String)> {
		let line = self.lines.iter().find(|line| line.get("refusedRows").is_some());
		line.map(|line| told(&line["refusedRows"])).unwrap_or_default()
	}

	fn status(&self) -> Option<i32> {
		self.refused.as_ref().map_or(Some(0), |refused| refused.status)
	}
}

fn told(refused: &Value) -> Vec<(String, Option<u64>, String)> {
	let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
	let refused = refused.as_array().into_iter().flatten();
	refused.map(|one| (text(&one["meter"]), one["line"].as_u64(), text(&one["name"]))).collect()
}

fn refusal(meter: &str, line: impl Into<Option<u64>>, name: &str) -> (String, Option<u64>, String) {
	(meter.to_owned(), line.into(), name.to_owned())
}

#[test]
fn one_meter_s_trouble_is_its_own_and_late_is_not_lost() -> Result<()> {
	serial::scenario(|| {
		let setting = setting()?;
		let bob = setting.account("Bob")?.client;
		let store = setting.file("household.store").to_string_lossy().into_owned();
		let list = setting.file("meters.csv");
		fs::write(
			&list,
			"meter,metering_point,directions,nameplate,resource\n\
			 a,P1,import,5000,electricity\nb,P2,import,5000,electricity\nw,P1,import,5000,water\n",
		)?;
		let (csv, zone) = (list.to_string_lossy(), ZONE.to_string());
		let register = ["device", "register", "--store", &store, "--csv", &csv, "--zone", &zone];
		let registered = bob.run(&register)?;
		let registered = registered.as_array().into_iter().flatten();
		let devices: Vec<u32> = registered
			.map(|device| Ok(u32::try_from(integer(device, "device")?)?))
			.collect::<Result<_>>()?;
		attest(&setting.alice, &devices)?;
		let (chain, folder) = (setting.chain(), setting.folder());
		let home = Household { chain, client: bob, folder, store, devices };

		let first = chain.period(None)?.first_open;
		let newest = first + 2;
		chain.wait_for_phase(newest, "committing")?;
		the_newest_before_the_older(&home, newest)?;
		late_intervals(&home, first)?;
		corrected_estimates(&home, newest)?;
		several_resources(&home, newest + 1)?;
		chain.audit()
	})
}

/// A portal's day: a stranger's rows in between, one meter silent or with an absurd clock, zeros up to
/// midnight, numbers as pandas writes them.
fn the_newest_before_the_older(home: &Household<'_>, newest: u64) -> Result<()> {
	let mut text = format!("{HEADER}\n");
	text += &home.row(newest - 1, "a", "300.0")?;
	text += &home.row(newest - 1, "b", "NaN")?;
	text += &format!("{},pv-logger,,7\n", home.label(newest - 1)?.replace('Z', ".5Z"));
	text += &home.row(newest, "a", "310.0")?;
	text += "2000-01-01T00:00:00Z,b,5,\n2070-01-01T00:00:00Z,b,5,\nnever,stranger,1,\n";
	let ahead = newest + 3;
	for period in ahead..ahead + 5 {
		text += &home.row(period, "a", "0")?;
		text += &home.row(period, "b", "0")?;
	}
	let said = home.commit(&[&text])?;
	assert_eq!(said.status(), Some(3), "{said:?}");
	let clocks = [refusal("b", 6, "ClockBehind"), refusal("b", 7, "ClockAhead")];
	assert_eq!(said.rows(), clocks);
	assert_eq!(said.of(newest - 1)?, (1, vec![refusal("b", 3, "MissingReading")]));
	assert_eq!(said.of(newest)?, (1, vec![refusal("b", None, "MissingReading")]));
	assert_eq!(said.lines.len(), 3, "nothing is said of periods to come: {said:?}");
	assert!(home.has(0, newest)? && !home.has(1, newest)?, "no zero is invented");
	Ok(())
}

/// What was buffered arrives while the windows are open.
fn late_intervals(home: &Household<'_>, first: u64) -> Result<()> {
	let mut text = format!("{HEADER}\n");
	for period in first..first + 3 {
		text += &home.row(period, "b", "20")?;
	}
	text += &home.row(first, "a", "290")?;
	let said = home.commit(&[&text])?;
	// Of `a` nothing was read for two of the periods, and both are on record.
	assert_eq!((said.status(), said.refused.is_none()), (Some(0), true), "{said:?}");
	for period in first..first + 3 {
		assert_eq!(said.of(period)?, (2, vec![]));
		assert!(home.has(0, period)? && home.has(1, period)?);
	}
	Ok(())
}

/// The distributor replaces an estimate, and delivers what is new in the same file.
fn corrected_estimates(home: &Household<'_>, newest: u64) -> Result<()> {
	home.chain.wait_for_phase(newest + 1, "committing")?;
	let mut text = format!("{HEADER}\n");
	text += &home.row(newest, "a", "310")?;
	text += &home.row(newest, "b", "23")?;
	text += &home.row(newest + 1, "a", "320")?;
	text += &home.row(newest + 1, "b", "oops")?;
	let before = home.chain.recorded(home.devices[1], newest, "import")?;
	let said = home.commit(&[&text])?;
	assert_eq!(said.status(), Some(3), "{said:?}");
	assert_eq!(said.of(newest)?, (1, vec![refusal("b", 3, "ReadingChanged")]));
	assert_eq!(said.of(newest + 1)?, (1, vec![refusal("b", 5, "NotANumber")]));
	assert_eq!(home.chain.recorded(home.devices[1], newest, "import")?, before);
	assert!(home.has(0, newest + 1)? && !home.has(1, newest + 1)?);
	Ok(())
}

/// A file of each source in one run, the water's as Excel writes it.
fn several_resources(home: &Household<'_>, period: u64) -> Result<()> {
	let power =
		format!("{HEADER}\n{}{}", home.row(period, "a", "320")?, home.row(period, "b", "24")?);
	let water = format!("\u{feff}time;meter;import_m3\r\n{};w;0,025\r\n", home.label(period)?);
	// The one without the other misses nothing of it.
	let said = home.commit(&[&water])?;
	assert_eq!((said.status(), said.of(period)?.1), (Some(0), vec![]), "{said:?}");
	let said = home.commit(&[&power, &water])?;
	assert_eq!((said.status(), said.of(period)?), (Some(0), (3, vec![])), "{said:?}");
	assert!(home.has(2, period)?);
	Ok(())
}
