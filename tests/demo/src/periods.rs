//! The periods: readings, commitments, proofs, payments.

use std::time::Duration;

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	chain::Group,
	client::Running,
	operator::Operator,
	settle::{prove, prove_sealed, settle},
	wait,
};

use crate::{
	book,
	market::Market,
	parties::{device_of, OPERATORS},
	plan::{BOOK_PERIOD, SEALED, SILENT, SILENT_PERIOD},
	report::Figures,
	setup::Setup,
};

/// Time beyond the plan that a loaded machine may take.
const SLACK: Duration = Duration::from_secs(60);

/// Runs all periods.
pub fn run(setup: &Setup, market: &Market) -> Result<Figures> {
	let mut figures = Figures::default();
	let mut gateways = start_gateways(setup, market)?;
	println!("\n4. Periods");
	for period in 0..setup.stretch.steps {
		commit(setup, market, period, &mut gateways, &mut figures)?;
		settle_period(setup, market, period, &mut figures)?;
	}
	for gateway in gateways {
		gateway.finish(SLACK)?;
	}
	Ok(figures)
}

/// One gateway for each operator, with its own meters' readings and nobody else's.
fn start_gateways(setup: &Setup, market: &Market) -> Result<Vec<Running>> {
	let all = setup.parties.operators.iter().zip(&setup.shares);
	let gateways = all.map(|(operator, share)| {
		let csv = setup.table.csv(&share.meters, setup.stretch);
		operator.start_gateway(&csv, market.base, setup.stretch.steps as u64)
	});
	gateways.collect()
}

/// Waits until every meter's commitments of the period are on chain.
fn commit(
	setup: &Setup,
	market: &Market,
	period: usize,
	gateways: &mut [Running],
	figures: &mut Figures,
) -> Result<()> {
	let chain = setup.node.chain();
	let index = market.base + period as u64;
	chain.wait_for_phase(index, "committing")?;
	println!(
		"\n   Period {} of {} (index {index}, readings of {}) has ended",
		period + 1,
		setup.stretch.steps,
		setup.table.times[setup.stretch.first + period]
	);
	let mut committed = 0;
	for (operator, share) in setup.parties.operators.iter().zip(&setup.shares) {
		let wanted = [("import", share.meters.len()), ("export", share.solar)];
		for (direction, meters) in wanted {
			let what = format!("all of {}'s {direction} commitments", operator.account.name);
			let group = operator.group(direction);
			committed += wait_for(setup, &what, &group, index, meters as u64, gateways)?;
		}
	}
	let readings: usize = setup.shares.iter().map(|share| share.meters.len() + share.solar).sum();
	println!("     {readings} readings taken, {committed} commitments on chain, from meters without accounts");
	figures.readings += readings as u64;
	figures.commitments_on_chain += committed;
	show_one(setup, index, period)
}

fn wait_for(
	setup: &Setup,
	what: &str,
	group: &Group,
	period: u64,
	meters: u64,
	gateways: &mut [Running],
) -> Result<u64> {
	let chain = setup.node.chain();
	let schedule = chain.period(Some(period))?.schedule;
	let limit = Duration::from_millis(schedule.length + schedule.commit_window);
	let committed = wait::until(what, limit + SLACK, || {
		if let Some(error) = gateways.iter_mut().find_map(|gateway| gateway.ensure_well().err()) {
			return Ok(Some(Err(error)));
		}
		let committed = chain.status(group, period)?.committed;
		Ok((committed >= meters).then_some(Ok(committed)))
	})??;
	ensure!(committed == meters, "{what}: {committed} from {meters} meters");
	Ok(committed)
}

/// What everyone sees of one reading, beside what only its owner knows.
fn show_one(setup: &Setup, index: u64, period: usize) -> Result<()> {
	let own = period % OPERATORS.len();
	let meter = setup.shares[own].meters.first().context("an operator without meters")?;
	let device = device_of(&setup.registered[own], meter).context("an unregistered meter")?;
	let recorded = setup.node.chain().recorded(device, index, "export")?;
	let recorded = recorded.context("a commitment that is counted but not recorded")?;
	let reading = setup.table.export(meter, setup.stretch.first + period);
	println!("     on chain: device {device}, export: {recorded}");
	println!("     private:  {meter} of {}, export: {reading} Wh and a salt", OPERATORS[own]);
	Ok(())
}

/// One proof for everyone who sold and proves, one transaction, one payment for each trade.
fn settle_period(
	setup: &Setup,
	market: &Market,
	period: usize,
	figures: &mut Figures,
) -> Result<()> {
	let contracted = |own: usize| -> u64 {
		let rows = market
			.expected
			.iter()
			.filter(|row| row.period == period && market.planned[row.trade].seller == own);
		rows.map(|row| row.contracted).sum()
	};
	if period == BOOK_PERIOD {
		book::show(&book::cleared(setup, market.base, &market.planned)?);
	}
	let is_silent = |own: usize| own == SILENT && period == SILENT_PERIOD;
	let sealed = &market.made[SEALED].planned;
	let is_sealed = |own: usize| own == sealed.seller && sealed.covers(period);
	let sellers: Vec<usize> = (0..OPERATORS.len())
		.filter(|own| contracted(*own) > 0 && !is_silent(*own) && !is_sealed(*own))
		.collect();
	let operators: Vec<&Operator> =
		sellers.iter().map(|own| &setup.parties.operators[*own]).collect();

	let index = market.base + period as u64;
	let file = setup.folder.join(format!("period-{}.proof.json", period + 1));
	let proof = prove(&setup.parties.ferdie.client, &operators, index, file)?;
	println!(
		"     one proof for {} operators: {} slots, {:.1} kB, proved in {:.0} ms, verified in {:.1} ms",
		proof.groups,
		proof.slots,
		proof.bytes as f64 / 1e3,
		proof.prove_ms,
		proof.verify_native_ms
	);
	let settlement = settle(&setup.parties.ferdie, &proof)?;
	println!(
		"     accepted and paid; final {:.1} s after submission",
		settlement.seconds_to_finality
	);
	for (own, claimed) in sellers.iter().zip(&proof.claimed) {
		let (name, metered) = (OPERATORS[*own], setup.shares[*own].exports[period]);
		let sold = contracted(*own);
		let on_chain = format!("{name} delivered at least {claimed} of {sold} Wh");
		match metered < sold {
			// A claim below what was sold is the sum itself: that much a short delivery gives away.
			true => println!("     on chain: {on_chain}: selling too much shows the sum"),
			false => println!("     on chain: {on_chain}; private: {metered} Wh metered"),
		}
		ensure!(
			*claimed == sold.min(metered),
			"{name}: {claimed} Wh claimed of {metered} metered and {sold} sold"
		);
	}
	if is_sealed(sealed.seller) {
		settle_sealed(setup, market, period, figures)?;
	}
	if is_silent(SILENT) {
		println!("     {} sends no proof this time", OPERATORS[SILENT]);
	}
	figures.proofs.push(proof);
	figures.seconds_from_proof_to_finality.push(settlement.seconds_to_finality);
	Ok(())
}

/// The sealed trade: its proofs show that both sides get what they should, and not how much.
fn settle_sealed(
	setup: &Setup,
	market: &Market,
	period: usize,
	figures: &mut Figures,
) -> Result<()> {
	let made = &market.made[SEALED];
	let operator = &setup.parties.operators[made.planned.seller];
	let [seller, _] = &market.sealed;
	let index = market.base + period as u64;
	let file = setup.folder.join(format!("period-{}.sealed.json", period + 1));
	let ferdie = &setup.parties.ferdie;
	let proof = prove_sealed(&ferdie.client, &[operator], &[&seller.file], index, file)?;
	let settlement = settle(ferdie, &proof)?;
	println!(
		"     two proofs for sealed trade {}: {:.1} kB, proved in {:.0} ms, verified in {:.1} ms; final \
		 {:.1} s after submission",
		made.id,
		proof.bytes as f64 / 1e3,
		proof.prove_ms,
		proof.verify_native_ms,
		settlement.seconds_to_finality
	);
	let (name, sold) = (OPERATORS[made.planned.seller], made.planned.quantity);
	let metered = setup.shares[made.planned.seller].exports[period];
	println!(
		"     on chain: {name} delivered what two notes say, of {sold} Wh; private: {metered} Wh metered"
	);
	ensure!(
		proof.claimed == [sold.min(metered)],
		"{name}: {:?} Wh claimed of {metered} metered and {sold} sold",
		proof.claimed
	);
	figures.proofs.push(proof);
	figures.seconds_from_proof_to_finality.push(settlement.seconds_to_finality);
	Ok(())
}
