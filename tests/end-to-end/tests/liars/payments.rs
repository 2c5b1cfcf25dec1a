//! Payments out of notes that a node withholds, and about which it says what it likes: none is made
//! twice, and none is forgotten.

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	liar::{Lie, Told},
	wait,
	wallet::{Wallet, MPF},
};
use serde_json::{json, Value};

use crate::{
	wallets::{Wallets, LARGE, SMALL},
	World, LIMIT,
};

/// How the wallet sends a payment.
const SUBMIT: &str = "payments_submit";

/// A block number that no chain has reached.
pub const FAR: u32 = 4_000_000_000;

/// This wallet, through the liar.
pub fn through(world: &World, wallet: &Wallet) -> Wallet {
	wallet.through(&wallet.client.at(&world.liar.url()))
}

/// What a node says that has taken a payment.
fn taken() -> Lie {
	Lie::Result(json!({ "hash": format!("0x{}", "5a".repeat(32)) }))
}

/// Hands to the honest node what the liar kept.
fn hand_in(world: &World, kept: &Value) -> Result<Value> {
	Ok(world.setting.chain().rpc().call(SUBMIT, kept.clone())?)
}

/// The honest node does not take what the liar kept, since its notes are spent.
fn ensure_is_too_late(world: &World, kept: &Value) -> Result<()> {
	let refused = hand_in(world, kept).err().context("a note was spent twice")?.to_string();
	ensure!(refused.contains("NullifierSpent"), "{refused}");
	Ok(())
}

/// Payments that may still arrive, by the wallet's own history.
fn open(wallet: &Wallet) -> Result<Vec<Value>> {
	let shown = wallet.run("history", &[])?;
	shown["on_the_way"].as_array().cloned().context("no list of what is on its way")
}

/// Notes from a position on have these nullifiers, the first and the second of each payment.
fn spent_by_others(from: u64, nullifiers: Value) -> impl FnMut(&Told) -> Lie + Send {
	move |told| {
		if told.method != "payments_notes" {
			return Lie::Truth;
		}
		let mut page = told.result.clone();
		for note in page["notes"].as_array_mut().into_iter().flatten() {
			let position = note["position"].as_u64().unwrap_or_default();
			if let Some(place) = position.checked_sub(from) {
				note["content"]["nullifier"] = nullifiers[usize::from(place % 2 == 1)].clone();
			}
		}
		Lie::Result(page)
	}
}

/// The node keeps a payment, shows its note as spent by somebody else's, and hands it in later.
pub fn a_note_that_is_shown_as_spent(world: &World, wallets: &Wallets) -> Result<()> {
	let World { liar, setting } = world;
	let Wallets { first: payer, friend, other, .. } = wallets;
	let (chain, lying) = (setting.chain(), through(world, payer));
	let pay = ["--to", &friend.address, "--amount", "5"];
	chain.wait_for_anchor()?;
	let (before, fee) = (friend.held()?.total(), chain.payment_fees()?.transfer);

	liar.take_asked();
	liar.keep(SUBMIT, taken());
	let paying = lying.start("pay", &pay)?;
	let kept = wait::until("the payment is sent", LIMIT, || Ok(liar.take_newest(SUBMIT)))?;
	let notes = chain.tree()?.head.notes;
	liar.tell(spent_by_others(notes, kept[0]["nullifiers"].clone()));
	other.shield(MPF)?;
	let (_, refused) = paying.finish_refused_or_not(LIMIT)?;
	let refused = refused.context("a payment that was withheld was made")?;
	assert_eq!(refused.name, "NullifierSpent");
	ensure!(refused.message.contains("on its way"), "{refused}");

	// Neither at that node nor at another one is it paid again as if nothing had been.
	for (wallet, how) in [(&lying, None), (payer, None), (payer, Some("--replace"))] {
		let arguments: Vec<_> = pay.into_iter().chain(how).collect();
		assert_eq!(wallet.refused("pay", &arguments)?.name, "EarlierPaymentOpen", "{how:?}");
	}
	let known = open(payer)?;
	assert_eq!((known.len(), &known[0]["state"]), (1, &json!("refused")), "{known:?}");
	assert_eq!(known[0]["amount"], json!((5 * MPF).to_string()));

	// It arrives, which the wallet tells before it pays any more.
	hand_in(world, &kept)?;
	let arrived = || Ok((chain.tree()?.head.notes >= notes + 4).then_some(()));
	wait::until("the payment", LIMIT, arrived)?;
	payer.run("scan", &["--anew"])?;
	for how in [None, Some("--replace")] {
		let arguments: Vec<_> = pay.into_iter().chain(how).collect();
		assert_eq!(payer.refused("pay", &arguments)?.name, "EarlierPaymentArrived", "{how:?}");
	}
	let history = payer.run("history", &[])?;
	assert_eq!(history["on_the_way"], json!([]));
	let paid = history["events"].as_array().into_iter().flatten();
	assert_eq!(paid.filter(|event| event["kind"] == "paid").count(), 1);
	assert_eq!(payer.held()?.total(), u128::from(LARGE + SMALL - 5 * MPF - fee));
	assert_eq!(friend.held()?.total(), before + u128::from(5 * MPF));
	Ok(())
}

/// The chain's last block has a number that no chain has reached, and the newest tree is the anchor.
pub fn far_ahead(told: &Told) -> Lie {
	if told.method != "payments_state" {
		return Lie::Truth;
	}
	let mut state = told.result.clone();
	state["block"] = json!(FAR);
	state["anchor"] = state["head"].clone();
	Lie::Result(state)
}

/// A payment that is sent while the node tells block numbers that cannot be, and that it keeps: with
/// another node it is replaced, and its notes are free again.
pub fn a_payment_that_was_sent_in_a_far_block(world: &World, wallets: &Wallets) -> Result<()> {
	let World { liar, setting } = world;
	let Wallets { second: payer, friend, .. } = wallets;
	let (chain, lying) = (setting.chain(), through(world, payer));
	let pay = ["--to", &friend.address, "--amount", "6"];
	let (before, fee) = (friend.held()?.total(), chain.payment_fees()?.transfer);

	liar.take_asked();
	liar.tell(far_ahead);
	liar.keep(SUBMIT, taken());
	let patience = ["--timeout", "6"];
	let refused = lying.refused("pay", &[&pay[..], &patience].concat())?;
	assert_eq!(refused.name, "NotFinal");
	let kept = liar.take_newest(SUBMIT).context("nothing was sent")?;
	liar.tell_the_truth();

	// An honest node's anchor may not have all that the liar's had, and has it soon.
	let tree = chain.tree()?;
	let there = payer.client.run_lines(&["wallet", "balance", "--wallet", &payer.text()]);
	if tree.anchor.notes < tree.head.notes && chain.tree()?.anchor == tree.anchor {
		let refused = there.err().context("the wallet went back to an older anchor")?;
		ensure!(refused.to_string().contains("NodeBehind"), "{refused:#}");
	}
	chain.wait_for_anchor_of(tree.head.notes)?;
	let held = payer.held()?;
	assert_eq!((held.pending, held.total()), (u128::from(LARGE), u128::from(LARGE)));
	assert_eq!(payer.refused("pay", &pay)?.name, "EarlierPaymentOpen");
	assert_eq!(open(payer)?.len(), 1);

	// In its place, and then it can come no more.
	let replace = payer.run("pay", &[&pay[..], &["--replace"]].concat())?;
	assert_eq!(replace["amount"], json!((6 * MPF).to_string()));
	ensure_is_too_late(world, &kept)?;
	let held = payer.held()?;
	assert_eq!((held.pending, held.total()), (0, u128::from(LARGE - 6 * MPF - fee)));
	assert_eq!(open(payer)?, Vec::<Value>::new());
	assert_eq!(friend.held()?.total(), before + u128::from(6 * MPF));
	Ok(())
}

/// A payment arrives, and the line is cut before the node has answered: the same command, given again, does
/// not pay again.
pub fn a_payment_whose_answer_is_lost(world: &World, wallets: &Wallets) -> Result<()> {
	let World { liar, setting } = world;
	let Wallets { second: payer, friend, .. } = wallets;
	let chain = setting.chain();
	let pay = ["--to", &friend.address, "--amount", "3"];
	chain.wait_for_anchor()?;
	let (held, fee) = (payer.held()?.total(), chain.payment_fees()?.transfer);
	let (before, notes) = (friend.held()?.total(), chain.tree()?.head.notes);

	liar.tell(|told| match told.method.as_str() {
		SUBMIT => Lie::Close,
		_ => Lie::Truth,
	});
	let refused = through(world, payer).refused("pay", &pay)?;
	ensure!(refused.message.contains("on its way"), "{refused}");
	liar.tell_the_truth();

	let not_again = |wallet: &Wallet| {
		let refused = wallet.refused("pay", &pay)?;
		let is_told =
			["EarlierPaymentOpen", "EarlierPaymentArrived"].contains(&refused.name.as_str());
		ensure!(is_told, "{refused}");
		Ok(refused.name)
	};
	not_again(payer)?;
	let arrived = || Ok((chain.tree()?.head.notes > notes).then_some(()));
	wait::until("the payment", LIMIT, arrived)?;
	assert_eq!(not_again(payer)?, "EarlierPaymentArrived");
	assert_eq!(open(payer)?, Vec::<Value>::new());
	assert_eq!(payer.held()?.total(), held - u128::from(3 * MPF + fee));
	assert_eq!(friend.held()?.total(), before + u128::from(3 * MPF));
	Ok(())
}

/// A node keeps what it says that it has refused: the next payment spends a note of it.
pub fn a_refusal_that_is_none(world: &World, wallets: &Wallets) -> Result<()> {
	let World { liar, setting } = world;
	let payer = &wallets.third;
	let ferdie = setting.account("Ferdie")?;
	let before = ferdie.balance()?.free;
	let unshield = ["--to", &ferdie.address, "--amount", "7"];

	liar.take_asked();
	let message = "RecipientCannotReceive: the account cannot be paid".to_owned();
	liar.keep(SUBMIT, Lie::Refusal { code: -33_306, message });
	let refused = through(world, payer).refused("unshield", &unshield)?;
	assert_eq!(refused.name, "RecipientCannotReceive");
	let kept = liar.take_newest(SUBMIT).context("nothing was sent")?;
	let known = open(payer)?;
	assert_eq!((known.len(), &known[0]["state"]), (1, &json!("refused")), "{known:?}");

	payer.run("unshield", &unshield)?;
	ensure_is_too_late(world, &kept)?;
	assert_eq!(open(payer)?, Vec::<Value>::new());
	assert_eq!(ferdie.balance()?.free, before + u128::from(7 * MPF));
	Ok(())
}
