//! `wallet disclose` and `wallet verify`: one payment, shown to somebody.

use std::path::Path;

use meterproof_wallet::{address::Address, disclosure::Disclosure};
use serde_json::json;

use super::unit::Unit;
use crate::{
	commands::Context,
	error::{Error, Result},
};

/// Needs no node: the wallet has kept what opens the payment.
pub fn disclose(context: &Context, path: &Path, position: u32, purpose: &str) -> Result<()> {
	let file = super::open(context, path)?;
	let disclosure = file.wallet.disclose(position, purpose)?;
	let text = disclosure.to_text(file.wallet.network());
	let result = json!({ "position": position, "purpose": purpose, "disclosure": *text });
	context.output.show(&result, || String::clone(&text))
}

pub async fn verify(context: &Context, text: &str, to: Option<&str>) -> Result<()> {
	let chain = context.chain().await?;
	let network = super::network(&chain).await?;
	let disclosure = Disclosure::parse(&network, text)?;
	let to = to.map(|text| Address::parse(&network, text)).transpose()?;

	let position = disclosure.position;
	let state = chain.rpc.payments_state().await?;
	if position >= state.head.notes {
		let message = "no finalised block has a note at the disclosure's position";
		return Err(Error::new("UnknownNote", message));
	}
	let published = chain.rpc.notes(position.into(), 1).await?;
	let missing = || Error::new("UnexpectedAnswer", "payments_notes answered no note");
	let published = published.first().ok_or_else(missing)?;
	let proved = disclosure.verify(&network, published)?;
	if to.is_some_and(|to| !proved.went_to(&to)) {
		return Err(Error::new("OtherRecipient", "the payment went to another address"));
	}

	let unit = Unit::of(&chain, proved.asset).await?;
	let purpose = disclosure.shown_purpose();
	let owner = format!("0x{}", hex::encode(proved.owner));
	let result = json!({
		"position": position,
		"block": proved.block,
		"asset": proved.asset,
		"amount": proved.amount.to_string(),
		"owner": owner,
		"to_checked": to.is_some(),
		"by_payer": proved.by_payer,
		"purpose": purpose,
	});
	context.output.show(&result, || {
		let recipient = match to {
			Some(_) => "to the address given".to_owned(),
			None => format!("to the owner {owner} (--to compares it with an address)"),
		};
		let by = match proved.by_payer {
			true => format!("disclosed by its payer for: {purpose}"),
			false => {
				"disclosed by somebody who is not its payer: the purpose proves nothing".into()
			},
		};
		let amount = unit.show(proved.amount);
		format!("{amount} were paid in block {}, {recipient}\n{by}", proved.block)
	})
}
