use super::*;

fn naming(registrars: &[AccountId]) -> Registrars<AccountId> {
	registrars.to_vec().try_into().unwrap()
}

mod accepted {
	use super::*;

	#[test]
	fn an_offer_holds_the_whole_payment() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer { last: FIRST + 2, ..Default::default() }.made();
			events();
			let by = RuntimeOrigin::signed(BUYER);
			let post =
				Market::accept(by, id, terms(id), naming(&[]), Evidence::File, None).unwrap();
			assert_eq!(post.actual_weight, Some(<()>::accept(3)));
			assert_eq!(held(HoldReason::Payment, BUYER), 100 * 5 * 3);
			assert_eq!(held(HoldReason::Collateral, SELLER), 100 * 5 * 3);
			let trade = Trades::<Test>::get(id).unwrap();
			assert_eq!((trade.state, trade.due), (TradeState::Accepted, None));
			for period in FIRST..=FIRST + 2 {
				assert_eq!(Market::contracted(&group(SELLER), period), 100);
				assert_eq!(Market::trades(&group(SELLER), period), 1);
			}
			assert_eq!(Market::contracted(&group(SELLER), FIRST + 3), 0);
			assert_eq!(Counts::<Test>::get(SELLER), OpenCounts { offers: 0, trades: 1 });
			assert_eq!(Counts::<Test>::get(BUYER), OpenCounts { offers: 0, trades: 1 });
			assert_eq!(events(), [Event::TradeAccepted { trade: id, refund: None }]);
		});
	}

	#[test]
	fn out_of_order_keeps_contracts_in_order_of_trade_id() {
		ExtBuilder::default().build_and_execute(|| {
			let ids: Vec<_> = (0..4).map(|_| Offer::default().made()).collect();
			for id in [2, 0, 3, 1] {
				accept(BUYER, ids[id]).unwrap();
			}
		});
	}

	#[test]
	fn with_the_registrars_that_attested() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			let list = naming(&[SECOND_REGISTRAR, REGISTRAR]);
			let by = RuntimeOrigin::signed(BUYER);
			assert_ok!(Market::accept(by, id, terms(id), list.clone(), Evidence::File, None));
			assert_eq!(Trades::<Test>::get(id).unwrap().registrars, list);
		});
	}

	#[test]
	fn exactly_up_to_the_nameplates() {
		ExtBuilder::default().build_and_execute(|| {
			Offer { quantity: 600, ..Default::default() }.accepted();
			Offer { quantity: 400, ..Default::default() }.accepted();
			assert_eq!(Market::contracted(&group(SELLER), FIRST), 1_000);
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			assert_noop!(
				Market::accept(
					RuntimeOrigin::none(),
					id,
					terms(id),
					naming(&[]),
					Evidence::File,
					None
				),
				DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn an_unknown_trade() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(accept(BUYER, 0), error(Error::UnknownTrade));
		});
	}

	#[test]
	fn someone_who_is_not_the_buyer() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			assert_noop!(accept(OTHER, id), error(Error::NotBuyer));
			assert_noop!(accept(SELLER, id), error(Error::NotBuyer));
		});
	}

	#[test]
	fn a_side_whose_tokens_votes_lock() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			Voters::set(vec![BUYER, SELLER]);
			let locked = DispatchError::Token(TokenError::Frozen);
			assert_noop!(accept(BUYER, id), locked);
			assert_noop!(Offer::default().make(), locked);
			Voters::set(vec![]);
			accept(BUYER, id).unwrap();
		});
	}

	#[test]
	fn a_trade_that_was_accepted() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().accepted();
			assert_noop!(accept(BUYER, id), error(Error::NotOffered));
		});
	}

	#[test]
	fn an_offer_whose_gate_has_closed() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			close_gate(FIRST);
			assert_noop!(accept(BUYER, id), error(Error::GateClosed));
		});
	}

	#[test]
	fn what_the_devices_can_no_longer_count() {
		ExtBuilder::default().build_and_execute(|| {
			let ids: Vec<_> =
				(0..2).map(|_| Offer { quantity: 600, ..Default::default() }.made()).collect();
			accept(BUYER, ids[0]).unwrap();
			assert_noop!(accept(BUYER, ids[1]), error(Error::AboveNameplate));
		});
	}

	#[test]
	fn a_registrar_that_is_not_on_the_list() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			let by = |list: &[AccountId]| {
				Market::accept(
					RuntimeOrigin::signed(BUYER),
					id,
					terms(id),
					naming(list),
					Evidence::File,
					None,
				)
			};
			assert_noop!(by(&[SECOND_REGISTRAR]), error(Error::RegistrarNotAccepted));
			// One more device, of the other registrar: both must be on the list.
			add_device(SELLER, NAMEPLATE, SECOND_REGISTRAR);
			assert_noop!(by(&[REGISTRAR]), error(Error::RegistrarNotAccepted));
			assert_ok!(by(&[REGISTRAR, SECOND_REGISTRAR]));
		});
	}

	#[test]
	fn one_trade_of_a_group_too_many() {
		ExtBuilder::default().build_and_execute(|| {
			for _ in 0..6 {
				Offer::default().accepted();
			}
			let id = Offer::default().made();
			assert_noop!(accept(BUYER, id), error(Error::GroupFull));
			let (first, last) = (FIRST + 1, FIRST + 1);
			Offer { first, last, ..Default::default() }.accepted();
		});
	}

	#[test]
	fn one_trade_of_an_account_too_many() {
		ExtBuilder::default().build_and_execute(|| {
			for n in 0..16 {
				let period = FIRST + n / 6;
				Offer { first: period, last: period, ..Default::default() }.accepted();
			}
			let id = Offer { first: FIRST + 5, last: FIRST + 5, ..Default::default() }.made();
			assert_noop!(accept(BUYER, id), error(Error::TooManyTrades));
		});
	}

	#[test]
	fn a_buyer_without_the_payment() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			let keep = EXISTENTIAL_DEPOSIT + 499;
			Balances::transfer_keep_alive(RuntimeOrigin::signed(BUYER), OTHER, ENDOWMENT - keep)
				.unwrap();
			assert_noop!(accept(BUYER, id), TokenError::FundsUnavailable);
		});
	}
}

mod bound {
	use frame::traits::Dispatchable;

	use super::*;

	fn accept_at(terms: OfferTermsOf<Test>, id: TradeId) -> DispatchResult {
		Market::accept(RuntimeOrigin::signed(BUYER), id, terms, naming(&[]), Evidence::File, None)
			.map(|_| ())
			.map_err(|error| error.error)
	}

	fn offers(prices: [Balance; 2]) -> [TradeId; 2] {
		prices.map(|price| Offer { price, ..Default::default() }.made())
	}

	#[test]
	fn a_call_accepts_no_other_offer_that_got_its_number() {
		let mut signed = None;
		ExtBuilder::default().build_and_execute(|| {
			let [cheap, _] = offers([5, 5_000]);
			let (terms, registrars) = (terms(cheap), naming(&[]));
			let (trade, least_evidence) = (cheap, Evidence::File);
			let call = Call::accept { trade, terms, registrars, least_evidence, refund: None };
			signed = Some((cheap, RuntimeCall::Market(call)));
		});
		let (id, call) = signed.unwrap();
		// On a fork the offers came in another order.
		ExtBuilder::default().build_and_execute(|| {
			let [dear, cheap] = offers([5_000, 5]);
			assert_eq!(dear, id);
			let refused = call.dispatch(RuntimeOrigin::signed(BUYER));
			assert_noop!(refused.map_err(|error| error.error), error(Error::TermsDiffer));
			assert_eq!(held(HoldReason::Payment, BUYER), 0);
			assert_ok!(accept_at(terms(cheap), cheap));
			assert_eq!(held(HoldReason::Payment, BUYER), 500);
		});
	}

	#[test]
	fn every_term_is_compared() {
		ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
			let id = Offer { first: FIRST + 1, last: FIRST + 2, ..Default::default() }.made();
			let changes: [(&str, fn(&mut OfferTermsOf<Test>)); 9] = [
				("operator", |terms| terms.seller.operator = OTHER),
				("zone", |terms| terms.seller.zone += 1),
				("resource", |terms| terms.seller.resource = Resource::Heat),
				("direction", |terms| terms.seller.direction = Direction::Import),
				("quantity", |terms| terms.quantity -= 1),
				("price", |terms| terms.price += 1),
				("imbalance price", |terms| terms.imbalance_price -= 1),
				("first", |terms| terms.first -= 1),
				("last", |terms| terms.last += 1),
			];
			for (term, change) in changes {
				let mut other = terms(id);
				change(&mut other);
				let guard = StorageNoopGuard::new();
				assert_eq!(accept_at(other, id), Err(error(Error::TermsDiffer)), "{term}");
				drop(guard);
			}
			assert_ok!(accept_at(terms(id), id));
		});
	}

	#[test]
	fn what_stands_in_the_way_whatever_the_terms_is_said_first() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			let other = OfferTerms { price: 4, ..terms(id) };
			assert_noop!(accept_at(other.clone(), id + 1), error(Error::UnknownTrade));
			let foreign = Offer { buyer: OTHER, ..Default::default() }.made();
			assert_noop!(accept_at(other.clone(), foreign), error(Error::NotBuyer));
			let accepted = Offer::default().accepted();
			assert_noop!(accept_at(other.clone(), accepted), error(Error::NotOffered));
			close_gate(FIRST);
			assert_noop!(accept_at(other, id), error(Error::GateClosed));
		});
	}

	#[test]
	fn terms_are_read_back_as_they_were_signed() {
		use codec::{Decode, Encode};
		ExtBuilder::default().build_and_execute(|| {
			let terms = OfferTerms { price: Balance::MAX, last: u64::MAX, ..terms(0) };
			assert_eq!(OfferTerms::decode(&mut &terms.encode()[..]), Ok(terms));
		});
	}
}
