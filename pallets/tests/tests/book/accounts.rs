//! What orders have to do with the account that they are of, and which resources there are.

use codec::Decode;

use super::*;

#[test]
fn an_account_with_orders_is_not_reaped() {
	run(|| {
		bid(BUYER, 100, 8).placed();
		offer(SELLER, 40, 4).placed();
		let (by, before) = (|| RuntimeOrigin::signed(BUYER), free(BUYER));
		assert!(Balances::transfer_allow_death(by(), ANYONE, before).is_err());
		assert_eq!(free(BUYER), before);
		// All that can go leaves the existential deposit.
		assert_ok!(Balances::transfer_all(by(), ANYONE, false));
		assert_eq!(free(BUYER), EXISTENTIAL_DEPOSIT);
		assert_eq!(holds(BUYER), [100 * 8, 0, ORDER_DEPOSIT]);

		assert_eq!(cleared().volume, 40);
		assert_eq!((holds(BUYER), trade_holds(BUYER)), ([0; 3], [40 * 8, 0, 0]));
		assert_ok!(Market::settle(&exports(SELLER), FIRST, 40));
		assert_eq!(trade_holds(BUYER), [0; 3]);
		assert_eq!(free(BUYER), EXISTENTIAL_DEPOSIT + 60 * 8 + ORDER_DEPOSIT);
	});
}

#[test]
fn there_is_no_other_resource() {
	for (number, resource) in Resource::ALL.into_iter().enumerate() {
		assert_eq!(Resource::decode(&mut &[number as u8][..]), Ok(resource));
	}
	assert!(Resource::decode(&mut &[4u8][..]).is_err());
}
