//! `prune`.

use super::*;

fn prune() -> DispatchResult {
	Book::prune(RuntimeOrigin::signed(ANYONE), ZONE, Resource::Electricity, FIRST)
}

#[test]
fn anyone_removes_a_record_that_was_kept_long_enough() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		cleared();
		close_gate(FIRST + RETENTION - 1);
		assert_noop!(prune(), error(Error::RetentionRunning));
		close_gate(FIRST + RETENTION);
		events();
		assert_ok!(prune());
		let (zone, resource) = (ZONE, Resource::Electricity);
		assert_eq!(events(), [Event::ClearingPruned { zone, resource, period: FIRST }]);
		assert_noop!(prune(), error(Error::UnknownClearing));
		let by = RuntimeOrigin::none();
		let unsigned = Book::prune(by, ZONE, Resource::Electricity, FIRST);
		assert_noop!(unsigned, DispatchError::BadOrigin);
	});
}
