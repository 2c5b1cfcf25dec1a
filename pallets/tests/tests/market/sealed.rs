//! Sealed trades.

use frame::traits::fungible::{Mutate, MutateHold};
use meterproof_primitives::{
	api::SealedInfo, NoteAddress, NoteContent, NoteEntry, SealedRefusal, SealedTerms,
	SettledSealed, SharedKey, MAX_SEALED_AMOUNT, NATIVE_ASSET,
};

use super::*;

const NOT_CANONICAL: [u8; 32] = [0xff; 32];
/// The rate of the default offer where the imbalance price is 12.
const RATE: Balance = 5 + 12;

type PaymentsError = pallet_payments::Error<Test>;

fn dear() -> ExtBuilder {
	ExtBuilder::default().imbalance_price(12)
}

fn settle_sealed(
	period: PeriodIndex,
	number: u64,
) -> Result<SettledSealed<Balance>, DispatchError> {
	Market::settle_sealed(&group(SELLER), period, &outputs(number))
}

fn accept_from(id: TradeId, list: &[AccountId]) -> DispatchResult {
	let by = RuntimeOrigin::signed(BUYER);
	let list = list.to_vec().try_into().unwrap();
	Market::accept_sealed(by, id, terms(id), payout(id), list, Evidence::File, REFUND, SHARED)
		.map(|_| ())
		.map_err(|error| error.error)
}

fn accept_as(refund: NoteAddress, shared: SharedKey, id: TradeId) -> DispatchResult {
	let by = RuntimeOrigin::signed(BUYER);
	Market::accept_sealed(
		by,
		id,
		terms(id),
		payout(id),
		Default::default(),
		Evidence::File,
		refund,
		shared,
	)
	.map(|_| ())
	.map_err(|error| error.error)
}

/// Accepts whatever the call names.
fn accept_at(terms: OfferTermsOf<Test>, payout: NoteAddress, id: TradeId) -> DispatchResult {
	let by = RuntimeOrigin::signed(BUYER);
	Market::accept_sealed(by, id, terms, payout, Default::default(), Evidence::File, REFUND, SHARED)
		.map(|_| ())
		.map_err(|error| error.error)
}

fn nothing_is_held() -> bool {
	[HoldReason::Collateral, HoldReason::Payment, HoldReason::OfferDeposit]
		.into_iter()
		.all(|reason| held(reason, SELLER) == 0 && held(reason, BUYER) == 0)
}

/// Accounts and pool together have what there is.
fn money_is_conserved() {
	let sum: Balance = frame_system::Account::<Test>::iter_keys().map(total).sum();
	assert_eq!(sum, Balances::total_issuance());
}

mod offered {
	use super::*;

	#[test]
	fn a_sealed_offer_holds_what_any_other_holds_and_names_where_notes_go() {
		dear().build_and_execute(|| {
			let id = Offer { last: FIRST + 2, ..Offer::sealed() }.made();
			assert_eq!(held(HoldReason::Collateral, SELLER), 3 * 100 * 12);
			assert_eq!(held(HoldReason::OfferDeposit, SELLER), OFFER_DEPOSIT);
			assert_eq!(
				events(),
				[Event::TradeOffered {
					trade: id,
					seller: group(SELLER),
					buyer: BUYER,
					quantity: 100,
					price: 5,
					imbalance_price: 12,
					first: FIRST,
					last: FIRST + 2,
					payout: Some(PAYOUT.owner),
					sealed: true,
				}]
			);
			let told = Market::trade(id).unwrap();
			assert_eq!(told.payout, Some(PAYOUT.owner.into()));
			assert_eq!(
				told.sealed,
				Some(SealedInfo {
					payout_key: PAYOUT.key.into(),
					refund_key: None,
					key_commitment: None,
					sealed_key: None,
				})
			);
		});
	}

	#[test]
	fn it_is_withdrawn_as_any_other() {
		ExtBuilder::default().build_and_execute(|| {
			let ids: Vec<_> = (0..3).map(|_| Offer::sealed().made()).collect();
			assert_ok!(Market::cancel(RuntimeOrigin::signed(SELLER), ids[0]));
			assert_ok!(Market::decline(RuntimeOrigin::signed(BUYER), ids[1]));
			close_gate(FIRST);
			assert_ok!(Market::expire(RuntimeOrigin::signed(OTHER), ids[2]));
			assert!(nothing_is_held());
			assert_eq!(Trades::<Test>::iter().count(), 0);
		});
	}

	#[test]
	fn the_most_that_a_proof_can_split_fits() {
		ExtBuilder::default().build_and_execute(|| {
			let most = Balance::from(MAX_SEALED_AMOUNT);
			Balances::mint_into(&SELLER, most).unwrap();
			// Price and imbalance price are the same: twice the price for one unit.
			let price = most / 2 - 1;
			let offer = Offer { quantity: 1, price, ..Offer::sealed() };
			let above = Offer { price: price + 1, ..offer.clone() };
			assert_noop!(above.make(), error(Error::AmountAboveSealed));
			assert_ok!(offer.make());
		});
	}
}

mod accepted {
	use super::*;

	#[test]
	fn the_payment_is_held_and_the_group_is_taken() {
		dear().build_and_execute(|| {
			let id = Offer { last: FIRST + 1, ..Offer::sealed() }.made();
			events();
			let post = Market::accept_sealed(
				RuntimeOrigin::signed(BUYER),
				id,
				terms(id),
				PAYOUT,
				Default::default(),
				Evidence::File,
				REFUND,
				SHARED,
			)
			.unwrap();
			assert_eq!(post.actual_weight, Some(<()>::accept_sealed(2)));
			assert_eq!(events(), [Event::TradeAccepted { trade: id, refund: Some(REFUND.owner) }]);
			assert_eq!(held(HoldReason::Payment, BUYER), 2 * 100 * 5);
			for period in [FIRST, FIRST + 1] {
				assert_eq!(Market::contracted(&group(SELLER), period), 100);
				assert_eq!(
					Market::sealed_terms(&group(SELLER), period),
					Ok(SealedTerms {
						trade: id,
						quantity: 100,
						rate: 17,
						payout: PAYOUT.owner,
						refund: REFUND.owner,
						key_commitment: SHARED.commitment,
					})
				);
			}
			let told = Market::trade(id).unwrap();
			assert_eq!(told.refund, Some(REFUND.owner.into()));
			assert_eq!(
				told.sealed,
				Some(SealedInfo {
					payout_key: PAYOUT.key.into(),
					refund_key: Some(REFUND.key.into()),
					key_commitment: Some(SHARED.commitment.into()),
					sealed_key: Some(SHARED.ciphertext.to_vec()),
				})
			);
		});
	}

	#[test]
	fn other_periods_and_other_groups_are_free() {
		ExtBuilder::default().build_and_execute(|| {
			add_device(OTHER, NAMEPLATE, REGISTRAR);
			Offer::sealed().accepted();
			let (first, last) = (FIRST + 1, FIRST + 1);
			Offer { first, last, ..Default::default() }.accepted();
			Offer { seller: OTHER, ..Default::default() }.accepted();
			Offer { seller: OTHER, first, last, ..Offer::sealed() }.accepted();
		});
	}

	#[test]
	fn terms_are_told_of_nothing_else() {
		ExtBuilder::default().build_and_execute(|| {
			let terms = |period| Market::sealed_terms(&group(SELLER), period);
			assert_eq!(terms(FIRST), Err(SealedRefusal::NotSealed));
			let id = Offer::sealed().made();
			assert_eq!(terms(FIRST), Err(SealedRefusal::NotSealed));
			accept_sealed(BUYER, id).unwrap();
			assert!(terms(FIRST).is_ok());
			assert_eq!(terms(FIRST + 1), Err(SealedRefusal::NotSealed));
			Offer { first: FIRST + 1, last: FIRST + 1, ..Default::default() }.accepted();
			assert_eq!(terms(FIRST + 1), Err(SealedRefusal::NotSealed));
		});
	}
}

mod settled {
	use super::*;

	#[test]
	fn payment_and_collateral_become_two_notes_and_nobody_learns_how() {
		dear().build_and_execute(|| {
			let id = Offer::sealed().accepted();
			events();
			let sums = settle_sealed(FIRST, 0).unwrap();
			let amount = 100 * RATE;
			assert_eq!(sums, SettledSealed { contracted: 100, amount });
			assert_eq!(
				events(),
				[
					Event::PeriodSettledSealed { trade: id, period: FIRST, amount },
					Event::TradeSettled { trade: id },
				]
			);
			assert_eq!(Outcomes::<Test>::get(id, FIRST), Some(Outcome::Sealed));
			for (position, output) in (0..).zip(outputs(0)) {
				assert_eq!(
					pallet_payments::Notes::<Test>::get(position),
					Some(NoteEntry {
						commitment: output.commitment,
						asset: NATIVE_ASSET,
						block: System::block_number() as u32,
						content: NoteContent::Split { ciphertext: output.ciphertext },
					})
				);
			}
			assert_eq!(pooled(), amount);
			assert_eq!(total(SELLER), ENDOWMENT - 100 * 12);
			assert_eq!(total(BUYER), ENDOWMENT - 100 * 5);
			assert!(nothing_is_held());
			assert_eq!(Trades::<Test>::get(id).unwrap().state, TradeState::Settled);
			assert_eq!(Market::contracted(&group(SELLER), FIRST), 0);
			assert!(!Counts::<Test>::contains_key(SELLER) && !Counts::<Test>::contains_key(BUYER));
			money_is_conserved();
		});
	}

	#[test]
	fn its_books_name_the_amount_and_no_quantity() {
		dear().build_and_execute(|| {
			let id = Offer { last: FIRST + 1, ..Offer::sealed() }.accepted();
			settle_sealed(FIRST, 0).unwrap();
			settle(FIRST + 1, 100);
			let lines = Market::statement(&BUYER, 0, 10);
			assert_eq!(lines.iter().map(|line| line.trade).collect::<Vec<_>>(), [id, id]);
			let line = &lines[0];
			assert_eq!((line.contracted, line.delivered, line.sealed), (100, None, Some(1_700)));
			assert_eq!((line.paid, line.refunded, line.penalty), (None, None, None));
			assert_eq!((lines[1].delivered, lines[1].sealed), (Some(100), None));
			assert_eq!(lines[1].paid, Some(500));
		});
	}

	#[test]
	fn each_period_as_it_comes_sealed_or_openly_and_the_deposit_is_last() {
		dear().build_and_execute(|| {
			let id = Offer { last: FIRST + 3, ..Offer::sealed() }.accepted();
			settle_sealed(FIRST + 2, 0).unwrap();
			assert_eq!(held(HoldReason::Collateral, SELLER), 3 * 1_200);
			assert_eq!(held(HoldReason::Payment, BUYER), 3 * 500);
			ensure_invariants();
			// Openly, 60 of 100 into open notes of both owners.
			settle(FIRST, 60);
			assert_eq!(notes(), [(PAYOUT.owner, 300), (REFUND.owner, 40 * 17)]);
			ensure_invariants();
			// By the deadline.
			settle(FIRST + 3, 0);
			assert_eq!(notes().last(), Some(&(REFUND.owner, 100 * 17)));
			assert_eq!(held(HoldReason::OfferDeposit, SELLER), OFFER_DEPOSIT);
			assert_eq!(Trades::<Test>::get(id).unwrap().state, TradeState::Accepted);
			settle_sealed(FIRST + 1, 1).unwrap();
			assert_eq!(Trades::<Test>::get(id).unwrap().state, TradeState::Settled);
			assert!(nothing_is_held());
			assert_eq!(pooled(), 300 + 40 * 17 + 3 * 1_700);
			money_is_conserved();
		});
	}

	#[test]
	fn neither_freezes_nor_empty_accounts_stop_it() {
		use frame::deps::frame_support::traits::{LockableCurrency, WithdrawReasons};
		dear().build_and_execute(|| {
			Offer { last: FIRST + 1, ..Offer::sealed() }.accepted();
			for who in [SELLER, BUYER] {
				Balances::set_lock(*b"lockedup", &who, Balance::MAX, WithdrawReasons::all());
			}
			assert_ok!(settle_sealed(FIRST, 0));
			for who in [SELLER, BUYER] {
				Balances::remove_lock(*b"lockedup", &who);
				empty(who);
			}
			assert_ok!(settle_sealed(FIRST + 1, 1));
			assert_eq!(pooled(), 2 * 1_700);
			money_is_conserved();
		});
	}

	#[test]
	fn its_records_go_as_any_others() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::sealed().accepted();
			settle_sealed(FIRST, 0).unwrap();
			close_gate(FIRST + RETENTION);
			assert_ok!(Market::prune(RuntimeOrigin::signed(OTHER), id));
			assert_eq!(Outcomes::<Test>::iter().count(), 0);
		});
	}

	#[test]
	fn there_is_nothing_to_claim_afterwards() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::sealed().accepted();
			settle_sealed(FIRST, 0).unwrap();
			let claim = Market::claim(RuntimeOrigin::signed(OTHER), id, FIRST);
			assert_noop!(claim, error(Error::NothingToClaim));
			let claim = Market::claim_to_account(RuntimeOrigin::signed(BUYER), id, FIRST);
			assert_noop!(claim, error(Error::NothingToClaim));
		});
	}
}

mod not_settled {
	use super::*;

	#[test]
	fn twice() {
		ExtBuilder::default().build_and_execute(|| {
			Offer::sealed().accepted();
			settle_sealed(FIRST, 0).unwrap();
			assert_noop!(settle_sealed(FIRST, 1), error(Error::TradeNotSealed));
			let open = Market::settle(&group(SELLER), FIRST, 100);
			assert_noop!(open, error(Error::NothingContracted));
		});
	}

	#[test]
	fn after_an_open_settlement() {
		ExtBuilder::default().build_and_execute(|| {
			Offer::sealed().accepted();
			settle(FIRST, 100);
			assert_noop!(settle_sealed(FIRST, 0), error(Error::TradeNotSealed));
		});
	}

	#[test]
	fn where_the_trade_is_another_one() {
		ExtBuilder::default().build_and_execute(|| {
			Offer::default().accepted();
			assert_noop!(settle_sealed(FIRST, 0), error(Error::TradeNotSealed));
		});
	}

	#[test]
	fn where_the_buyer_does_not_accept_a_registrar() {
		dear().build_and_execute(|| {
			let id = Offer { last: FIRST + 1, ..Offer::sealed() }.made();
			accept_from(id, &[REGISTRAR]).unwrap();
			// From the second period on.
			close_gate(FIRST);
			add_device(SELLER, NAMEPLATE, SECOND_REGISTRAR);
			assert_ok!(settle_sealed(FIRST, 0));
			let terms = Market::sealed_terms(&group(SELLER), FIRST + 1);
			assert_eq!(terms, Err(SealedRefusal::RegistrarNotAccepted));
			assert_noop!(settle_sealed(FIRST + 1, 1), error(Error::RegistrarNotAccepted));
			// Openly nothing counts as delivered, whatever was.
			settle(FIRST + 1, 100);
			assert_eq!(notes(), [(REFUND.owner, 1_700)]);
			assert!(nothing_is_held());
			money_is_conserved();
		});
	}

	#[test]
	fn where_no_note_can_be_made_and_an_open_settlement_defers_instead() {
		dear().build_and_execute(|| {
			let id = Offer::sealed().accepted();
			with_full_tree(|| {
				assert_noop!(settle_sealed(FIRST, 0), PaymentsError::TreeFull);
				settle(FIRST, 60);
			});
			assert!(Outcomes::<Test>::get(id, FIRST).unwrap().is_unpaid());
			ensure_invariants();
			assert_ok!(Market::claim_to_account(RuntimeOrigin::signed(SELLER), id, FIRST));
			assert_eq!(notes(), [(REFUND.owner, 40 * 17)]);
			assert!(nothing_is_held());
			money_is_conserved();
		});
	}

	#[test]
	fn where_the_pool_refuses_the_notes() {
		ExtBuilder::default().build_and_execute(|| {
			Offer::sealed().accepted();
			let settle = |change: &dyn Fn(&mut [meterproof_primitives::Output; 2])| {
				let mut made = outputs(0);
				change(&mut made);
				Market::settle_sealed(&group(SELLER), FIRST, &made)
			};
			assert_noop!(
				settle(&|made| made[1].commitment = NOT_CANONICAL),
				PaymentsError::NotCanonical
			);
			assert_noop!(
				settle(&|made| made[0].ciphertext.auditor = Some([0; 144])),
				PaymentsError::AuditorCiphertextUnexpected
			);
			let native = pallet_payments::PayableAssets::<Test>::take(NATIVE_ASSET).unwrap();
			assert_noop!(settle(&|_| ()), PaymentsError::UnknownAsset);
			pallet_payments::PayableAssets::<Test>::insert(NATIVE_ASSET, native);
			assert_ok!(settle(&|_| ()));
		});
	}

	#[test]
	fn where_money_cannot_be_moved_from_a_hold() {
		dear().build_and_execute(|| {
			for (reason, who) in [(HoldReason::Payment, BUYER), (HoldReason::Collateral, SELLER)] {
				let id = Offer::sealed().accepted();
				// No call lets it come to this.
				Balances::release(&reason.into(), &who, 1, Precision::Exact).unwrap();
				let guard = StorageNoopGuard::new();
				assert!(settle_sealed(FIRST, id).is_err());
				drop(guard);
				Balances::hold(&reason.into(), &who, 1).unwrap();
				settle(FIRST, 0);
			}
			assert_eq!(notes(), [(REFUND.owner, 1_700), (REFUND.owner, 1_700)]);
			assert!(nothing_is_held());
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		ExtBuilder::default().build_and_execute(|| {
			let offered = Market::offer_sealed(
				RuntimeOrigin::none(),
				ZONE,
				Resource::Electricity,
				Direction::Export,
				BUYER,
				100,
				5,
				5,
				FIRST,
				FIRST,
				PAYOUT,
			);
			assert_noop!(offered, DispatchError::BadOrigin);
			let id = Offer::sealed().made();
			let accepted = Market::accept_sealed(
				RuntimeOrigin::root(),
				id,
				terms(id),
				PAYOUT,
				Default::default(),
				Evidence::File,
				REFUND,
				SHARED,
			);
			assert_noop!(accepted.map_err(|error| error.error), DispatchError::BadOrigin);
		});
	}

	#[test]
	fn the_other_kind_of_acceptance() {
		ExtBuilder::default().build_and_execute(|| {
			let sealed = Offer::sealed().made();
			assert_noop!(accept(BUYER, sealed), error(Error::SealedTrade));
			let open = Offer::default().made();
			assert_noop!(accept_sealed(BUYER, open), error(Error::TradeNotSealed));
		});
	}

	#[test]
	fn what_any_acceptance_is_refused_for() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(accept_sealed(BUYER, 0), error(Error::UnknownTrade));
			let id = Offer::sealed().made();
			assert_noop!(accept_sealed(OTHER, id), error(Error::NotBuyer));
			let foreign = accept_from(id, &[SECOND_REGISTRAR]);
			assert_noop!(foreign, error(Error::RegistrarNotAccepted));
			let late = Offer::sealed().made();
			accept_sealed(BUYER, id).unwrap();
			assert_noop!(accept_sealed(BUYER, id), error(Error::NotOffered));
			close_gate(FIRST);
			assert_noop!(accept_sealed(BUYER, late), error(Error::GateClosed));
		});
	}

	#[test]
	fn other_terms_than_the_call_names() {
		dear().build_and_execute(|| {
			let id = Offer::sealed().made();
			let named = terms(id);
			for (terms, payout) in [
				(OfferTerms { price: 4, ..named.clone() }, PAYOUT),
				(OfferTerms { imbalance_price: 5, ..named.clone() }, PAYOUT),
				(named.clone(), NoteAddress { owner: REFUND.owner, ..PAYOUT }),
				(named.clone(), NoteAddress { key: REFUND.key, ..PAYOUT }),
			] {
				assert_noop!(accept_at(terms, payout, id), error(Error::TermsDiffer));
			}
			assert_eq!(held(HoldReason::Payment, BUYER), 0);
			assert_ok!(accept_at(named, PAYOUT, id));
		});
	}

	#[test]
	fn a_sealed_trade_beside_another_one() {
		ExtBuilder::default().build_and_execute(|| {
			let last = FIRST + 2;
			let waiting = Offer { last, ..Offer::sealed() }.made();
			let (first, middle) = (FIRST + 1, FIRST + 1);
			Offer { first, last: middle, quantity: 1, price: 100, ..Default::default() }.accepted();
			assert_noop!(accept_sealed(BUYER, waiting), error(Error::GroupTraded));
			let again = Offer { last, ..Offer::sealed() };
			assert_noop!(again.make(), error(Error::GroupTraded));
		});
	}

	#[test]
	fn any_trade_beside_a_sealed_one() {
		ExtBuilder::default().build_and_execute(|| {
			let last = FIRST + 2;
			let open = Offer { last, ..Default::default() }.made();
			let sealed = Offer { last, ..Offer::sealed() }.made();
			Offer { first: FIRST + 1, last: FIRST + 1, ..Offer::sealed() }.accepted();
			assert_noop!(accept(BUYER, open), error(Error::GroupSealed));
			assert_noop!(accept_sealed(BUYER, sealed), error(Error::GroupSealed));
			let again = Offer { last, ..Default::default() };
			assert_noop!(again.make(), error(Error::GroupSealed));
			let again = Offer { last, ..Offer::sealed() };
			assert_noop!(again.make(), error(Error::GroupSealed));
		});
	}

	#[test]
	fn more_than_a_proof_can_hide() {
		ExtBuilder::default().build_and_execute(|| {
			let offer = |quantity, price| Offer { quantity, price, ..Offer::sealed() }.make();
			assert_noop!(offer(1 << 32, 1), error(Error::QuantityAboveSealed));
			// It is within reach of a proof, and beyond the seller's devices.
			assert_noop!(offer((1 << 32) - 1, 1), error(Error::AboveNameplate));
			let rate = Balance::from(MAX_SEALED_AMOUNT) / 2;
			assert_noop!(offer(1, rate), error(Error::AmountAboveSealed));
			assert_noop!(offer(1, u64::MAX.into()), error(Error::AmountAboveSealed));
			assert_noop!(offer(2, Balance::MAX), error(Error::AmountTooLarge));
			assert_noop!(offer(1, Balance::MAX), error(Error::AmountTooLarge));
		});
	}

	#[test]
	fn digests_that_are_not_canonical() {
		ExtBuilder::default().build_and_execute(|| {
			let payout = NoteAddress { owner: NOT_CANONICAL, ..PAYOUT };
			let offer = Offer { sealed: Some(payout), ..Default::default() };
			assert_noop!(offer.make(), error(Error::NoteOwnerNotPayable));
			let id = Offer::sealed().made();
			let refund = NoteAddress { owner: NOT_CANONICAL, ..REFUND };
			assert_noop!(accept_as(refund, SHARED, id), error(Error::NoteOwnerNotPayable));
			let shared = SharedKey { commitment: NOT_CANONICAL, ..SHARED };
			assert_noop!(accept_as(REFUND, shared, id), error(Error::KeyNotCanonical));
			// Keys of notes are any bytes, and both sides may be one owner.
			let refund = NoteAddress { owner: PAYOUT.owner, key: NOT_CANONICAL };
			assert_ok!(accept_as(refund, SHARED, id));
		});
	}
}
