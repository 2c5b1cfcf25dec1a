//! An account's money that is paid into somebody else's notes through a node that keeps the call.

use anyhow::{ensure, Context, Result};
use meterproof_driver::{
	liar::{Lie, Told},
	wallet::MPF,
};
use serde_json::json;

use crate::{payments::through, wallets::Wallets, World, SUBMIT_CALL};

/// By the node's word the account has signed once more than it has.
fn nonce_is_used(told: &Told) -> Lie {
	if told.method != "state_call" || told.params[0] != "AccountNonceApi_account_nonce" {
		return Lie::Truth;
	}
	let digits = told.result.as_str().unwrap_or_default().trim_start_matches("0x");
	let bytes: Option<[u8; 4]> = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok());
	let next = u32::from_le_bytes(bytes.unwrap_or_default()).saturating_add(1);
	Lie::Result(json!(format!("0x{}", hex::encode(next.to_le_bytes()))))
}

pub fn a_call_that_pays_somebody_in(world: &World, wallets: &Wallets) -> Result<()> {
	let World { liar, setting } = world;
	let (payer, friend) = (&wallets.third, &wallets.friend);
	let (chain, lying) = (setting.chain(), through(world, payer));
	let before = friend.held()?.total();
	let shield = ["--to", &friend.address, "--amount", "2"];
	let replace = [&shield[..], &["--replace"]].concat();
	assert_eq!(payer.refused("shield", &replace)?.name, "NothingToReplace");

	liar.take_asked();
	liar.keep(SUBMIT_CALL, Lie::Result(json!("kept")));
	let refused = lying.refused("shield", &[&shield[..], &["--timeout", "4"]].concat())?;
	assert_eq!(refused.name, "NotIncluded");
	let kept = liar.take_newest(SUBMIT_CALL).context("nothing was sent")?;
	liar.tell_the_truth();
	for wallet in [&lying, payer] {
		assert_eq!(wallet.refused("shield", &shield)?.name, "EarlierPaymentOpen");
	}

	// That it cannot come any more is a node's word: nothing is signed with another nonce.
	liar.take_asked();
	liar.tell(nonce_is_used);
	assert_eq!(lying.refused("shield", &replace)?.name, "NothingToReplace");
	let asked = liar.take_asked();
	ensure!(asked.iter().all(|(method, _)| !method.starts_with("author_")), "{asked:?}");
	assert_eq!(payer.refused("shield", &shield)?.name, "EarlierPaymentOpen");

	// In its place, with its nonce: then it can come no more.
	payer.run("shield", &replace)?;
	let late = chain.rpc().call("author_submitExtrinsic", kept);
	let late = late.err().context("one nonce was used twice")?.to_string();
	ensure!(late.contains("outdated"), "{late}");
	assert_eq!(payer.refused("shield", &replace)?.name, "NothingToReplace");
	assert_eq!(friend.held()?.total(), before + u128::from(2 * MPF));
	Ok(())
}
