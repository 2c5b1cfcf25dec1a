//! What events say is what is told.

use frame_system::Phase;
use meterproof_primitives::{Direction, GroupId, Resource};

use super::*;

fn group() -> GroupId<AccountId> {
	GroupId {
		operator: AccountId::from([1; 32]),
		zone: 3,
		resource: Resource::Heat,
		direction: Direction::Import,
	}
}

fn told(event: impl Into<RuntimeEvent>) -> Option<Happened<AccountId, Balance>> {
	let phase = Phase::ApplyExtrinsic(1);
	let mut told = happened(&[Record { phase, event: event.into(), topics: Vec::new() }]);
	assert!(told.len() < 2);
	told.pop()
}

#[test]
fn an_offers_event_has_all_of_its_terms() {
	let event = pallet_market::Event::<Runtime>::TradeOffered {
		trade: 4,
		seller: group(),
		buyer: AccountId::from([2; 32]),
		quantity: 5,
		price: 6,
		imbalance_price: 7,
		first: 8,
		last: 9,
		payout: Some([10; 32]),
		sealed: true,
	};
	let Some(Happened::Offered { trade, sealed: true }) = told(event) else { panic!() };
	let TradeInfo { id, quantity, price, imbalance_price, first, last, .. } = *trade;
	assert_eq!((id, quantity, price, imbalance_price, first, last), (4, 5, 6, 7, 8, 9));
	assert_eq!((trade.seller, trade.payout), (group(), Some(Hash::from([10; 32]))));
}

#[test]
fn settled_periods_and_groups_have_their_amounts() {
	let period = pallet_market::Event::<Runtime>::PeriodSettled {
		trade: 1,
		period: 2,
		delivered: 3,
		paid: 4,
		refunded: 5,
		penalty: 6,
	};
	let expected = Happened::PeriodSettled {
		trade: 1,
		period: 2,
		delivered: Some(3),
		paid: Some(4),
		refunded: Some(5),
		penalty: Some(6),
		sealed: None,
	};
	assert_eq!(told(period), Some(expected));
	let expired = pallet_settlement::Event::<Runtime>::GroupExpired {
		group: group(),
		period: 2,
		contracted: 3,
		refunded: 4,
		penalty: 5,
		trades: 6,
	};
	let Some(Happened::Group { ending: Ending::Expired(outcome), .. }) = told(expired) else {
		panic!()
	};
	assert!(!outcome.proved);
	assert_eq!((outcome.paid, outcome.refunded, outcome.penalty), (Some(0), Some(4), Some(5)));
	let sealed = pallet_settlement::Event::<Runtime>::GroupSettledSealed {
		group: group(),
		period: 2,
		contracted: 3,
		amount: 4,
	};
	let Some(Happened::Group { ending: Ending::Sealed(outcome), .. }) = told(sealed) else {
		panic!()
	};
	assert_eq!((outcome.delivered, outcome.sealed), (None, Some(4)));
}

#[test]
fn books_that_are_cleared_and_books_that_lapse_are_told() {
	let cleared = pallet_book::Event::<Runtime>::BookCleared {
		zone: 3,
		resource: Resource::Heat,
		period: 5,
		price: Some(7),
		volume: 8,
		orders: 9,
		first_trade: Some(10),
		trades: 11,
	};
	let lapsed = pallet_book::Event::<Runtime>::BookLapsed {
		zone: 3,
		resource: Resource::Heat,
		period: 5,
		orders: 9,
	};
	let expected = Happened::Cleared { zone: 3, resource: Resource::Heat, period: 5 };
	assert_eq!(told(cleared), Some(expected.clone()));
	assert_eq!(told(lapsed), Some(expected));
}

#[test]
fn other_events_are_no_changes() {
	let cancelled = pallet_book::Event::<Runtime>::OrderCancelled { order: 1, first: 2, last: 3 };
	assert_eq!(told(cancelled), None);
	let price = pallet_market::Event::<Runtime>::ImbalancePriceSet {
		zone: 1,
		resource: Resource::Heat,
		price: 5,
	};
	assert_eq!(told(price), None);
	let prover = pallet_settlement::Event::<Runtime>::ProverCleared { group: group(), from: 5 };
	assert_eq!(told(prover), None);
	assert_eq!(told(frame_system::Event::<Runtime>::CodeUpdated { hash: Hash::zero() }), None);
}
