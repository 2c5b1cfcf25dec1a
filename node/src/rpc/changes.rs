//! `market_subscribeOffers`, `market_subscribeTrades`, `market_subscribeClearings`,
//! `settlement_subscribeSettlements`: what blocks change, told as they come.
//!
//! A subscriber is told at which block it begins, and then of every block after it, in order and with the
//! changes that its filter lets through. What a block changed is read once for all of them
//! (`service::changes`). One that does not read what it is told is dropped once
//! [`LIMITS`](meterproof_changes::LIMITS) of its notifications wait, and is told so; what its connection keeps for it
//! meanwhile is bounded in bytes.

use std::{sync::Arc, time::Duration};

use jsonrpsee::{
	core::RpcResult,
	server::RegisterMethodError,
	types::{ErrorObjectOwned, Params},
	PendingSubscriptionSink, RpcModule, SubscriptionMessage, SubscriptionSink,
};
use meterproof_changes::{
	notice, ClearingFilter, Filter, Full, OfferFilter, Seat, SettlementFilter, Step, Stop,
	TradeFilter,
};
use meterproof_runtime::{AccountId, Balance};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{error, limits, parameters};
use crate::client::{Changed, Following};

/// Most bytes of notifications that wait in a connection for its other end to read; one notification may
/// be longer.
const UNREAD_BYTES: usize = 256 << 10;

/// Between two looks whether there is room.
const LOOK: Duration = Duration::from_millis(50);

/// Names of a subscription: the method that begins it, that of its notifications, the one that ends it.
type Names = [&'static str; 3];

const OFFERS: Names =
	["market_subscribeOffers", "market_offersChanged", "market_unsubscribeOffers"];
const TRADES: Names =
	["market_subscribeTrades", "market_tradesChanged", "market_unsubscribeTrades"];
const CLEARINGS: Names =
	["market_subscribeClearings", "market_clearingsChanged", "market_unsubscribeClearings"];
const SETTLEMENTS: Names = [
	"settlement_subscribeSettlements",
	"settlement_settlementsChanged",
	"settlement_unsubscribeSettlements",
];

/// The methods.
pub fn methods(
	following: Arc<Following>,
) -> Result<RpcModule<Arc<Following>>, RegisterMethodError> {
	let mut module = RpcModule::new(following);
	register::<OfferFilter<AccountId>>(&mut module, OFFERS)?;
	register::<TradeFilter<AccountId>>(&mut module, TRADES)?;
	register::<ClearingFilter<AccountId>>(&mut module, CLEARINGS)?;
	register::<SettlementFilter<AccountId>>(&mut module, SETTLEMENTS)?;
	Ok(module)
}

fn register<F>(
	module: &mut RpcModule<Arc<Following>>,
	[subscribe, notification, unsubscribe]: Names,
) -> Result<(), RegisterMethodError>
where
	F: Filter<AccountId, Balance> + DeserializeOwned + Send + Sync + 'static,
{
	module.register_subscription(
		subscribe,
		notification,
		unsubscribe,
		move |params, pending, following, _| {
			follow::<F>(subscribe, params, pending, Arc::clone(&*following))
		},
	)?;
	Ok(())
}

/// Serves one subscriber until it leaves, or is dropped.
async fn follow<F>(
	method: &'static str,
	params: Params<'static>,
	pending: PendingSubscriptionSink,
	following: Arc<Following>,
) where
	F: Filter<AccountId, Balance> + DeserializeOwned + Send + Sync + 'static,
{
	let connection = pending.connection_id().0;
	let begun = filter::<F>(method, &params).and_then(|filter| {
		let (head, seat) = following.join(connection, filter.blocks()).map_err(full)?;
		Ok((filter, head, seat))
	});
	let (filter, head, mut seat) = match begun {
		Ok(begun) => begun,
		Err(refused) => return pending.reject(refused).await,
	};
	let Ok(sink) = pending.accept().await else { return };
	let mut notice = notice::started(filter.blocks(), head);
	loop {
		match tell(&sink, &seat, notice, true).await {
			Told::Yes => {},
			Told::Gone => return,
			Told::Stopped(stop) => {
				// The queue of a subscriber that was stopped is not kept.
				seat.give_up();
				tell(&sink, &seat, notice::stopped(stop), false).await;
				return;
			},
		}
		let step = tokio::select! {
			() = sink.closed() => return,
			step = seat.next() => step,
		};
		notice = match step {
			Ok(Step::Block(block)) => notice::block(block.at, &filter.pick(&block)),
			Ok(Step::Retracted(head)) => notice::retracted(head),
			Err(stop) => {
				tell(&sink, &seat, notice::stopped(stop), false).await;
				return;
			},
		};
	}
}

/// What became of a notification.
enum Told {
	/// The notification is on its way.
	Yes,
	/// The connection is closed: nobody can read the notification.
	Gone,
	/// There was no room for the notification, and meanwhile the subscriber was dropped.
	Stopped(Stop),
}

/// Sends a notification, once there is room for it among those of the connection; `or_stops`: unless the
/// subscriber is dropped before.
async fn tell(
	sink: &SubscriptionSink,
	seat: &Seat<Changed>,
	notice: String,
	or_stops: bool,
) -> Told {
	let length = notice.len();
	let message =
		RawValue::from_string(notice).and_then(|notice| SubscriptionMessage::from_json(&notice));
	let Ok(message) = message else { return Told::Gone };
	let mut unread = seat.unread().lock().await;
	loop {
		let waiting = sink.max_capacity().saturating_sub(sink.capacity());
		if sink.is_closed() {
			return Told::Gone;
		}
		// There is room in the connection's own queue, too: a subscriber is not waited for in it.
		if sink.capacity() > 0 && unread.has_room(length, waiting, UNREAD_BYTES) {
			break;
		}
		if let Some(stop) = seat.stopped().filter(|_| or_stops) {
			return Told::Stopped(stop);
		}
		tokio::time::sleep(LOOK).await;
	}
	unread.add(length);
	match sink.send(message).await {
		Ok(()) => Told::Yes,
		Err(_) => Told::Gone,
	}
}

/// The filter that a caller's parameters are.
fn filter<F: DeserializeOwned>(method: &str, params: &Params) -> RpcResult<F> {
	limits::ensure_short(params, limits::longest_parameters(method))?;
	let invalid = |what: String| error::error(error::INVALID_PARAMETER, what);
	let known = parameters::of(method).ok_or_else(|| invalid(format!("{method} takes none")))?;
	serde_json::from_value(known.as_object(params)?)
		.map_err(|cause| invalid(format!("a parameter cannot be read: {cause}")))
}

fn full(full: Full) -> ErrorObjectOwned {
	let (whose, most) = match full {
		Full::Connection(most) => ("a connection", most),
		Full::Node(most) => ("the node", most),
	};
	let message = format!(
		"TooManySubscriptions: {whose} has {most} subscriptions to changes at most; end one, or ask \
		 another node"
	);
	error::error(error::SUBSCRIPTIONS, message)
}

#[cfg(test)]
mod tests {
	use super::*;
	use jsonrpsee::core::server::MethodsError;
	use meterproof_changes::{Block, Blocks, Head, Seats, Stop, LIMITS};
	use meterproof_runtime::Hash;
	use serde_json::{json, Value};

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn head(number: u32) -> Head {
		Head { number, hash: Hash::from_low_u64_be(number.into()) }
	}

	fn nobody() -> Arc<Following> {
		Seats::new(LIMITS, head(7), head(9))
	}

	fn reads<F: DeserializeOwned>(method: &str) {
		let nothing = filter::<F>(method, &Params::new(Some("{}")));
		assert!(nothing.is_ok(), "{method} describes what it does not read");
		let unknown = filter::<F>(method, &Params::new(Some(r#"{"Zone": 1}"#))).map(drop);
		assert!(unknown.unwrap_err().message().contains("`Zone`"), "{method}");
	}

	#[test]
	fn the_document_describes_what_the_filters_read() {
		reads::<OfferFilter<AccountId>>(OFFERS[0]);
		reads::<TradeFilter<AccountId>>(TRADES[0]);
		reads::<ClearingFilter<AccountId>>(CLEARINGS[0]);
		reads::<SettlementFilter<AccountId>>(SETTLEMENTS[0]);
		let all = json!({
			"group": {
				"operator": ALICE, "zone": 1, "resource": "electricity", "direction": "export",
			},
			"zone": 1, "from": 5, "to": 6, "account": ALICE, "blocks": "best",
		});
		let filter = filter::<SettlementFilter<AccountId>>(
			SETTLEMENTS[0],
			&Params::new(Some(&all.to_string())),
		);
		assert_eq!(Filter::<AccountId, Balance>::blocks(&filter.unwrap()), Blocks::Best);
	}

	#[tokio::test]
	async fn a_subscriber_is_told_where_it_begins_what_comes_and_why_it_ends() {
		let following = nobody();
		let module = methods(following.clone()).unwrap();
		let mut told = module.subscribe_unbounded(OFFERS[0], [json!(1)]).await.unwrap();
		let (begins, _) = told.next::<Value>().await.unwrap().unwrap();
		assert_eq!((&begins["event"], &begins["number"]), (&json!("started"), &json!(7)));
		let block = Arc::new(Block::quiet(head(8)));
		following.tell(Blocks::Finalized, head(8), &Step::Block(block));
		let (block, _) = told.next::<Value>().await.unwrap().unwrap();
		assert_eq!((&block["event"], &block["number"]), (&json!("block"), &json!(8)));
		following.stop(Blocks::Finalized, head(9), Stop::BlockUnreadable(9));
		let (last, _) = told.next::<Value>().await.unwrap().unwrap();
		assert_eq!(last["name"], "BlockUnreadable");
		assert!(told.next::<Value>().await.is_none());
	}

	#[tokio::test]
	async fn wrong_parameters_and_one_subscription_too_many_are_refused() {
		let module = methods(nobody()).unwrap();
		let refused = |error: MethodsError| match error {
			MethodsError::JsonRpc(error) => error,
			other => panic!("{other}"),
		};
		let wrong = module.subscribe_unbounded(TRADES[0], [json!("x")]).await.map(drop);
		assert_eq!(refused(wrong.unwrap_err()).code(), error::INVALID_PARAMETER);
		let mut all = Vec::new();
		for _ in 0..LIMITS.of_connection {
			all.push(module.subscribe_unbounded(TRADES[0], [json!(null)]).await.unwrap());
		}
		let more = module.subscribe_unbounded(OFFERS[0], [json!(null)]).await.map(drop);
		let more = refused(more.unwrap_err());
		assert_eq!(more.code(), error::SUBSCRIPTIONS);
		assert!(more.message().starts_with("TooManySubscriptions: "));
	}
}
