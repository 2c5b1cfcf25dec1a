//! What a buyer demands of the evidence behind the seller's devices.

use meterproof_primitives::SealedRefusal;

use super::*;

/// Accepts an offer with a least grade.
fn demand(id: TradeId, least: Evidence) -> DispatchResult {
	let buyer = RuntimeOrigin::signed(Trades::<Test>::get(id).unwrap().buyer);
	Market::accept(buyer, id, terms(id), Default::default(), least, None)
		.map(|_| ())
		.map_err(|error| error.error)
}

fn demand_sealed(id: TradeId, least: Evidence) -> DispatchResult {
	let by = RuntimeOrigin::signed(BUYER);
	let list = Default::default();
	Market::accept_sealed(by, id, terms(id), payout(id), list, least, REFUND, SHARED)
		.map(|_| ())
		.map_err(|error| error.error)
}

fn delivered(id: TradeId, period: PeriodIndex) -> Quantity {
	Outcomes::<Test>::get(id, period).unwrap().delivered().unwrap()
}

/// Attests a device of the seller again, with another grade, and lets it in where that is for the
/// seller to do.
fn attest_again(device: u32, evidence: Evidence) {
	attest_again_only(device, evidence);
	let _ = Devices::resume(RuntimeOrigin::signed(SELLER), device, key_of(device));
}

/// Attests a device of the seller again, with another grade.
fn attest_again_only(device: u32, evidence: Evidence) {
	let by = || RuntimeOrigin::signed(REGISTRAR);
	let info = Devices::device(device).unwrap();
	let facts = pallet_devices::DeviceFacts {
		key: info.key.0,
		metering_point: info.metering_point.into_bytes().try_into().unwrap(),
		zone: info.zone,
		resource: info.resource,
		directions: info.directions,
		nameplate: info.nameplate,
	};
	Devices::revoke(by(), device, info.key.0).unwrap();
	Devices::attest(by(), device, SELLER, facts, evidence).unwrap();
}

#[test]
fn an_offer_is_accepted_if_every_device_has_the_least_grade_or_a_higher_one() {
	// The seller's first device has the grade that tests have.
	for least in Evidence::ALL {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().made();
			if least <= EVIDENCE {
				assert_ok!(demand(id, least));
				assert_eq!(Trades::<Test>::get(id).unwrap().least_evidence, least);
				settle(FIRST, 100);
				assert_eq!(delivered(id, FIRST), 100);
			} else {
				assert_noop!(demand(id, least), error(Error::EvidenceTooLow));
				assert_eq!(held(HoldReason::Payment, BUYER), 0);
			}
		});
	}
}

#[test]
fn one_device_of_a_lower_grade_refuses_the_acceptance() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer::default().made();
		let device = add_device_on(Evidence::File);
		assert_noop!(demand(id, Evidence::Signed), error(Error::EvidenceTooLow));
		assert_noop!(demand(id, Evidence::Asserted), error(Error::EvidenceTooLow));
		Devices::suspend(RuntimeOrigin::signed(SELLER), device, key_of(device)).unwrap();
		assert_ok!(demand(id, Evidence::Signed));
	});
}

#[test]
fn a_registrar_that_is_not_accepted_is_said_first() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer::default().made();
		let list = vec![SECOND_REGISTRAR].try_into().unwrap();
		let by = RuntimeOrigin::signed(BUYER);
		let accepted = Market::accept(by, id, terms(id), list, Evidence::Keyed, None);
		assert_noop!(accepted.map_err(|e| e.error), error(Error::RegistrarNotAccepted));
	});
}

#[test]
fn a_seller_that_adds_a_meter_of_a_lower_grade_delivers_nothing_on_a_higher_one() {
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		let last = FIRST + 1;
		let strict = Offer { last, ..Default::default() }.made();
		demand(strict, Evidence::Signed).unwrap();
		let open = Offer { buyer: OTHER, last, ..Default::default() }.accepted();
		// From the second period on.
		close_gate(FIRST);
		add_device_on(Evidence::Authenticated);
		settle(FIRST, 200);
		assert_eq!((delivered(strict, FIRST), delivered(open, FIRST)), (100, 100));
		let sums = settle(last, 200);
		assert_eq!((delivered(strict, last), delivered(open, last)), (0, 100));
		assert_eq!((sums.paid, sums.penalty), (500, 1_200));
		for reason in [HoldReason::Collateral, HoldReason::OfferDeposit, HoldReason::Payment] {
			let held = [SELLER, BUYER, OTHER].map(|who| held(reason, who));
			assert_eq!(held, [0, 0, 0]);
		}
	});
}

#[test]
fn a_grade_that_is_lowered_leaves_periods_alone_whose_gate_has_closed() {
	ExtBuilder::default().build_and_execute(|| {
		let last = FIRST + 1;
		let id = Offer { last, ..Default::default() }.made();
		demand(id, Evidence::Signed).unwrap();
		close_gate(FIRST);
		attest_again(0, Evidence::File);
		settle(FIRST, 100);
		settle(last, 100);
		assert_eq!((delivered(id, FIRST), delivered(id, last)), (100, 0));
	});
}

#[test]
fn a_lowered_meter_stays_out_and_its_operator_delivers_with_the_others() {
	ExtBuilder::default().build_and_execute(|| {
		let other = add_device_on(Evidence::Keyed);
		let id = Offer { last: FIRST + 1, ..Default::default() }.made();
		demand(id, Evidence::Signed).unwrap();
		attest_again_only(other, Evidence::File);
		settle(FIRST, 100);
		assert_eq!(delivered(id, FIRST), 100);
	});
}

#[test]
fn a_grade_that_is_raised_does_not_make_good_an_earlier_period() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer { last: FIRST + 1, ..Default::default() }.made();
		demand(id, Evidence::Signed).unwrap();
		attest_again(0, Evidence::Asserted);
		close_gate(FIRST);
		attest_again(0, Evidence::Keyed);
		settle(FIRST, 100);
		settle(FIRST + 1, 100);
		assert_eq!((delivered(id, FIRST), delivered(id, FIRST + 1)), (0, 100));
	});
}

#[test]
fn a_grade_that_nobody_knows_any_more_fails_a_demand_and_nothing_else() {
	ExtBuilder::default().build_and_execute(|| {
		let strict = Offer::default().made();
		demand(strict, Evidence::Asserted).unwrap();
		let open = Offer { buyer: OTHER, ..Default::default() }.made();
		demand(open, Evidence::File).unwrap();
		let rows = pallet_devices::Groups::<Test>::take(group(SELLER));
		settle(FIRST, 200);
		pallet_devices::Groups::<Test>::insert(group(SELLER), rows);
		assert_eq!((delivered(strict, FIRST), delivered(open, FIRST)), (0, 100));
	});
}

#[test]
fn a_sealed_trade_cannot_be_settled_sealed_on_less_evidence() {
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		let id = Offer { last: FIRST + 1, ..Offer::sealed() }.made();
		assert_noop!(demand_sealed(id, Evidence::Keyed), error(Error::EvidenceTooLow));
		demand_sealed(id, Evidence::Signed).unwrap();
		close_gate(FIRST);
		attest_again(0, Evidence::Authenticated);
		let settled =
			|period, number| Market::settle_sealed(&group(SELLER), period, &outputs(number));
		assert_ok!(settled(FIRST, 0));
		let terms = Market::sealed_terms(&group(SELLER), FIRST + 1);
		assert_eq!(terms, Err(SealedRefusal::EvidenceTooLow));
		assert_noop!(settled(FIRST + 1, 1), error(Error::EvidenceTooLow));
		// Openly nothing counts as delivered, whatever was.
		settle(FIRST + 1, 100);
		assert_eq!(notes(), [(REFUND.owner, 1_700)]);
	});
}

#[test]
fn offers_and_trades_show_the_devices_grade_and_the_buyers_demand() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer { last: FIRST + 1, ..Default::default() }.made();
		let shown = || Market::trade(id).map(|trade| (trade.evidence, trade.least_evidence));
		assert_eq!(shown(), Some((Some(EVIDENCE), Evidence::File)));
		demand(id, Evidence::Authenticated).unwrap();
		assert_eq!(shown(), Some((Some(EVIDENCE), Evidence::Authenticated)));
		close_gate(FIRST);
		attest_again(0, Evidence::File);
		assert_eq!(shown(), Some((Some(Evidence::File), Evidence::Authenticated)));
		assert_eq!(Market::offers(None, None, 9).len(), 0);
		Devices::suspend(RuntimeOrigin::signed(SELLER), 0, key_of(0)).unwrap();
		assert_eq!(shown(), Some((None, Evidence::Authenticated)));
	});
}
