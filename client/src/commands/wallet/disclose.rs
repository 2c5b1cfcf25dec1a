//! `wallet disclose` and `wallet verify`: one payment, shown to somebody.

use std::path::Path;

use meterproof_wallet::{address::Address, disclosure::Disclosure};
use serde_json::json;

use super::unit::Units;
use crate::{
	commands::Context,
	error::{Error, Result},
	rpc::NOTE_PAGE,
};

/// Needs no node: the wallet has kept what opens the payment.
pub fn disclose(context: &Context, path: &Path, position: u32, purpose: &str) -> Result<()> {
	let file = super::open(context, path)?;
	let disclosure = file.wallet.disclose(position, purpose)?;
	let text = disclosure.to_text(file.wallet.network());
	let result = json!({ "position": position, "purpose": purpose, "disclosure": *text });
	context.output.show(&result, || String::clone(&text))
}

/// The page that a note is on, of a tree with so many notes: where it begins, and how long it is. A
/// node that is asked for the page does not learn which note was disclosed.
fn page_around(position: u32, notes: u32) -> (u64, u64) {
	let (position, notes) = (u64::from(position), u64::from(notes));
	let from = position.saturating_sub(position % NOTE_PAGE);
	(from, NOTE_PAGE.min(notes.saturating_sub(from)))
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
	let (from, limit) = page_around(position, state.head.notes);
	let page = chain.rpc.notes(from, limit).await?;
	let missing = || Error::new("UnexpectedAnswer", "payments_notes answered no note");
	let place = usize::try_from(u64::from(position).saturating_sub(from)).ok();
	let published = place.and_then(|place| page.get(place)).ok_or_else(missing)?;
	let proved = disclosure.verify(&network, published)?;
	if to.is_some_and(|to| !proved.went_to(&to)) {
		return Err(Error::new("OtherRecipient", "the payment went to another address"));
	}

	let unit = Units::of_all(&chain).await?.of(proved.asset);
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_node_is_asked_for_a_page_and_not_for_a_note() {
		let page = NOTE_PAGE as u32;
		for (position, notes, expected) in [
			(0, 1, (0, 1)),
			(7, 9, (0, 9)),
			(page - 1, 3 * page, (0, NOTE_PAGE)),
			(page, 3 * page, (NOTE_PAGE, NOTE_PAGE)),
			(page + 3, page + 7, (NOTE_PAGE, 7)),
			(u32::MAX - 1, u32::MAX, (4_294_967_000, 295)),
		] {
			assert_eq!(page_around(position, notes), expected, "{position} of {notes}");
		}
	}
}
