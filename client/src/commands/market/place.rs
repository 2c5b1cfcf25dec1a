//! Placing an order.

use subxt::{dynamic::Value as Argument, ext::scale_value::Composite};
use subxt_signer::sr25519::Keypair;

use super::{
	terms::{OrderKind, OrderTerms},
	Context,
};
use crate::{
	chain::{amount, call, int, number, variant, Call, Chain, Needed},
	cli::{BidArgs, SellArgs},
	commands::trade::{imbalance_price, note_owner},
	error::{Error, Result},
	units::{parse_price, show_money, show_price, show_quantity},
};

pub async fn bid(context: &Context, args: BidArgs) -> Result<()> {
	let terms = OrderTerms::of(&args.order, OrderKind::Bid)?;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let refund = note_owner(&chain, args.refund.as_deref()).await?;
	place(context, &chain, &signer, terms, refund).await
}

pub async fn offer(context: &Context, args: SellArgs) -> Result<()> {
	let most = args.max_imbalance_price.as_deref().map(parse_price).transpose()?;
	let imbalance_price_of = |imbalance_price| OrderKind::Offer { imbalance_price };
	let terms = OrderTerms::of(&args.order, imbalance_price_of(most.unwrap_or_default()))?;
	if most.is_some_and(|most| most < terms.limit) {
		let message = "what is not delivered costs at least the price: raise --max-imbalance-price";
		return Err(Error::new("ImbalancePriceAboveLimit", message));
	}
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let most = match most {
		Some(most) => most,
		None => {
			let periods = (terms.first, terms.last);
			let least = imbalance_price(&chain, (terms.zone, terms.resource), periods).await?;
			least.max(terms.limit)
		},
	};
	let payout = note_owner(&chain, args.payout.as_deref()).await?;
	let terms = OrderTerms { side: imbalance_price_of(most), ..terms };
	place(context, &chain, &signer, terms, payout).await
}

async fn place(
	context: &Context,
	chain: &Chain,
	signer: &Keypair,
	terms: OrderTerms,
	note_owner: Argument,
) -> Result<()> {
	let deposit = chain.constant("Book", "OrderDeposit").await?;
	let held = terms.held(deposit)?;
	context.output.remark(&terms.for_signer(held)?);
	let needed = Needed { amount: held.sum()?, what: "the order".to_owned() };
	let call = order(&terms, note_owner);
	let included = chain.submit_needing(signer, &call, Some(needed)).await.map_err(of_a_voter)?;
	let events = included.events("Book", "OrderPlaced")?;
	let (order, terms) =
		events.first().and_then(|event| placed(event, terms)).ok_or_else(|| {
			Error::new("UnexpectedEvent", "the block has no Book.OrderPlaced event as it should be")
		})?;
	// The zone's imbalance price may have sunk below what was allowed.
	let held = terms.held(deposit)?;
	let sum = held.sum()?;
	context.output.show(&terms.json(order, held), || {
		let unit = terms.resource.trade_unit();
		format!(
			"order {order}: a {} of {} {unit} a period at {} MPF/{unit}, periods {}..{}; {} MPF held",
			terms.word(),
			show_quantity(terms.quantity),
			show_price(terms.limit),
			terms.first,
			terms.last,
			show_money(sum)
		)
	})
}

/// The call that places an order.
pub(super) fn order(terms: &OrderTerms, note_owner: Argument) -> Call {
	let mut arguments = vec![
		int(terms.zone),
		variant(terms.resource.variant()),
		int(terms.quantity),
		int(terms.limit),
	];
	if let OrderKind::Offer { imbalance_price } = terms.side {
		arguments.push(int(imbalance_price));
	}
	arguments.extend([int(terms.first), int(terms.last), note_owner]);
	call("Book", terms.word(), arguments)
}

/// The number of the order that an event tells of, and its terms with the imbalance price that it got.
fn placed(event: &Composite<()>, terms: OrderTerms) -> Option<(u64, OrderTerms)> {
	let side = match terms.side {
		OrderKind::Bid => OrderKind::Bid,
		OrderKind::Offer { .. } => {
			OrderKind::Offer { imbalance_price: amount(event, "imbalance_price")? }
		},
	};
	Some((number(event, "order")?, OrderTerms { side, ..terms }))
}

/// The chain's word for it is the one for any account that may not spend.
pub(super) fn of_a_voter(error: Error) -> Error {
	if error.name() != "Frozen" {
		return error;
	}
	let message =
		"an account with votes on referenda places no orders and funds no backstop: use another account, \
		 or take the votes back with `gov remove-vote` and `gov unlock`";
	Error::new("Frozen", message)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::Resource;
	use subxt::dynamic::Value;

	fn terms(side: OrderKind) -> OrderTerms {
		let resource = Resource::Water;
		OrderTerms { side, zone: 3, resource, quantity: 20, limit: 7, first: 5, last: 6 }
	}

	fn numbers(call: &Call) -> Vec<u128> {
		call.call_data().values().filter_map(Value::as_u128).collect()
	}

	#[test]
	fn a_call_names_every_term() {
		let none = || Value::unnamed_variant("None", []);
		let bid = order(&terms(OrderKind::Bid), none());
		assert_eq!((bid.pallet_name(), bid.call_name()), ("Book", "bid"));
		assert_eq!(numbers(&bid), [3, 20, 7, 5, 6]);
		let offer = order(&terms(OrderKind::Offer { imbalance_price: 9 }), none());
		assert_eq!((offer.pallet_name(), offer.call_name()), ("Book", "offer"));
		assert_eq!(numbers(&offer), [3, 20, 7, 9, 5, 6]);
	}

	#[test]
	fn an_offer_has_the_imbalance_price_that_its_event_tells() {
		let event = |price: u128| {
			Composite::named([("order", Value::u128(17)), ("imbalance_price", Value::u128(price))])
		};
		let offer = terms(OrderKind::Offer { imbalance_price: 9 });
		let (order, offered) = placed(&event(8), offer).unwrap();
		assert_eq!((order, offered.side), (17, OrderKind::Offer { imbalance_price: 8 }));
		let (_, bid) = placed(&event(0), terms(OrderKind::Bid)).unwrap();
		assert_eq!(bid, terms(OrderKind::Bid));
		assert!(placed(&Composite::named([("other", Value::u128(1))]), bid).is_none());
	}

	#[test]
	fn a_voter_is_told_what_to_do_and_other_errors_stay() {
		let told = of_a_voter(Error::new("Frozen", "x"));
		assert!(told.to_string().contains("gov remove-vote"), "{told}");
		assert_eq!(of_a_voter(Error::new("BookFull", "x")).to_string(), "x");
	}
}
