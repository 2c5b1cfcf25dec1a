//! Money is conserved to the unit over long random sequences.

use proptest::prelude::*;

use super::*;

/// A device of the seller that the other registrar attested.
const FOREIGN: meterproof_primitives::DeviceId = 1;

#[derive(Clone, Debug)]
enum Step {
	Offer {
		buyer: u8,
		quantity: u64,
		price: u128,
		ahead: u64,
		length: u64,
		/// The seller names a note.
		note: bool,
		/// The trade is sealed.
		sealed: bool,
	},
	/// Every other trade names the registrar of the seller's first device, every third one a note
	/// for its buyer.
	Accept {
		trade: u8,
	},
	/// The device of the other registrar goes or comes back.
	Foreign,
	/// A registrar takes a device of the seller's out, or lets it back in; both may do it with both.
	Take {
		device: u32,
		second: bool,
	},
	Cancel {
		trade: u8,
	},
	Decline {
		trade: u8,
	},
	Expire {
		trade: u8,
	},
	/// Settles the oldest contract with a part of what is contracted, in thousandths.
	Settle {
		part: u64,
	},
	/// Settles as `Settle` does, just after an account was emptied: little amounts cannot be paid
	/// to it.
	SettleEmpty {
		who: u8,
		part: u64,
	},
	/// Settles as `Settle` does, while no note can be made.
	SettleFull {
		part: u64,
	},
	/// Settles the oldest contract of a sealed trade sealed, maybe just after an account was
	/// emptied, or while no note can be made.
	SettleSealed {
		empty: Option<u8>,
		full: bool,
	},
	Claim {
		nth: u8,
	},
	/// By the seller or the buyer, to its account.
	ClaimToAccount {
		nth: u8,
		buyer: bool,
	},
	Prune {
		trade: u8,
	},
	Idle,
	/// Empties an account with another provider: it cannot take little amounts any more.
	Empty {
		who: u8,
	},
	Fund {
		who: u8,
		amount: u128,
	},
	Freeze {
		who: u8,
	},
	/// Spends nearly everything: an account without other providers that holds end is reaped.
	Spend {
		who: u8,
	},
	SetPrice {
		price: u128,
	},
	Wait,
}

fn step() -> impl Strategy<Value = Step> {
	let offer =
		(0..4u8, 20..400u64, 1..9u128, 0..4u64, 0..5u64, any::<bool>(), prop::bool::weighted(0.3))
			.prop_map(|(buyer, quantity, price, ahead, length, note, sealed)| Step::Offer {
				buyer,
				quantity,
				price,
				ahead,
				length,
				note,
				sealed,
			});
	let trade = any::<u8>();
	let part = prop_oneof![Just(0), Just(1_000), 0..200u64, 0..=1_000u64, 800..=1_000u64];
	prop_oneof![
		8 => offer,
		10 => trade.clone().prop_map(|trade| Step::Accept { trade }),
		1 => trade.clone().prop_map(|trade| Step::Cancel { trade }),
		1 => trade.clone().prop_map(|trade| Step::Decline { trade }),
		1 => trade.clone().prop_map(|trade| Step::Expire { trade }),
		4 => part.clone().prop_map(|part| Step::Settle { part }),
		4 => (0..5u8, part.clone()).prop_map(|(who, part)| Step::SettleEmpty { who, part }),
		2 => part.prop_map(|part| Step::SettleFull { part }),
		4 => (prop::option::of(0..5u8), prop::bool::weighted(0.2))
			.prop_map(|(empty, full)| Step::SettleSealed { empty, full }),
		1 => any::<u8>().prop_map(|nth| Step::Claim { nth }),
		1 => any::<(u8, bool)>().prop_map(|(nth, buyer)| Step::ClaimToAccount { nth, buyer }),
		1 => trade.prop_map(|trade| Step::Prune { trade }),
		1 => Just(Step::Idle),
		1 => (0..5u8).prop_map(|who| Step::Empty { who }),
		6 => (0..5u8, 1..50_000u128).prop_map(|(who, amount)| Step::Fund { who, amount }),
		1 => (0..5u8).prop_map(|who| Step::Freeze { who }),
		1 => (0..5u8).prop_map(|who| Step::Spend { who }),
		1 => (0..20u128).prop_map(|price| Step::SetPrice { price }),
		1 => Just(Step::Foreign),
		4 => (0..2u32, any::<bool>()).prop_map(|(device, second)| Step::Take { device, second }),
		3 => Just(Step::Wait),
	]
}

/// Seller and buyers.
fn party(who: u8) -> AccountId {
	if who == 0 {
		SELLER
	} else {
		buyer(who - 1)
	}
}

/// Runs a change like a dispatched call: it takes effect whole or not at all.
fn call<R>(f: impl FnOnce() -> Result<R, DispatchError>) -> bool {
	frame::deps::frame_support::storage::with_storage_layer(f).is_ok()
}

/// One of the trades in a state, if there is any.
fn one_of(state: TradeState, nth: u8) -> Option<(TradeId, TradeOf<Test>)> {
	let mut trades: Vec<_> =
		Trades::<Test>::iter().filter(|(_, trade)| trade.state == state).collect();
	trades.sort_by_key(|(id, _)| *id);
	let at = usize::from(nth).checked_rem(trades.len())?;
	Some(trades.swap_remove(at))
}

/// Settles the oldest contract; it never fails.
fn settle_oldest(part: u64) {
	if let Some((period, group)) = Market::oldest(1).pop() {
		let contracted = Market::contracted(&group, period);
		let delivered = contracted * part / 1_000;
		assert!(call(|| {
			let sums = Market::settle(&group, period, delivered)?;
			assert_eq!(sums.contracted, contracted);
			assert_eq!(sums.delivered, delivered);
			Ok(())
		}));
	}
}

parameter_types! {
	/// What sealed trades were settled for.
	static SealedTotal: Balance = 0;
}

/// Settles the oldest contract of a sealed trade into two notes: it fails where its buyer does not
/// accept the registrars, or no note can be made, and for no other reason.
fn settle_oldest_sealed(full: bool) {
	let mut sealed: Vec<_> = Contracts::<Test>::iter()
		.filter(|(.., contract)| contract.sealed)
		.map(|(period, group, contract)| (u64::from_be_bytes(period), group, contract))
		.collect();
	sealed.sort_by_key(|(period, ..)| *period);
	let Some((period, group, contract)) = sealed.into_iter().next() else { return };
	let trade = Trades::<Test>::get(contract.trades[0].0).unwrap();
	let terms = Market::sealed_terms(&group, period);
	let number = pallet_payments::NextPosition::<Test>::get().into();
	let amount = Balance::from(trade.quantity) * (trade.price + trade.imbalance_price);
	let settled = call(|| {
		let sums = Market::settle_sealed(&group, period, &outputs(number))?;
		assert_eq!((sums.contracted, sums.amount), (trade.quantity, amount));
		Ok(())
	});
	assert_eq!(settled, terms.is_ok() && !full, "{terms:?}");
	if settled {
		SealedTotal::mutate(|total| *total += amount);
	}
}

/// Empties an account: it may take no more than it has holds for, and no little amounts.
fn try_to_empty(who: AccountId) {
	call(|| {
		System::inc_providers(&who);
		let all = free(who);
		Balances::transfer_allow_death(RuntimeOrigin::signed(who), OTHER, all)
	});
}

fn perform(step: Step) {
	let anyone = || RuntimeOrigin::signed(OTHER);
	match step {
		Step::Offer { buyer, quantity, price, ahead, length, note, sealed } => {
			use meterproof_primitives::PeriodClock;
			let first = Metering::first_open() + ahead;
			let offer = Offer {
				buyer: party(buyer + 1),
				quantity,
				price,
				first,
				last: first + length,
				payout: note.then_some([1; 32]),
				sealed: sealed.then_some(PAYOUT),
				..Default::default()
			};
			call(|| offer.make());
		},
		Step::Accept { trade } => {
			if let Some((id, offer)) = one_of(TradeState::Offered, trade) {
				let list = if id % 2 == 0 { vec![] } else { vec![REGISTRAR] };
				let refund = (id % 3 == 0).then_some([2; 32]);
				let least = Evidence::ALL[(id % 4) as usize];
				call(|| {
					let by = RuntimeOrigin::signed(offer.buyer);
					let list = list.try_into().unwrap();
					let accepted = match offer.sealed {
						None => Market::accept(by, id, offer.terms(), list, least, refund),
						Some(_) => {
							let (terms, payout) = (offer.terms(), payout(id));
							Market::accept_sealed(
								by, id, terms, payout, list, least, REFUND, SHARED,
							)
						},
					};
					accepted.map_err(|error| error.error)
				});
			}
		},
		Step::Foreign => {
			let by = || RuntimeOrigin::signed(SELLER);
			if !call(|| Devices::suspend(by(), FOREIGN, key_of(FOREIGN))) {
				call(|| Devices::resume(by(), FOREIGN, key_of(FOREIGN)));
			}
		},
		Step::Take { device, second } => {
			let by = || RuntimeOrigin::signed(if second { SECOND_REGISTRAR } else { REGISTRAR });
			if !call(|| Devices::suspend(by(), device, key_of(device))) {
				call(|| Devices::resume(by(), device, key_of(device)));
			}
		},
		Step::Cancel { trade } => {
			if let Some((id, _)) = one_of(TradeState::Offered, trade) {
				assert!(call(|| Market::cancel(RuntimeOrigin::signed(SELLER), id)));
			}
		},
		Step::Decline { trade } => {
			if let Some((id, offer)) = one_of(TradeState::Offered, trade) {
				assert!(call(|| Market::decline(RuntimeOrigin::signed(offer.buyer), id)));
			}
		},
		Step::Expire { trade } => {
			if let Some((id, _)) = one_of(TradeState::Offered, trade) {
				call(|| Market::expire(anyone(), id));
			}
		},
		Step::Settle { part } => settle_oldest(part),
		Step::SettleEmpty { who, part } => {
			try_to_empty(party(who));
			settle_oldest(part);
		},
		Step::SettleFull { part } => with_full_tree(|| settle_oldest(part)),
		Step::SettleSealed { empty, full } => {
			if let Some(who) = empty {
				try_to_empty(party(who));
			}
			if full {
				with_full_tree(|| settle_oldest_sealed(true));
			} else {
				settle_oldest_sealed(false);
			}
		},
		Step::ClaimToAccount { nth, buyer } => {
			let unpaid = unpaid();
			if let Some(at) = usize::from(nth).checked_rem(unpaid.len()) {
				let (id, period) = unpaid[at];
				let trade = Trades::<Test>::get(id).unwrap();
				let who = if buyer { trade.buyer } else { trade.seller.operator };
				call(|| Market::claim_to_account(RuntimeOrigin::signed(who), id, period));
			}
		},
		Step::Claim { nth } => {
			let unpaid: Vec<_> = unpaid();
			if let Some(at) = usize::from(nth).checked_rem(unpaid.len()) {
				let (id, period) = unpaid[at];
				call(|| Market::claim(anyone(), id, period));
			}
		},
		Step::Prune { trade } => {
			if let Some((id, _)) = one_of(TradeState::Settled, trade) {
				call(|| Market::prune(anyone(), id).map(|_| ()).map_err(|error| error.error));
			}
		},
		Step::Idle => {
			Market::on_idle(System::block_number(), Weight::MAX);
		},
		Step::Empty { who } => try_to_empty(party(who)),
		Step::Fund { who, amount } => {
			call(|| Balances::transfer_keep_alive(anyone(), party(who), amount));
		},
		Step::Freeze { who } => {
			use frame::deps::frame_support::traits::{LockableCurrency, WithdrawReasons};
			let (who, reasons) = (party(who), WithdrawReasons::all());
			if frame_system::Account::<Test>::contains_key(who) {
				Balances::set_lock(*b"lockedup", &who, 700_000_000, reasons);
			}
		},
		Step::Spend { who } => {
			call(|| Balances::transfer_all(RuntimeOrigin::signed(party(who)), OTHER, false));
		},
		Step::SetPrice { price } => {
			let electricity = Resource::Electricity;
			call(|| Market::set_imbalance_price(RuntimeOrigin::root(), ZONE, electricity, price));
		},
		Step::Wait => {
			let now = pallet_timestamp::Now::<Test>::get();
			blocks_at(now + SCHEDULE.length_ms, 1);
		},
	}
}

/// The leaves of all notes.
fn commitments() -> std::collections::BTreeSet<meterproof_primitives::Digest> {
	pallet_payments::Notes::<Test>::iter_values().map(|entry| entry.commitment).collect()
}

/// Payouts that wait, in order.
fn unpaid() -> Vec<(TradeId, PeriodIndex)> {
	let mut unpaid: Vec<_> = Outcomes::<Test>::iter()
		.filter(|(_, _, outcome)| outcome.is_unpaid())
		.map(|(id, period, _)| (id, period))
		.collect();
	unpaid.sort();
	unpaid
}

/// Settles, funds, claims and prunes whatever is left.
fn wind_up() {
	while let Some((period, group)) = Market::oldest(1).pop() {
		assert!(call(|| Market::settle(&group, period, 0)));
	}
	for who in 0..5 {
		let amount = EXISTENTIAL_DEPOSIT;
		assert!(call(|| Balances::transfer_keep_alive(
			RuntimeOrigin::signed(OTHER),
			party(who),
			amount
		)));
	}
	for (id, period) in unpaid() {
		assert!(call(|| Market::claim(RuntimeOrigin::signed(OTHER), id, period)));
	}
	let now = pallet_timestamp::Now::<Test>::get();
	blocks_at(now + SCHEDULE.length_ms * (RETENTION + 20), 1);
	while Trades::<Test>::iter().next().is_some() {
		let before = Trades::<Test>::iter().count();
		Market::on_idle(System::block_number(), Weight::MAX);
		assert!(Trades::<Test>::iter().count() < before, "the agenda makes progress");
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

	#[test]
	fn money_is_conserved_and_every_path_ends_with_every_hold_released(
		steps in prop::collection::vec(step(), 1..160),
	) {
		ExtBuilder::default().imbalance_price(6).build().execute_with(|| {
			add_device(SELLER, NAMEPLATE, SECOND_REGISTRAR);
			Devices::suspend(RuntimeOrigin::signed(SELLER), FOREIGN, key_of(FOREIGN)).unwrap();
			// Enough for some periods and not for all.
			RegistrarBond::set(5_000);
			for registrar in [REGISTRAR, SECOND_REGISTRAR] {
				assert_ok!(Devices::remove_registrar(RuntimeOrigin::root(), ZONE, registrar));
				assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, registrar));
			}
			let issuance = Balances::total_issuance();
			SealedTotal::set(0);
			let collect = |reason| {
				frame_system::Account::<Test>::iter_keys()
					.map(|who| held(reason, who))
					.sum::<Balance>()
			};
			for step in steps {
				perform(step);
				ensure_invariants();
				assert_eq!(Balances::total_issuance(), issuance);
				let sum: Balance = frame_system::Account::<Test>::iter_keys().map(total).sum();
				assert_eq!(sum, issuance, "nothing is lost");
				let noted: u64 = notes().iter().map(|(_, amount)| amount).sum();
				let noted = Balance::from(noted) + SealedTotal::get();
				assert_eq!(pooled(), noted, "the pool has what its notes add up to");
			}
			wind_up();
			ensure_invariants();
			for reason in
				[HoldReason::Collateral, HoldReason::Payment, HoldReason::OfferDeposit]
			{
				assert_eq!(collect(reason), 0);
			}
			assert_eq!(Balances::total_issuance(), issuance);
			assert_eq!(Counts::<Test>::iter().count(), 0);
			assert_eq!(Outcomes::<Test>::iter().count(), 0);
			assert_eq!(Agenda::<Test>::iter().count(), 0);
			let made = pallet_payments::NextPosition::<Test>::get();
			assert_eq!(commitments().len(), made as usize, "no two notes are alike");
		});
	}
}
