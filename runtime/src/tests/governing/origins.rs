//! Each admin call answers to root and to its own track, and to no other.

use meterproof_primitives::{Evidence, Resource};
use sp_runtime::FixedU128;

use super::*;

/// The calls of an admin, and the track that may make them.
fn admin_calls() -> Vec<(Origin, RuntimeCall)> {
	let bob = || Sr25519Keyring::Bob.to_account_id();
	let schedule = genesis_config_presets::DEV_SCHEDULE;
	let (resource, least) = (Resource::Electricity, Evidence::Signed);
	let fee_rate = FixedU128::from_u32(1);
	vec![
		(
			Origin::ExchangeAdmin,
			pallet_devices::Call::appoint_registrar { zone: 9, registrar: bob() }.into(),
		),
		(
			Origin::ExchangeAdmin,
			pallet_devices::Call::remove_registrar { zone: 9, registrar: bob() }.into(),
		),
		(
			Origin::ExchangeAdmin,
			pallet_devices::Call::slash_registrar { zone: 9, registrar: bob(), amount: 1 }.into(),
		),
		(Origin::ExchangeAdmin, pallet_metering::Call::set_schedule { from: 0, schedule }.into()),
		(
			Origin::ExchangeAdmin,
			pallet_market::Call::set_imbalance_price { zone: 9, resource, price: 1 }.into(),
		),
		(
			Origin::ExchangeAdmin,
			pallet_book::Call::set_least_evidence { zone: 9, resource, from: 0, least }.into(),
		),
		(
			Origin::ExchangeAdmin,
			pallet_water::Call::set_zone {
				zone: 9,
				steward: bob(),
				ceiling: 1,
				penalty: 1,
				carry: sp_runtime::Permill::one(),
			}
			.into(),
		),
		(
			Origin::ExchangeAdmin,
			pallet_payments::Call::set_asset { asset: 9, fee_rate, auditor: None }.into(),
		),
		(Origin::ValidatorsAdmin, pallet_validators::Call::set_least { least: 1 }.into()),
		(Origin::ValidatorsAdmin, pallet_validators::Call::cancel_slash { who: bob() }.into()),
	]
}

const ALL: [Origin; 4] =
	[Origin::WhitelistedCaller, Origin::ExchangeAdmin, Origin::ValidatorsAdmin, Origin::Treasurer];

#[test]
fn an_admin_s_call_answers_to_root_and_its_own_track() {
	let governed = Governed::begin();
	for (own, call) in admin_calls() {
		let refused = |origin: RuntimeOrigin| {
			let call = call.clone();
			let done = governed.chain.look(|| call.dispatch(origin));
			done.is_err_and(|failed| failed.error == DispatchError::BadOrigin)
		};
		assert!(!refused(RuntimeOrigin::root()), "{call:?}");
		for origin in ALL {
			assert_eq!(refused(origin.into()), origin != own, "{origin:?} and {call:?}");
		}
		assert!(refused(signed(MEMBER)), "{call:?}");
	}
}

#[test]
fn no_track_but_root_changes_code_or_storage() {
	let governed = Governed::begin();
	let calls: [RuntimeCall; 4] = [
		frame_system::Call::set_code { code: vec![] }.into(),
		frame_system::Call::authorize_upgrade { code_hash: Default::default() }.into(),
		frame_system::Call::set_storage { items: vec![] }.into(),
		pallet_sudo::Call::remove_key {}.into(),
	];
	for call in calls {
		for origin in ALL {
			let call = call.clone();
			let done = governed.chain.look(|| call.dispatch(origin.into()));
			assert!(done.is_err(), "{origin:?} and {:?}", done);
		}
	}
}
