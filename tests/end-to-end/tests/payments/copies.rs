//! Copies of one wallet's file, used at once: double spends by honest programs.

use std::{panic::resume_unwind, thread, time::Duration};

use anyhow::{bail, Result};
use meterproof_driver::{
	client::Refused,
	payer::Payer,
	wait,
	wallet::{mpf, paid, Paid, Wallet, MPF},
};

use super::two_wallets::{wait_for_both, People};

/// How the client may say that the other copy was faster: before its own payment is taken, or
/// while it waits.
const TOO_LATE: [&str; 2] = ["NullifierSpent", "NullifierPending"];

/// What only the largest of Alice's notes can pay, so that both copies must spend it. The amount
/// tells which of the two paid.
const AMOUNTS: [u64; 2] = [60 * MPF + 1, 61 * MPF + 2];

/// What is paid by hand out of what is left of that note then. The amount tells which copy paid.
const BY_HAND: [u64; 2] = [20 * MPF + 3, 21 * MPF + 4];

/// Time for a payment to be final on a loaded machine.
const LIMIT: Duration = Duration::from_secs(60);

fn start(wallet: &Wallet, to: &str, amount: u64) -> Result<Result<Paid, Refused>> {
	let running = wallet.start("pay", &["--to", to, "--amount", &mpf(amount)])?;
	match running.finish(LIMIT) {
		Ok(values) => match values.as_slice() {
			[value] => Ok(Ok(paid(value)?)),
			_ => bail!("`wallet pay` did not print one value"),
		},
		Err(error) => Ok(Err(error.downcast()?)),
	}
}

/// Alice copies the file, and pays with both copies on two nodes at once; then the same with bytes
/// made by hand.
pub fn exactly_one_of_two_copies_pays(people: &People) -> Result<()> {
	let People { chain, bobs_chain, alice, bob, .. } = people;
	let fee = chain.payment_fees()?.transfer;
	chain.wait_for_anchor()?;
	bobs_chain.wait_for_anchor()?;
	let total = alice.held()?.total();
	let copy = alice.copied(people.file("copy.wallet"))?.through(&bob.client);
	let before = bob.held()?.total();

	let wallets = [(alice, AMOUNTS[0]), (&copy, AMOUNTS[1])];
	let outcomes: Vec<Result<Result<Paid, Refused>>> = thread::scope(|scope| {
		let running: Vec<_> = wallets
			.iter()
			.map(|(wallet, amount)| scope.spawn(|| start(wallet, &bob.address, *amount)))
			.collect();
		let joined = running.into_iter().map(|thread| thread.join());
		joined.map(|outcome| outcome.unwrap_or_else(|panic| resume_unwind(panic))).collect()
	});
	let outcomes = outcomes.into_iter().collect::<Result<Vec<_>>>()?;
	let (winner, loser) = match &outcomes[..] {
		[Ok(_), Err(loser)] => (0, loser),
		[Err(loser), Ok(_)] => (1, loser),
		_ => bail!("not exactly one of two copies paid: {outcomes:?}"),
	};
	assert!(TOO_LATE.contains(&loser.name.as_str()), "{loser}");
	wait_for_both(people)?;
	let amount = AMOUNTS[winner];
	assert_eq!(bob.held()?.total(), before + u128::from(amount));
	for wallet in [alice, &copy] {
		let held = wallet.held()?;
		assert_eq!(held.total(), total - u128::from(amount + fee), "{loser}");
		assert_eq!(held.pending, 0, "nothing waits for what cannot come");
	}
	people.balance_books()?;

	// The same by hand, to each node at the same moment, and after that to both once more.
	chain.wait_for_anchor()?;
	let payer = Payer::new(chain, &alice.seed()?)?;
	let payments = [payer.pay(&bob.address, BY_HAND[0])?, payer.pay(&bob.address, BY_HAND[1])?];
	let before = bob.held()?.total();
	let answers: Vec<_> = thread::scope(|scope| {
		let running: Vec<_> = [chain, bobs_chain]
			.into_iter()
			.zip(&payments)
			.map(|(chain, payment)| scope.spawn(|| chain.submit_payment(payment)))
			.collect();
		let joined = running.into_iter().map(|thread| thread.join());
		joined.map(|outcome| outcome.unwrap_or_else(|panic| resume_unwind(panic))).collect()
	});
	let taken = answers.into_iter().collect::<Result<Vec<_>>>()?;
	assert!(taken.iter().any(Result::is_ok), "{taken:?}");
	wait::until("one of the two is final", LIMIT, || {
		Ok((bob.held()?.total() > before).then_some(()))
	})?;
	wait_for_both(people)?;
	let gained = bob.held()?.total() - before;
	assert!(BY_HAND.map(u128::from).contains(&gained), "{gained}");
	for chain in [chain, bobs_chain] {
		for payment in &payments {
			let refusal = chain.refused_payment(payment)?;
			assert_eq!((refusal.code, refusal.name.as_str()), (-33_040, "NullifierSpent"));
		}
	}
	people.balance_books()
}
