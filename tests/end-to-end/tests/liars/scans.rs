//! What a node says of the chain to a wallet that looks, and to one that is about to pay.

use anyhow::{ensure, Result};
use meterproof_driver::{
	liar::{Lie, Told},
	wallet::Wallet,
};
use serde_json::{json, Value};

use crate::{
	payments::{far_ahead, through, FAR},
	wallets::Wallets,
	World,
};

/// An asset that the chain does not have.
const ASSET: &str = "7";

/// 32 bytes that are the same.
fn bytes(byte: u8) -> String {
	format!("0x{}", hex::encode([byte; 32]))
}

/// What `change` makes of the state of the tree.
fn state(change: fn(&mut Value)) -> impl FnMut(&Told) -> Lie + Send {
	move |told| {
		if told.method != "payments_state" {
			return Lie::Truth;
		}
		let mut state = told.result.clone();
		change(&mut state);
		Lie::Result(state)
	}
}

/// Checks that each lie about the tree is refused by name before anything is sent, and does no lasting harm.
pub fn trees_that_are_none(world: &World, wallets: &Wallets) -> Result<()> {
	let World { liar, setting } = world;
	let honest = wallets.second.copied(setting.file("deceived.wallet"))?;
	let (lying, held) = (through(world, &honest), honest.held()?);
	let pay = ["--to", &wallets.friend.address, "--amount", "1"];
	let lies: [(fn(&mut Value), &str); 6] = [
		(|state| state["anchor"]["root"] = json!(bytes(0)), "AnchorDiffers"),
		(|state| state["anchor"]["notes"] = json!(2), "AnchorDiffers"),
		(|state| state["anchorPeriod"] = json!(1), "OtherConstants"),
		(|state| state["rootLife"] = json!(1), "OtherConstants"),
		(|state| state["head"]["root"] = json!(bytes(0)), "RootDiffers"),
		(|state| state["head"]["notes"] = json!(0), "NodeBehind"),
	];
	liar.take_asked();
	for (lie, name) in lies {
		liar.tell(state(lie));
		assert_eq!(lying.refused("pay", &pay)?.name, name);
	}
	assert_eq!(honest.held()?, held, "none of this did lasting harm");

	// Blocks that cannot be are found out by the next node, and forgotten with it.
	liar.tell(|told| match told.method.as_str() {
		"payments_notes" => {
			let mut page = told.result.clone();
			let notes = page["notes"].as_array_mut().and_then(|notes| notes.last_mut());
			notes.into_iter().for_each(|note| note["block"] = json!(FAR));
			Lie::Result(page)
		},
		_ => far_ahead(told),
	});
	// The last two notes are one payment's, which has one block.
	assert_eq!(lying.refused("scan", &["--anew"])?.name, "TornPayment");
	liar.tell(|told| match told.method.as_str() {
		"payments_notes" => {
			let mut page = told.result.clone();
			let notes = page["notes"].as_array_mut().into_iter().flatten().rev().take(2);
			notes.for_each(|note| note["block"] = json!(FAR));
			Lie::Result(page)
		},
		_ => far_ahead(told),
	});
	lying.run("scan", &["--anew"])?;
	assert_eq!(honest.refused("balance", &[])?.name, "BlocksDiffer");
	honest.run("scan", &["--anew"])?;
	assert_eq!(honest.held()?, held);

	let asked = liar.take_asked();
	ensure!(asked.iter().all(|(method, _)| method != "payments_submit"), "{asked:?}");
	Ok(())
}

/// By the node's word there is one more asset, of so many decimals, and the chain's own has an
/// auditor, if it says so.
fn assets(decimals: u8, auditor: Option<u8>) -> impl FnMut(&Told) -> Lie + Send {
	// Deposit, name, symbol, decimals, and whether it is frozen.
	let metadata = [&[0; 16][..], &[12], b"EUR", &[12], b"EUR", &[decimals, 0]].concat();
	let metadata = format!("0x{}", hex::encode(metadata));
	move |told| match told.method.as_str() {
		"payments_assets" => {
			let mut assets = told.result.clone();
			if let Some(assets) = assets.as_array_mut() {
				let mut invented = assets[0].clone();
				invented["asset"] = json!(7);
				assets[0]["auditor"] = json!(auditor.map(bytes));
				assets.push(invented);
			}
			Lie::Result(assets)
		},
		"state_getStorage" if told.result.is_null() => Lie::Result(json!(metadata)),
		_ => Lie::Truth,
	}
}

/// What an amount is, and who reads it, is not the node's to say.
pub fn units_and_readers(world: &World, wallets: &Wallets) -> Result<()> {
	let World { liar, setting } = world;
	let wallet = wallets.second.copied(setting.file("units.wallet"))?;
	let lying = through(world, &wallet);
	let pay = |wallet: &Wallet, further: &[&str]| -> Result<String> {
		let pay = ["--to", &wallets.friend.address, "--amount", "5"];
		Ok(wallet.refused("pay", &[&pay[..], further].concat())?.name)
	};
	let (asset, other) = (["--asset", ASSET], bytes(2));
	liar.take_asked();
	liar.tell(assets(6, None));
	assert_eq!(pay(&lying, &asset)?, "DecimalsNotConfirmed");
	assert_eq!(pay(&lying, &[&asset[..], &["--decimals", "2"]].concat())?, "OtherDecimals");
	liar.tell(assets(2, None));
	let confirmed = [&asset[..], &["--decimals", "2"]].concat();
	assert_eq!(pay(&lying, &confirmed)?, "InsufficientFunds", "the wallet has none of it");
	liar.tell(assets(6, None));
	assert_eq!(pay(&lying, &asset)?, "UnitChanged");
	assert_eq!(pay(&wallet, &asset)?, "UnknownAsset", "by an honest node");

	liar.tell(assets(2, Some(1)));
	assert_eq!(pay(&lying, &[])?, "AuditorNotNamed");
	assert_eq!(pay(&lying, &["--auditor", &other])?, "OtherAuditor");
	let asked = liar.take_asked();
	ensure!(asked.iter().all(|(method, _)| method != "payments_submit"), "{asked:?}");
	Ok(())
}

/// A wallet that comes back from its seed pays when it knows that nothing of before can arrive, and no
/// node tells it that so early.
pub fn a_wallet_that_comes_back(world: &World, wallets: &Wallets) -> Result<()> {
	let World { liar, setting } = world;
	let wallet = &wallets.second;
	let seed = setting.file("second.seed");
	std::fs::write(&seed, wallet.seed()?)?;
	let seed = seed.to_string_lossy().into_owned();
	let client = wallet.client.at(&liar.url());
	let brought = |file: &str, further: &[&str]| {
		let arguments = [&["--seed-file", &seed][..], further].concat();
		Wallet::create_with(&client, setting.file(file), &arguments)
	};
	liar.tell(far_ahead);
	let back = brought("back.wallet", &[])?;
	let free = brought("free.wallet", &["--nothing-on-the-way"])?;
	assert_eq!((&back.address, &free.address), (&wallet.address, &wallet.address));
	let refused = |wallet: &Wallet, further: &[&str]| -> Result<String> {
		let pay = ["--to", &wallets.friend.address, "--amount", "1000"];
		Ok(wallet.refused("pay", &[&pay[..], further].concat())?.name)
	};
	for how in [&[][..], &["--replace"]] {
		assert_eq!(refused(&back, how)?, "RestoredLately", "{how:?}");
	}
	// Both of these say that they know: it is the amount that is refused.
	assert_eq!(refused(&back, &["--beside"])?, "InsufficientFunds");
	assert_eq!(refused(&free, &[])?, "InsufficientFunds");
	Ok(())
}
