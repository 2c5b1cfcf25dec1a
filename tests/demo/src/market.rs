//! Trades before the first period, and the accounts after the last.

use std::time::{Duration, Instant};

use anyhow::{ensure, Result};
use meterproof_driver::{
	account::{Account, Balance},
	chain::{Line, SealedLine},
	operator::ZONE,
	wait,
};

use crate::{
	book,
	checks::{self, Made},
	parties::OPERATORS,
	plan::{self, Expected, Planned, BOOKED, NOTED, SEALED, SILENT, SILENT_PERIOD},
	report::{money, Figures, Row, Sums},
	setup::{in_parallel, Setup},
	wallet::NoteWallet,
};

/// How long a group past its deadline may wait for a block with idle time.
const EXPIRY_LIMIT: Duration = Duration::from_secs(20);

/// The accepted trades.
pub struct Market {
	/// The demo's first period.
	pub base: u64,
	/// The plan.
	pub planned: Vec<Planned>,
	/// Those that are made directly, in the order of the plan.
	pub made: Vec<Made>,
	/// What must become of them.
	pub expected: Vec<Expected>,
	/// Operators' balances after the last acceptance: from here on they pay no fees.
	pub balances: Vec<Balance>,
	/// Has what the seller of [`NOTED`] is paid.
	pub payees_wallet: NoteWallet,
	/// Of the seller and the buyer of [`SEALED`].
	pub sealed: [NoteWallet; 2],
}

/// Offers and accepts.
pub fn open(setup: &Setup) -> Result<Market> {
	let chain = setup.node.chain();
	let periods = setup.stretch.steps;
	let planned = plan::trades(&setup.shares, periods);
	let expected = plan::expected(&planned, &setup.shares, periods);

	println!("\n3. Trades: payment and collateral are held when they are made");
	// Two rounds of offers and three of acceptances, each some blocks long, must fit before the
	// gate of the first period closes; the orders for the book, before that of the second one does.
	let now = chain.period(None)?;
	let needed = Duration::from_secs(36).as_millis() as u64;
	let base = now.first_open + needed.div_ceil(now.schedule.length);
	let account = |own: usize| -> &Account { &setup.parties.operators[own].account };
	let wallet =
		|own: usize, name: &str| NoteWallet::new(&account(own).client, &setup.folder, name);
	let sealed =
		[wallet(planned[SEALED].seller, "seller")?, wallet(planned[SEALED].buyer, "buyer")?];
	let payees_wallet = wallet(planned[NOTED].seller, "payee")?;
	let numbers: Vec<usize> = (0..OPERATORS.len()).collect();
	let offered = in_parallel(&numbers, |seller| {
		let mut offered = Vec::new();
		for (index, trade) in planned.iter().take(BOOKED).enumerate() {
			if trade.seller == *seller {
				let [seller, buyer] = [trade.seller, trade.buyer].map(account);
				let offer = trade.offer(base);
				let id = match index {
					NOTED => seller.offer_into(ZONE, buyer, &offer, &payees_wallet.address)?,
					SEALED => seller.offer_sealed(ZONE, buyer, &offer, &sealed[0].address)?,
					_ => seller.offer(ZONE, buyer, &offer)?,
				};
				offered.push((index, id));
			}
		}
		Ok(offered)
	})?;
	let mut offered: Vec<(usize, u64)> = offered.into_iter().flatten().collect();
	offered.sort();
	in_parallel(&numbers, |buyer| {
		for (index, trade) in &offered {
			match *index {
				_ if planned[*index].buyer != *buyer => {},
				SEALED => account(*buyer).accept_sealed(*trade, &sealed[1].file)?,
				_ => account(*buyer).accept(*trade)?,
			}
		}
		Ok(())
	})?;

	let mut made = Vec::new();
	for (index, id) in &offered {
		let (id, planned) = (*id, planned[*index].clone());
		made.push(Made { id, planned, imbalance_price: chain.imbalance_price(id)? });
	}
	offered.sort_by_key(|(_, id)| *id);
	for (index, id) in offered {
		let ends = plan::ending(index, &expected).text();
		let Planned { seller, buyer, quantity, first, last, .. } = planned[index];
		println!(
			"   trade {id}: {} sells {} {quantity} Wh in period {} to {}, at {} MPF per kWh; to be \
			 {ends}",
			OPERATORS[seller],
			OPERATORS[buyer],
			first + 1,
			last + 1,
			planned[index].offer(base).price,
		);
	}
	book::order(setup, base, &planned)?;
	chain.wait_until_final()?;
	let balances = setup.parties.balances()?;
	let held: u128 = balances.iter().map(|balance| balance.held).sum();
	let deposits: u128 = setup.deposits.iter().map(|balance| balance.held).sum();
	println!("   On hold for them: {} MPF.", money(held.saturating_sub(deposits)));
	let (noted, payee) = (made[NOTED].id, OPERATORS[planned[NOTED].seller]);
	println!("   {payee} has a wallet, and is to be paid for trade {noted} in notes.");
	println!("   Trade {} is sealed: what is delivered of it stays hidden.", made[SEALED].id);
	Ok(Market { base, planned, made, expected, balances, payees_wallet, sealed })
}

/// Waits for the deadline of the proof that nobody sends, and checks every account.
pub fn close(setup: &Setup, market: &Market, figures: &mut Figures) -> Result<Vec<Row>> {
	let chain = setup.node.chain();
	let silent = &setup.parties.operators[SILENT];
	let (group, period) = (silent.group("export"), market.base + SILENT_PERIOD as u64);
	println!("\n5. The proof that nobody sends");
	if !chain.status(&group, period)?.settled {
		let start = Instant::now();
		chain.wait_for_phase(period, "final")?;
		wait::until("the group expires", EXPIRY_LIMIT, || {
			Ok(chain.status(&group, period)?.settled.then_some(()))
		})?;
		println!("   The deadline came after {} s more.", start.elapsed().as_secs());
	}
	println!("   {}: the buyer is refunded, the collateral pays the penalty.", OPERATORS[SILENT]);
	chain.wait_until_final()?;

	let (mut found, mut hidden): (Vec<Line>, Vec<SealedLine>) = Default::default();
	for operator in &setup.parties.operators {
		found.extend(chain.statement(&operator.account.address, market.base)?);
		hidden.extend(chain.sealed_statement(&operator.account.address, market.base)?);
	}
	let booked = book::cleared(setup, market.base, &market.planned)?;
	book::ensure_fund(setup, &booked)?;
	let made = [market.made.clone(), booked].concat();
	let wanted = checks::lines(&made, &market.expected, market.base);
	checks::statements(&found, &made, &wanted)?;
	checks::sealed_statements(&hidden, &made, &wanted)?;
	let after = setup.parties.balances()?;
	checks::balances(&made, &wanted, &setup.deposits, &market.balances, &after)?;
	figures.issuance_before = setup.issuance;
	figures.issuance_after = chain.issuance()?;
	ensure!(figures.issuance_before == figures.issuance_after, "money came or went");
	let total = setup.parties.total()?;
	let noted = checks::noted(&made, &wanted);
	let kept = market.payees_wallet.total()?;
	ensure!(kept == noted, "the wallet was to have {noted} in notes and has {kept}");
	let sealed = checks::sealed(&made, &wanted);
	for (wallet, wanted) in market.sealed.iter().zip(sealed) {
		let kept = wallet.total()?;
		ensure!(kept == wanted, "a side of the sealed trade was to have {wanted} and has {kept}");
	}
	let in_notes = noted + sealed.iter().sum::<u128>();
	ensure!(
		total + in_notes == setup.total,
		"the accounts had {} and now have {total}, besides {in_notes} in notes",
		setup.total
	);
	println!(
		"   {}: {} MPF of trade {} are in notes of its wallet, and not on its account.",
		OPERATORS[market.made[NOTED].planned.seller],
		money(noted),
		market.made[NOTED].id
	);
	let Planned { seller, buyer, .. } = market.made[SEALED].planned;
	println!(
		"   Trade {}: the chain knows of {} MPF in two notes; that {} are {}'s and {} {}'s, only the \
		 two do.",
		market.made[SEALED].id,
		money(sealed.iter().sum()),
		money(sealed[0]),
		OPERATORS[seller],
		money(sealed[1]),
		OPERATORS[buyer]
	);
	figures.paid_into_notes = noted;
	figures.settled_sealed = sealed.iter().sum();
	chain.audit()?;

	let rows = made.iter().enumerate().map(|(index, made)| Row {
		trade: made.id,
		planned: made.planned.clone(),
		ending: plan::ending(index, &market.expected),
		sealed: index == SEALED,
		sums: Sums::of(wanted.values().filter(|line| line.trade == made.id)),
	});
	let mut rows: Vec<Row> = rows.collect();
	rows.sort_by_key(|row| row.trade);
	Ok(rows)
}
