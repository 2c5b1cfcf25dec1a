//! `claim`: what an account could not take.

use super::*;

fn claim(who: AccountId) -> DispatchResult {
	Book::claim(RuntimeOrigin::signed(ANYONE), who)
}

#[test]
fn an_account_that_cannot_take_its_rest_holds_up_no_book() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		bid(OTHER_BUYER, 100, 8).placed();
		offer(SELLER, 190, 4).placed();
		empty(BUYER);
		close_gate(FIRST);
		events();
		assert_ok!(clear(FIRST));
		for amount in [40, ORDER_DEPOSIT] {
			let deferred = Event::ReleaseDeferred { account: BUYER, amount };
			assert!(System::events().iter().any(|record| record.event == deferred.clone().into()));
		}
		// 5 of 100 units were left over, at 8 each, and the deposit.
		let owed = Owed { bid: 40, collateral: 0, deposit: ORDER_DEPOSIT };
		assert_eq!(Book::owed(&BUYER), owed);
		assert_eq!(trade_holds(BUYER), [95 * 8, 0, 0]);
		assert_noop!(claim(BUYER), error(Error::PayeeNotPayable));
		let by = RuntimeOrigin::signed(ANYONE);
		Balances::transfer_keep_alive(by, BUYER, EXISTENTIAL_DEPOSIT).unwrap();
		events();
		assert_ok!(claim(BUYER));
		let amount = 40 + ORDER_DEPOSIT;
		assert_eq!(events(), [Event::ReleaseClaimed { account: BUYER, amount }]);
		assert_eq!(Owing::<Test>::iter().count(), 0);
		assert_eq!(free(BUYER), EXISTENTIAL_DEPOSIT + 40 + ORDER_DEPOSIT);
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_account_that_is_owed_nothing() {
		run(|| {
			assert_noop!(claim(BUYER), error(Error::NothingToClaim));
			let by = RuntimeOrigin::none();
			assert_noop!(Book::claim(by, BUYER), DispatchError::BadOrigin);
		});
	}
}
