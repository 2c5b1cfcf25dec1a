//! Periods of a town: the agent does all of it, and its report is the chain's.

use std::{
	collections::BTreeMap,
	env, fs,
	ops::RangeInclusive,
	thread,
	time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};
use meterproof_driver::{chain::SealedLine, operator::ZONE, serial, wait};

use super::{
	feed::{now_ms, FedMeter, Protocol},
	town::{whole, Town},
};

/// Periods of the quick form.
const QUICK: u64 = 2;
/// Smallest units per Wh at the price of the trades.
const UNIT_PRICE: u128 = 250_000_000;
/// Between two replaced meters, and between two jumps of the clock.
const DAY: u64 = 96;
/// What the name of a meter that takes another one's place ends with.
const REPLACED: &str = "-b";
/// Time that the last settlement may take after its period.
const SETTLING: Duration = Duration::from_secs(90);

fn periods() -> Result<u64> {
	match env::var("METERPROOF_AGENT_PERIODS") {
		Ok(text) => match text.parse().context("METERPROOF_AGENT_PERIODS is no number")? {
			0 | 1 => {
				bail!("METERPROOF_AGENT_PERIODS: at least 2, the first of which is sold sealed")
			},
			periods => Ok(periods),
		},
		Err(_) => Ok(QUICK),
	}
}

/// Numbers that look random and are the same in each run.
struct Chance(u64);

impl Chance {
	fn below(&mut self, bound: u64) -> u64 {
		self.0 =
			self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(self.0 >> 33) % bound
	}
}

#[test]
fn a_town_runs_unattended_and_its_report_agrees_with_the_chain() -> Result<()> {
	serial::scenario(|| {
		let periods = periods()?;
		let mut town = Town::build()?;
		let chain = town.setting.chain().clone();
		let eve = town.buyer.clone();

		// Sold is half of what the town exports in its best period: at night less is delivered.
		let trades = (periods - 1).div_ceil(DAY);
		let first = town.setting.period_ahead(2 + 2 * trades)?;
		let last = first + periods - 1;
		let best = (first..=last).map(|period| town.exports(period)).max().unwrap_or(0);
		let quantity = (best / 2).max(1);
		let sealed = town.sell(first, last, quantity)?;
		let before = eve.balance()?;

		let (lines, is_wrong) = town.agent.check(&town.operator.account.client)?;
		assert!(!is_wrong, "{lines:?}");
		assert!(lines.iter().any(|line| line["state"] == "warning"), "the first node is not there");

		// From the last period on in which anybody exports the largest plants say nothing more, so that
		// something is missing.
		let dark = (first..=last).rev().find(|period| town.exports(*period) > 0);
		let dark = dark.context("nobody exports")?;
		let silent = town.silent_ones(dark, quantity);
		assert!(!silent.is_empty());
		let mut tended =
			Tended { first, last, dark, silent: silent.clone(), replaced: 0, jumps: 0 };
		let mut agent = town.agent.start()?;
		let mut chance = Chance(periods);
		let mut kills = 0u32;
		let end_ms = town.grid.start_of(last + 1) + 500;
		while now_ms() < end_ms {
			// More than one kill in a period of two. In a day of many the agent is up for a period at least:
			// what the meter on the air says while nobody listens is gone, and short periods have few seconds.
			let length = town.grid.length_ms;
			let (least, most) =
				if periods <= DAY { (2_000, length) } else { (length + 2_000, 4 * length) };
			let until = now_ms() + least + chance.below(most - least);
			while now_ms() < until.min(end_ms) {
				agent.ensure_running()?;
				tended.tend(&mut town)?;
				thread::sleep(Duration::from_millis(50));
			}
			agent.kill()?;
			kills += 1;
			agent = town.agent.start()?;
		}
		let days = periods.div_ceil(DAY);
		assert_eq!((tended.replaced, tended.jumps), (days, days));
		assert!(kills >= 2, "{kills} kills");

		// Whatever happened, each period is settled, and by a proof.
		let wanted = usize::try_from(periods)? - 1;
		let settled = wait::until("all periods are settled", SETTLING, || {
			agent.ensure_running()?;
			let lines = town.statement(first)?;
			let seller = &town.operator.account.address;
			let sealed = chain.sealed_statement(seller, first)?;
			Ok((lines.len() >= wanted && !sealed.is_empty()).then_some(lines))
		});
		let settled = settled.with_context(|| agent.tail())?;
		wait::until("the agent has written down the last period", SETTLING, || {
			let line = format!("period {last}: ");
			Ok((town.agent.lines_with(&[&line, "meters committed"])? > 0).then_some(()))
		})
		.with_context(|| agent.tail())?;
		let metrics = town.agent.metrics()?;
		assert!(metrics.contains("meterproof_agent_node_up 1"), "{metrics}");
		let (lines, is_wrong) = town.agent.check(&town.operator.account.client)?;
		assert!(!is_wrong, "{lines:?}");
		assert!(lines.iter().any(|line| line["about"] == "agent"), "it is asked while it runs");
		agent.terminate()?;

		assert_eq!(settled.len(), wanted);
		let mut wrong = Vec::new();
		for line in &settled {
			let gone: u64 = match line.period == dark {
				true => town.exports_of(&silent, dark),
				false => 0,
			};
			let delivered = quantity.min(town.exports(line.period) - gone);
			if (line.contracted, line.delivered) != (quantity, delivered) {
				// What the agent said of it goes when the test ends.
				let said = town.agent.said_with(&[&format!("period {}: ", line.period)])?;
				wrong.push(format!("{line:?}, not {delivered} Wh:\n{}", said.join("\n")));
			}
		}
		assert!(wrong.is_empty(), "{} of {wanted} periods:\n{}", wrong.len(), wrong.join("\n"));
		let sealed_line = is_settled_sealed(&town, sealed, first, quantity)?;
		compare(&town, first..=last, dark, sealed, &silent[0])?;

		// Nothing was paid twice, and nothing stays locked.
		chain.wait_until_final()?;
		let after = eve.balance()?;
		let paid: u128 = settled.iter().map(|line| line.paid).sum();
		let penalties: u128 = settled.iter().map(|line| line.penalty).sum();
		let shielded = u128::from(sealed_line.contracted) * UNIT_PRICE;
		assert_eq!(before.total() + penalties, after.total() + paid + shielded);
		assert_eq!(after.held, 0);
		chain.audit()
	})
}

/// What happens to the town besides kills.
struct Tended {
	first: u64,
	/// The run goes on a little longer.
	last: u64,
	/// The silent meters say nothing more from this period on.
	dark: u64,
	silent: Vec<String>,
	/// How many meters have been replaced, one a day.
	replaced: u64,
	/// How often the clock has jumped, once a day.
	jumps: u64,
}

impl Tended {
	/// Does what is due.
	fn tend(&mut self, town: &mut Town) -> Result<()> {
		let now = now_ms();
		let period = town.grid.period_at(now);
		// They do say where they stand when that period begins.
		let is_dark = now > town.grid.start_of(self.dark) + 2_000;
		self.silent.iter().for_each(|meter| town.feed.silence(meter, is_dark));
		if period > self.last {
			return Ok(());
		}
		if period >= self.first + self.replaced * DAY {
			replace(town, self.replaced, period)?;
			self.replaced += 1;
		} else if period > self.first + self.jumps * DAY {
			self.jumps += 1;
			jump(town)?;
		}
		Ok(())
	}
}

/// What was sold sealed is settled by a proof: the seller's wallet has been paid for what was delivered.
fn is_settled_sealed(town: &Town, trade: u64, period: u64, quantity: u64) -> Result<SealedLine> {
	let chain = town.setting.chain();
	let lines = chain.sealed_statement(&town.operator.account.address, period)?;
	let [line] = lines.as_slice() else { bail!("not one sealed settlement: {lines:?}") };
	assert_eq!((line.trade, line.period, line.contracted), (trade, period, quantity));
	let rate = UNIT_PRICE + chain.imbalance_price(trade)?;
	assert_eq!(line.amount, u128::from(quantity) * rate);
	let delivered = u128::from(quantity.min(town.exports(period)));
	assert_eq!(town.seller_wallet.held()?.total(), delivered * rate);
	Ok(line.clone())
}

/// The report is the chain's statement, to the unit, but for what is sealed.
fn compare(
	town: &Town,
	periods: RangeInclusive<u64>,
	dark: u64,
	sealed: u64,
	silent: &str,
) -> Result<()> {
	let (first, last) = periods.into_inner();
	let mut of_chain = BTreeMap::new();
	for line in town.statement(first)? {
		let known = of_chain.insert(
			(line.period, line.trade),
			(line.contracted, line.delivered, line.paid, line.refunded, line.penalty),
		);
		assert_eq!(known, None);
	}
	let reports = town.reports(first, last)?;
	let mut sums = (0u128, 0u128);
	let mut expected = (0u128, 0u128);
	let mut of_report = BTreeMap::new();
	for report in &reports {
		assert_eq!(report["differences"], serde_json::json!([]), "{report}");
		let [account] = report["accounts"].as_array().context("no accounts")?.as_slice() else {
			bail!("not one account: {report}");
		};
		for row in account["sold"].as_array().into_iter().flatten() {
			sums = (sums.0 + whole(&row["delivered"])?, sums.1 + whole(&row["paid"])?);
		}
		for line in account["lines"].as_array().into_iter().flatten() {
			let number = |field: &str| whole(&line[field]);
			let key = (u64::try_from(number("period")?)?, u64::try_from(number("trade")?)?);
			if key.1 == sealed {
				assert!(line["delivered"].is_null() && key.0 == first, "{line}");
				continue;
			}
			let row = (
				u64::try_from(number("contracted")?)?,
				u64::try_from(number("delivered")?)?,
				number("paid")?,
				number("refunded")?,
				number("penalty")?,
			);
			expected = (expected.0 + u128::from(row.1), expected.1 + row.2);
			of_report.insert(key, row);
			if key.0 == dark {
				let reason = line["reason"].as_str().unwrap_or_default();
				assert!(reason.contains("silent: "), "{reason}");
			}
		}
	}
	assert_eq!(of_report, of_chain);
	assert_eq!(sums, expected);
	let missed: Vec<_> = reports
		.iter()
		.flat_map(|report| report["missed"].as_array().into_iter().flatten())
		.collect();
	assert!(missed.iter().any(|row| row["meter"] == silent), "{reports:?}");
	for row in missed {
		let (meter, reason) = (row["meter"].as_str(), row["reason"].as_str());
		let (meter, reason) = (meter.context("no meter")?, reason.context("no reason")?);
		let replaced = meter.strip_suffix(REPLACED).unwrap_or(meter);
		let is_known = |known: &FedMeter| known.name == meter || known.name == replaced;
		assert!(town.meters.iter().any(is_known), "{row}");
		// What is on record is not missed, whatever was read later.
		assert!(!reason.contains("ReadingChanged"), "{row}");
	}

	// The other forms are written, too.
	let out = town.setting.file("report.html");
	let month = reports[0]["month"].as_str().context("no month")?;
	let path = out.to_string_lossy();
	let client = &town.operator.account.client;
	town.agent.report(client, month, &["--format", "html", "--out", &path])?;
	let html = fs::read_to_string(&out)?;
	assert!(html.contains("<!doctype html>") && html.contains(silent), "{html}");
	let path = town.setting.file("report.csv");
	let text = path.to_string_lossy();
	town.agent.report(client, month, &["--format", "csv", "--out", &text])?;
	let rows = fs::read_to_string(&path)?.lines().count();
	let of_month = reports[0]["accounts"][0]["lines"].as_array().map_or(0, Vec::len);
	assert_eq!(rows, of_month + 1);
	Ok(())
}

/// A meter that imports only is replaced by another one, which speaks from the swap on; which of them, by
/// how many have been.
fn replace(town: &mut Town, replaced: u64, period: u64) -> Result<()> {
	let imports_only = |meter: &FedMeter| {
		meter.protocol == Protocol::Json && meter.steps.iter().all(|(_, export)| *export == 0)
	};
	let all = town.meters.iter().enumerate().filter(|(_, meter)| imports_only(meter));
	let old = all.map(|(at, _)| at).nth(usize::try_from(replaced)?);
	let old = old.context("nobody else only imports")?;
	let (old_device, mut new) = (town.devices[old].to_string(), town.meters[old].clone());
	let bob = &town.operator.account.client;
	new.name = format!("{}{REPLACED}", new.name);
	let shown = bob.run(&["device", "show", &old_device])?;
	let place = shown["meteringPoint"].as_str().context("no metering point")?;
	let nameplate = shown["nameplate"].as_u64().context("no nameplate")?;
	let csv = town.setting.file("replaced.csv");
	fs::write(
		&csv,
		format!(
			"meter,metering_point,directions,nameplate\n{},{place},import,{nameplate}\n",
			new.name
		),
	)?;
	let (csv, zone) = (csv.to_string_lossy().into_owned(), ZONE.to_string());
	let store = town.operator.store_text();
	let register = ["device", "register", "--store", &store, "--csv", &csv, "--zone", &zone];
	let start = Instant::now();
	let registered = loop {
		match bob.run(&[&register[..], &["--resource", "electricity"]].concat()) {
			Ok(registered) => break registered,
			// The agent uses the store, or sends once more what it was about to send when it was killed: then
			// that call has this one's nonce, and this one is in no block.
			Err(error)
				if ["StoreLocked", "TransactionDropped"]
					.iter()
					.any(|name| error.to_string().contains(name)) =>
			{
				if start.elapsed() > Duration::from_secs(30) {
					return Err(error.context("no meter can be registered beside the agent"));
				}
				thread::sleep(Duration::from_millis(200));
			},
			Err(error) => return Err(error),
		}
	};
	let device = registered[0]["device"].as_u64().context("no device is registered")?.to_string();
	let alice = &town.setting.alice.client;
	let seen = alice.look(&["device", "list", "--operator", &town.operator.account.address])?;
	let swap = ["device", "swap", "--facts", &seen, "--old", &old_device, "--new", &device];
	alice.run(&[&swap[..], &["--evidence", "file"]].concat())?;
	town.feed.add(new.clone());
	town.feed.say_again(&new.name, period);
	Ok(())
}

/// The clock is two hours ahead for a moment: nothing is committed to meanwhile, and it is said.
fn jump(town: &Town) -> Result<()> {
	town.agent.move_clock(7_200_000)?;
	let named = |(status, health): &(u16, serde_json::Value)| {
		let reasons = health["reasons"].as_array().into_iter().flatten();
		*status == 503 && reasons.into_iter().any(|reason| reason["name"] == "ClockWrong")
	};
	wait::until("the agent says that the clock is wrong", Duration::from_secs(20), || {
		Ok(town.agent.health().ok().filter(named).map(drop))
	})?;
	town.agent.move_clock(0)?;
	wait::until("the agent believes the clock again", Duration::from_secs(20), || {
		Ok(town.agent.health().ok().filter(|answer| !named(answer)).map(drop))
	})
}
