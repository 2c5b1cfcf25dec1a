use std::cell::RefCell;

use chrono::Weekday;
use meterproof_clearing::Side;
use subxt::dynamic::Value as Argument;

use super::super::{
	carrying::Carrying,
	ended,
	fate::{Before, Fate},
	summary, values,
};
use crate::{
	chain::Call,
	error::{Error, Result},
	standing::plan::{Action, Decision, Why},
	types::Resource,
};

/// The nonce after all earlier calls.
const NONCE: u64 = 40;

fn decision(side: Side, action: Option<Action>) -> Decision {
	Decision {
		period: 512,
		weekday: Weekday::Tue,
		side,
		zone: 1,
		resource: Resource::Electricity,
		action,
		why: Why::GateClosed,
	}
}

fn cancel(side: Side, order: u64) -> Decision {
	decision(side, Some(Action::Cancel { order }))
}

fn improve(side: Side, order: u64) -> Decision {
	decision(side, Some(Action::Improve { order, limit: 9 }))
}

fn place(side: Side) -> Decision {
	decision(side, Some(Action::Place { side, quantity: 5, limit: 9, rate: 9 }))
}

/// What a round sends to a chain that answers the calls with these errors, by their places among the calls.
async fn round(decided: &[Decision], answers: &[(u64, &str)]) -> (Vec<Fate>, Vec<(String, u64)>) {
	let carrying = Carrying {
		payout: Argument::unnamed_variant("None", []),
		refund: Argument::unnamed_variant("None", []),
		nonce: NONCE,
	};
	let (sent, mut told) = (RefCell::new(Vec::new()), 0);
	let send = async |_: &Decision, call: &Call, nonce: u64| -> Result<()> {
		let at = sent.borrow().len() as u64;
		sent.borrow_mut().push((call.call_name().to_owned(), nonce));
		let error = answers.iter().find(|(place, _)| *place == at);
		error.map_or(Ok(()), |(_, name)| Err(Error::new(*name, "so it is")))
	};
	let fates = carrying.out(decided, send, |_, _| told += 1).await;
	assert_eq!((told, fates.len()), (decided.len(), decided.len()), "each is told of");
	(fates, sent.into_inner())
}

fn calls(sent: &[(String, u64)]) -> Vec<&str> {
	sent.iter().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn calls_have_nonces_from_the_settled_one_on() {
	let decided =
		[cancel(Side::Offer, 1), decision(Side::Offer, None), place(Side::Offer), place(Side::Bid)];
	let (fates, sent) = round(&decided, &[(1, "BookFull")]).await;
	// What is refused in a block has used its nonce up.
	let expected = [("cancel", 40), ("offer", 41), ("bid", 42)];
	assert_eq!(sent, expected.map(|(name, nonce)| (name.to_owned(), nonce)));
	assert!(matches!(fates[..], [Fate::Done, Fate::Done, Fate::Refused(_), Fate::Done]));
}

#[tokio::test]
async fn what_is_not_signed_uses_no_nonce_up() {
	for name in ["SignedEnough", "CallsEnough", "PeriodPast", "PeriodFar", "NotPlacedHere"] {
		let (fates, sent) = round(&[place(Side::Offer), place(Side::Bid)], &[(0, name)]).await;
		assert_eq!(sent, [("offer".to_owned(), NONCE), ("bid".to_owned(), NONCE)], "{name}");
		assert!(matches!(fates[..], [Fate::NotTried(_), Fate::Done]), "{name}");
	}
	let (fates, sent) = round(&[place(Side::Offer), place(Side::Bid)], &[(0, "NodeChanged")]).await;
	assert_eq!(sent.len(), 1);
	assert!(matches!(fates[1], Fate::NotTried(Before::Ended)), "it was decided by another node");
}

#[tokio::test]
async fn a_nonce_that_another_call_has_ends_the_round() {
	let decided = [place(Side::Offer), place(Side::Offer)];
	let (fates, sent) = round(&decided, &[(0, "NonceTaken")]).await;
	assert_eq!(sent, [("offer".to_owned(), NONCE)]);
	assert!(matches!(fates[..], [Fate::Unknown(_), Fate::NotTried(Before::Ended)]));
	assert_eq!(ended(fates).unwrap_err().name(), "NonceTaken");
}

#[tokio::test]
async fn nothing_takes_the_place_of_what_did_not_go() {
	for error in ["OrderLocked", "UnknownOrder"] {
		let decided = [
			cancel(Side::Offer, 1),
			improve(Side::Offer, 2),
			place(Side::Offer),
			improve(Side::Bid, 3),
			cancel(Side::Bid, 4),
			place(Side::Bid),
		];
		let (fates, sent) = round(&decided, &[(0, error)]).await;
		// What sells for less, and what goes, takes no more than there is.
		assert_eq!(calls(&sent), ["cancel", "improve", "cancel"]);
		for at in [2, 3, 5] {
			assert!(matches!(fates[at], Fate::NotTried(Before::NotCancelled)), "{fates:?}");
		}
		assert_eq!(ended(fates).unwrap_err().name(), "OrdersRefused");
	}
	let decided = [cancel(Side::Offer, 1), place(Side::Offer)];
	assert_eq!(calls(&round(&decided, &[]).await.1), ["cancel", "offer"]);
}

#[tokio::test]
async fn a_call_whose_fate_is_not_known_ends_the_round() {
	for error in [
		"ChainError",
		"UnexpectedAnswer",
		"NotFinal",
		"NotIncluded",
		"ConnectionLost",
		"NotConnected",
		"TransactionDropped",
		"NodeBusy",
		"RuntimeChanged",
		"OtherChain",
	] {
		let (fates, sent) = round(&[place(Side::Offer), place(Side::Bid)], &[(0, error)]).await;
		assert_eq!(sent.len(), 1, "{error}");
		assert!(matches!(fates[..], [Fate::Unknown(_), Fate::NotTried(Before::Ended)]), "{error}");
	}
}

#[tokio::test]
async fn what_is_refused_for_all_books_is_tried_once() {
	for error in ["TooManyOrders", "Frozen", "PoolFull", "FundsUnavailable", "MetadataDiffers"] {
		let (fates, sent) = round(&[place(Side::Offer), place(Side::Bid)], &[(0, error)]).await;
		assert_eq!(sent.len(), 1, "{error}");
		assert!(matches!(fates[0], Fate::AllRefused(_)), "{error}");
		assert_eq!(ended(fates).unwrap_err().name(), error);
	}
	// Of one book only: the next one is tried.
	for error in ["AboveNameplate", "BookFull", "GateClosed", "GroupFull", "GroupSealed"] {
		let (fates, sent) = round(&[place(Side::Offer), place(Side::Offer)], &[(0, error)]).await;
		assert_eq!(sent.len(), 2, "{error}");
		assert!(matches!(fates[..], [Fate::Refused(_), Fate::Done]), "{error}");
	}
	// Of one side only: the other goes on, and what should go goes.
	for error in ["EvidenceTooLow", "TooFarAhead"] {
		let decided =
			[place(Side::Offer), place(Side::Offer), cancel(Side::Offer, 7), place(Side::Bid)];
		let (fates, sent) = round(&decided, &[(0, error)]).await;
		assert_eq!(calls(&sent), ["offer", "cancel", "bid"]);
		assert!(matches!(fates[1], Fate::NotTried(Before::SideRefused)));
	}
}

#[tokio::test]
async fn what_was_done_refused_lost_and_not_tried_is_told_apart() {
	let side = Side::Offer;
	let decided =
		[cancel(side, 1), place(side), cancel(side, 3), cancel(side, 4), decision(side, None)];
	let (fates, _) = round(&decided, &[(1, "GateClosed"), (2, "ConnectionLost")]).await;
	let told = decided.iter().zip(&fates).map(|(decision, fate)| fate.line(decision, false));
	for (line, begin) in told.zip([
		"cancelled offer 1",
		"GateClosed: so it is; would offer 5 Wh",
		"ConnectionLost: so it is; not known whether it is done: would cancel offer 3",
		"not tried, since the round ended before it: would cancel offer 4",
		"nothing done with offers for period 512",
	]) {
		assert!(line.starts_with(begin), "{line}");
	}
	let names: Vec<_> = values(&decided, false, &fates)
		.iter()
		.map(|value| value["error"]["name"].as_str().unwrap_or("-").to_owned())
		.collect();
	assert_eq!(names, ["-", "GateClosed", "ConnectionLost", "NotTried", "-"]);
	assert_eq!(summary(&decided, false, &fates), "1 calls done, 2 failed, 1 not tried");
	assert_eq!(summary(&decided, true, &[]), "0 calls would be made");
	assert!(Fate::Done.line(&decided[0], true).starts_with("would cancel offer 1"));
}
