//! Payouts and refunds into notes.

use meterproof_primitives::{
	public_randomness, NoteContent, NoteEntry, NoteHash, NoteOwner, NATIVE_ASSET,
};
use meterproof_programs::note::Note;

use super::*;
use pallet_market::notes::{note_seed, TradeSide};

const SELLERS: NoteOwner = [1; 32];
const BUYERS: NoteOwner = [2; 32];
const NOT_CANONICAL: NoteOwner = [0xff; 32];
/// Held from the seller for its device.
const DEVICE_DEPOSIT: Balance = 100;

/// An accepted trade of both sides' notes.
fn traded(offer: Offer, payout: Option<NoteOwner>, refund: Option<NoteOwner>) -> TradeId {
	let buyer = offer.buyer;
	let id = Offer { payout, ..offer }.made();
	accept_with(buyer, id, refund).unwrap();
	id
}

fn deferred(id: TradeId, period: PeriodIndex) -> (bool, bool) {
	match Outcomes::<Test>::get(id, period).unwrap() {
		Outcome::Open { seller_unpaid, buyer_unpaid, .. } => (seller_unpaid, buyer_unpaid),
		Outcome::Sealed => panic!("sealed"),
	}
}

fn claim(id: TradeId) -> DispatchResult {
	Market::claim(RuntimeOrigin::signed(OTHER), id, FIRST)
}

fn claim_to_account(who: AccountId, id: TradeId) -> DispatchResult {
	Market::claim_to_account(RuntimeOrigin::signed(who), id, FIRST)
}

fn nothing_is_escrowed() -> bool {
	[HoldReason::Collateral, HoldReason::Payment]
		.into_iter()
		.all(|reason| held(reason, SELLER) == 0 && held(reason, BUYER) == 0)
}

mod paid {
	use super::*;

	#[test]
	fn a_seller_finds_its_payment_in_the_tree() {
		ExtBuilder::default().build_and_execute(|| {
			let id = traded(Offer::default(), Some(SELLERS), None);
			settle(FIRST, 100);
			let randomness = public_randomness(
				&System::block_hash(0).0,
				&note_seed(id, FIRST, TradeSide::Seller),
			);
			let note = Note { asset: NATIVE_ASSET, amount: 500, owner: SELLERS, randomness };
			let commitment = note.commitment().unwrap();
			assert_eq!(
				pallet_payments::Notes::<Test>::get(0),
				Some(NoteEntry {
					commitment,
					asset: NATIVE_ASSET,
					block: System::block_number() as u32,
					content: NoteContent::Open { amount: 500, owner: SELLERS, randomness },
				})
			);
			let paid = pallet_payments::Event::NotePaid {
				asset: NATIVE_ASSET,
				amount: 500,
				owner: SELLERS,
				position: 0,
			};
			System::assert_has_event(paid.into());

			// The end of the block takes the leaf up into the root.
			let (now, empty) = (pallet_timestamp::Now::<Test>::get(), NoteHasher::empty_roots());
			blocks_at(now, 1);
			let root = empty[..32]
				.iter()
				.fold(commitment, |node, beside| NoteHasher::node(&node, beside).unwrap());
			assert_eq!(pallet_payments::Head::<Test>::get().root, root);

			// The collateral was the seller's own, and comes free where it was.
			assert_eq!((total(SELLER), total(BUYER)), (ENDOWMENT, ENDOWMENT - 500));
			assert_eq!(free(SELLER), ENDOWMENT - DEVICE_DEPOSIT);
			assert_eq!(pooled(), 500);
		});
	}

	#[test]
	fn a_buyer_has_refund_and_imbalance_charge_in_one_note() {
		ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
			traded(Offer::default(), None, Some(BUYERS));
			let sums = settle(FIRST, 70);
			assert_eq!((sums.paid, sums.refunded, sums.penalty), (350, 150, 360));
			assert_eq!(notes(), [(BUYERS, 150 + 360)]);
			assert_eq!(total(SELLER), ENDOWMENT + 350 - 360);
			assert_eq!(total(BUYER), ENDOWMENT - 500);
			assert!(nothing_is_escrowed());
		});
	}

	#[test]
	fn each_side_of_each_trade_is_paid_as_it_said() {
		ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
			traded(Offer::default(), Some(SELLERS), Some(BUYERS));
			traded(Offer { buyer: OTHER, ..Default::default() }, None, None);
			traded(Offer { quantity: 200, ..Default::default() }, Some(SELLERS), None);
			settle(FIRST, 200);
			// Half of each: 250, 250 and 500 of payment, 250 + 600, 250 + 600 and 500 + 1200 back.
			assert_eq!(notes(), [(SELLERS, 250), (BUYERS, 850), (SELLERS, 500)]);
			assert_eq!(total(SELLER), ENDOWMENT + 250 - 2_400);
			assert_eq!(total(OTHER), ENDOWMENT - 250 + 600);
			assert_eq!(total(BUYER), ENDOWMENT - 500 - 1_000 + 500 + 1_200);
			assert!(nothing_is_escrowed());
		});
	}

	#[test]
	fn nothing_makes_no_note() {
		ExtBuilder::default().build_and_execute(|| {
			traded(Offer { last: FIRST + 1, ..Default::default() }, Some(SELLERS), Some(BUYERS));
			settle(FIRST, 100);
			assert_eq!(notes(), [(SELLERS, 500)]);
			settle(FIRST + 1, 0);
			assert_eq!(notes(), [(SELLERS, 500), (BUYERS, 500 + 500)]);
			assert!(nothing_is_escrowed());
		});
	}

	#[test]
	fn equal_payments_are_notes_of_their_own() {
		ExtBuilder::default().build_and_execute(|| {
			let last = FIRST + 1;
			for _ in 0..2 {
				traded(Offer { last, ..Default::default() }, Some(SELLERS), Some(SELLERS));
			}
			settle(FIRST, 100);
			settle(last, 100);
			// Half of the payment to the seller; as much back, with as much of the collateral.
			assert_eq!(notes().len(), 8);
			let leaves: std::collections::BTreeSet<_> =
				pallet_payments::Notes::<Test>::iter_values()
					.map(|entry| entry.commitment)
					.collect();
			assert_eq!(leaves.len(), 8);
		});
	}

	#[test]
	fn a_note_reaches_a_payee_whose_account_could_not_take_the_amount() {
		ExtBuilder::default().build_and_execute(|| {
			let id = traded(Offer::default(), None, Some(BUYERS));
			empty(BUYER);
			settle(FIRST, 90);
			assert_eq!(deferred(id, FIRST), (false, false));
			assert_eq!(notes(), [(BUYERS, 50 + 50)]);
		});
	}

	#[test]
	fn freezes_stop_no_note() {
		use frame::deps::frame_support::traits::{LockableCurrency, WithdrawReasons};
		ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
			traded(Offer::default(), Some(SELLERS), Some(BUYERS));
			for who in [SELLER, BUYER] {
				Balances::set_lock(*b"lockedup", &who, Balance::MAX, WithdrawReasons::all());
			}
			settle(FIRST, 70);
			assert_eq!(notes(), [(SELLERS, 350), (BUYERS, 510)]);
		});
	}

	#[test]
	fn an_offer_that_is_withdrawn_returns_its_collateral_to_the_account() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer { payout: Some(SELLERS), ..Default::default() }.made();
			Market::cancel(RuntimeOrigin::signed(SELLER), id).unwrap();
			assert_eq!(free(SELLER), ENDOWMENT - DEVICE_DEPOSIT);
			assert_eq!(notes(), []);
		});
	}
}

mod deferred {
	use super::*;

	/// Two trades, the first of them with notes, settled while no note can be made.
	fn in_a_full_tree() -> TradeId {
		let id = traded(Offer::default(), Some(SELLERS), Some(BUYERS));
		let other = traded(Offer { buyer: OTHER, ..Default::default() }, None, None);
		events();
		with_full_tree(|| {
			settle(FIRST, 120);
			assert_noop!(claim(id), error(Error::PayeeNotPayable));
		});
		assert_eq!(deferred(id, FIRST), (true, true));
		assert_eq!(deferred(other, FIRST), (false, false));
		assert!(events().contains(&Event::PayoutDeferred {
			trade: id,
			period: FIRST,
			to_seller: true,
			to_buyer: true
		}));
		assert_eq!(total(OTHER), ENDOWMENT - 300 + 200);
		assert_eq!(held(HoldReason::Payment, BUYER), 500);
		assert_eq!(held(HoldReason::Collateral, SELLER), 500);
		assert_eq!(notes(), []);
		ensure_invariants();
		id
	}

	#[test]
	fn a_full_tree_blocks_nobody_and_a_claim_pays_the_notes_once_there_is_room() {
		ExtBuilder::default().build_and_execute(|| {
			let id = in_a_full_tree();
			assert_ok!(claim(id));
			assert_eq!(
				events(),
				[Event::PayoutClaimed {
					trade: id,
					period: FIRST,
					to_seller: true,
					to_buyer: true
				}]
			);
			assert_eq!(notes(), [(SELLERS, 300), (BUYERS, 200 + 200)]);
			assert!(nothing_is_escrowed());
			assert_noop!(claim(id), error(Error::NothingToClaim));
		});
	}

	#[test]
	fn a_payee_has_its_side_on_its_account_if_it_asks() {
		ExtBuilder::default().build_and_execute(|| {
			let id = in_a_full_tree();
			let before = total(SELLER);
			with_full_tree(|| claim_to_account(SELLER, id).unwrap());
			assert_eq!(
				events(),
				[Event::PayoutClaimed {
					trade: id,
					period: FIRST,
					to_seller: true,
					to_buyer: false
				}]
			);
			assert_eq!(total(SELLER), before + 300);
			assert_eq!(deferred(id, FIRST), (false, true));
			ensure_invariants();
			assert_ok!(claim_to_account(BUYER, id));
			assert_eq!(total(BUYER), ENDOWMENT - 300 + 200);
			assert_eq!(notes(), []);
			assert!(nothing_is_escrowed());
			// What the trade names stays, for its other periods.
			let trade = Trades::<Test>::get(id).unwrap();
			assert_eq!((trade.payout, trade.refund), (Some(SELLERS), Some(BUYERS)));
		});
	}

	#[test]
	fn nobody_else_chooses_the_account() {
		ExtBuilder::default().build_and_execute(|| {
			let id = in_a_full_tree();
			assert_noop!(claim_to_account(OTHER, id), error(Error::NotPayee));
			let unsigned = Market::claim_to_account(RuntimeOrigin::none(), id, FIRST);
			assert_noop!(unsigned, DispatchError::BadOrigin);
			assert_noop!(claim_to_account(SELLER, 7), error(Error::UnknownTrade));
			// The seller's choice leaves the buyer its note.
			assert_ok!(claim_to_account(SELLER, id));
			assert_eq!(notes(), [(BUYERS, 400)]);
			assert_noop!(claim_to_account(BUYER, id), error(Error::NothingToClaim));
		});
	}

	#[test]
	fn an_error_of_the_pool_defers_too() {
		ExtBuilder::default().build_and_execute(|| {
			let id = traded(Offer::default(), Some(SELLERS), None);
			let native = pallet_payments::PayableAssets::<Test>::take(NATIVE_ASSET).unwrap();
			settle(FIRST, 60);
			pallet_payments::PayableAssets::<Test>::insert(NATIVE_ASSET, native);
			assert_eq!(deferred(id, FIRST), (true, false));
			assert_ok!(claim(id));
			assert_eq!(notes(), [(SELLERS, 300)]);
		});
	}

	#[test]
	fn an_amount_that_no_note_can_hold_waits_for_its_account() {
		ExtBuilder::default().build_and_execute(|| {
			use frame::traits::fungible::Mutate;
			let price = Balance::from(u64::MAX);
			for who in [SELLER, BUYER] {
				Balances::mint_into(&who, 200 * price).unwrap();
			}
			let id = Offer { price, ..Default::default() }.accepted();
			// No call lets it come to this.
			Trades::<Test>::mutate(id, |trade| trade.as_mut().unwrap().payout = Some(SELLERS));
			settle(FIRST, 100);
			assert_eq!(deferred(id, FIRST), (true, false));
			assert_noop!(claim(id), error(Error::PayeeNotPayable));
			let before = total(SELLER);
			assert_ok!(claim_to_account(SELLER, id));
			assert_eq!(total(SELLER), before + 100 * price);
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn an_owner_that_no_note_can_have() {
		ExtBuilder::default().build_and_execute(|| {
			let offer = Offer { payout: Some(NOT_CANONICAL), ..Default::default() };
			assert_noop!(offer.make(), error(Error::NoteOwnerNotPayable));
			let id = Offer::default().made();
			let accepted = accept_with(BUYER, id, Some(NOT_CANONICAL));
			assert_noop!(accepted, error(Error::NoteOwnerNotPayable));
		});
	}

	#[test]
	fn more_in_one_period_than_a_note_can_hold() {
		ExtBuilder::default().build_and_execute(|| {
			use frame::traits::fungible::Mutate;
			for who in [SELLER, BUYER] {
				Balances::mint_into(&who, Balance::from(u64::MAX) * 10).unwrap();
			}
			// The largest payment that fits; the refund brings as much again from the collateral.
			let price = Balance::from(u64::MAX) / 100;
			let fits = Offer { price, payout: Some(SELLERS), ..Default::default() };
			let above = Offer { price: price + 1, ..fits.clone() };
			assert_noop!(above.make(), error(Error::AmountAboveNote));
			let id = fits.made();
			let accepted = accept_with(BUYER, id, Some(BUYERS));
			assert_noop!(accepted, error(Error::AmountAboveNote));
			assert_ok!(accept_with(BUYER, id, None));
			let price = price / 2;
			let id = traded(Offer { price, ..Default::default() }, Some(SELLERS), Some(BUYERS));
			settle(FIRST, 100);
			assert_eq!(deferred(id, FIRST), (false, false));
			assert_eq!(notes().len(), 3);
		});
	}
}
