//! How much evidence books demand.

use super::*;

/// From this period on there can be no book when a test begins.
const FAR: PeriodIndex = FIRST + 50 + 8;

fn demand(from: PeriodIndex, least: Evidence) -> DispatchResult {
	let by = RuntimeOrigin::root();
	Book::set_least_evidence(by, ZONE, Resource::Electricity, from, least)
}

#[test]
fn a_demand_holds_from_its_period_on() {
	run(|| {
		assert_ok!(demand(FAR, Evidence::Keyed));
		let set = Event::LeastEvidenceSet {
			zone: ZONE,
			resource: Resource::Electricity,
			from: FAR,
			least: Evidence::Keyed,
		};
		assert_eq!(events(), [set]);
		blocks_at(SCHEDULE.start(FAR - 10), 1);
		// The sellers' meters are attested on less.
		offer(SELLER, 100, 4).over(FAR - 2, FAR - 1).placed();
		let late = offer(SELLER, 100, 4).over(FAR - 1, FAR);
		assert_noop!(late.place(), error(Error::EvidenceTooLow));
		let least = Book::book(ZONE, Resource::Electricity, FAR).unwrap().least_evidence;
		assert_eq!(least, Evidence::Keyed);
	});
}

#[test]
fn trades_of_a_book_have_its_demand() {
	run(|| {
		assert_ok!(demand(FAR, EVIDENCE));
		blocks_at(SCHEDULE.start(FAR - 2), 1);
		offer(SELLER, 100, 4).over(FAR, FAR).placed();
		bid(BUYER, 100, 4).over(FAR, FAR).placed();
		close_gate(FAR);
		assert_ok!(clear(FAR));
		assert_eq!(trades()[0].1.least_evidence, EVIDENCE);
	});
}

mod reject {
	use super::*;

	#[test]
	fn who_may_not() {
		run(|| {
			let by = RuntimeOrigin::signed(SELLER);
			let refused =
				Book::set_least_evidence(by, ZONE, Resource::Electricity, FAR, Evidence::Keyed);
			assert_noop!(refused, DispatchError::BadOrigin);
		});
	}

	#[test]
	fn a_period_that_can_have_a_book() {
		run(|| {
			assert_noop!(demand(FAR - 1, Evidence::Keyed), error(Error::PeriodTradable));
		});
	}

	#[test]
	fn more_changes_than_there_is_room_for() {
		run(|| {
			for n in 0..6 {
				assert_ok!(demand(FAR + n, Evidence::Keyed));
			}
			let refusal = error(Error::TooManyPendingChanges);
			assert_noop!(demand(FAR + 6, Evidence::Keyed), refusal);
			// The last one can still be replaced.
			assert_ok!(demand(FAR + 5, Evidence::File));
		});
	}
}
