//! Stewards of water, those who use it, and proofs of use.

use meterproof_primitives::{Claim, Commitments};
use meterproof_prover::usage::prove;
use pallet_water::{AccountOf, Accounts, Call, Classes, SeasonOf, Seasons, UseClaim, Zones};
use sp_runtime::Permill;

use super::*;

/// What a litre beyond an allocation costs, where it costs little.
const PENALTY: Balance = EXISTENTIAL_DEPOSIT / 1_000;
/// More than is announced.
const CEILING: u64 = 1 << 40;
/// More than any account uses.
const MUCH: u64 = 1 << 50;

/// An account in a zone.
type Holder = (ZoneId, AccountId, AccountOf<Runtime>);

/// The accounts for which this holds, by zone and account.
fn holders(filter: impl Fn(&Holder) -> bool) -> Vec<Holder> {
	let mut found: Vec<_> = Accounts::<Runtime>::iter().filter(filter).collect();
	found.sort_by_key(|(zone, who, _)| (*zone, who.clone()));
	found
}

/// The zones that have a steward, and who that is.
fn zones() -> Vec<(ZoneId, AccountId)> {
	let mut found: Vec<_> =
		Zones::<Runtime>::iter().map(|(zone, known)| (zone, known.steward)).collect();
	found.sort();
	found
}

/// The season that was announced last.
fn last_season(zone: ZoneId) -> Option<SeasonOf<Runtime>> {
	Seasons::<Runtime>::get(zone, Zones::<Runtime>::get(zone)?.season)
}

/// Whether an account may trade: it is in the turn that runs, and owes nothing.
fn trades((zone, _, record): &Holder) -> bool {
	let season = Seasons::<Runtime>::get(zone, record.season);
	let running = season.and_then(|season| season.turn_of(Metering::running()));
	record.turn.is_some() && record.turn == running && record.owed == 0
}

/// The group of an account's meters that count what it uses.
fn group(zone: ZoneId, who: &AccountId) -> GroupId<AccountId> {
	let (resource, direction) = (Resource::Water, Direction::Import);
	GroupId { operator: who.clone(), zone, resource, direction }
}

impl World {
	pub(super) fn set_water_zone(&mut self, choices: &mut Choices) -> Option<Step> {
		let zone = *choices.of(&ZONES)?;
		let known = Zones::<Runtime>::get(zone).filter(|_| !choices.once_in(8));
		let steward = known.map_or_else(|| self.anybody(choices), |known| known.steward);
		let carry = Permill::from_percent(choices.below(101) as u32);
		// Some cannot pay what is dear.
		let penalty = if choices.once_in(3) { UNIT } else { PENALTY };
		let call = Call::set_zone { zone, steward, ceiling: CEILING, penalty, carry };
		Some(Step::root(call))
	}

	pub(super) fn open_water(&mut self, choices: &mut Choices) -> Option<Step> {
		let mut operators: Vec<_> = pallet_devices::Groups::<Runtime>::iter_keys()
			.filter(|group| *group == self::group(group.zone, &group.operator))
			.map(|group| (group.zone, group.operator))
			.filter(|(zone, who)| !Accounts::<Runtime>::contains_key(zone, who))
			.collect();
		operators.sort();
		let (zone, who) = match choices.once_in(3) {
			true => (*choices.of(&ZONES)?, self.anybody(choices)),
			false => choices.of(&operators)?.clone(),
		};
		Some(Step::signed(who, Call::open { zone }))
	}

	pub(super) fn leave_water(&mut self, choices: &mut Choices) -> Option<Step> {
		let (zone, who, _) = choices.of(&holders(|_| true))?.clone();
		Some(Step::signed(who, Call::leave { zone }))
	}

	pub(super) fn grant(&mut self, choices: &mut Choices) -> Option<Step> {
		let (zone, account, _) = choices.of(&holders(|_| true))?.clone();
		let steward = Zones::<Runtime>::get(zone)?.steward;
		let (essential, general) = (choices.below(5_000), choices.below(100_000));
		let entitlement = Classes { essential, general };
		Some(Step::signed(steward, Call::grant { zone, account, entitlement }))
	}

	pub(super) fn announce(&mut self, choices: &mut Choices) -> Option<Step> {
		let (zone, steward) = choices.of(&zones())?.clone();
		let running = Metering::running();
		let last = last_season(zone);
		if last.as_ref().is_some_and(|season| season.first > running) && !choices.once_in(8) {
			return None;
		}
		let soonest = running + 9;
		let first = last.map_or(soonest, |season| season.end().max(soonest));
		let (turn, turns) = (1 + choices.below(2) as u32, 2 + choices.below(3) as u32);
		let available = choices.below(200_000);
		let call = Call::announce { zone, first, turn, turns, available };
		Some(Step::signed(steward, call))
	}

	pub(super) fn cut(&mut self, choices: &mut Choices) -> Option<Step> {
		let (zone, steward) = choices.of(&zones())?.clone();
		let (essential, general) = match choices.once_in(4) {
			true => (Permill::from_percent(50), Permill::zero()),
			false => (Permill::one(), Permill::from_percent(choices.below(100) as u32)),
		};
		Some(Step::signed(steward, Call::cut { zone, essential, general }))
	}

	pub(super) fn enter_season(&mut self, choices: &mut Choices) -> Option<Step> {
		let running = Metering::running();
		let waits = |(zone, _, record): &Holder| {
			record.turn.is_none()
				&& Seasons::<Runtime>::get(zone, record.season + 1)
					.is_some_and(|season| season.first <= running)
		};
		let (zone, account, _) = choices.of(&holders(waits))?.clone();
		Some(Step::signed(self.anybody(choices), Call::enter { zone, account }))
	}

	pub(super) fn offer_water(&mut self, choices: &mut Choices) -> Option<Step> {
		let able = holders(|holder| trades(holder) && holder.2.balance.general > 0);
		let (zone, who, record) = choices.of(&able)?.clone();
		let to = choices.once_in(4).then(|| self.anybody(choices));
		let quantity = 1 + choices.below(record.balance.general);
		let price = PENALTY * Balance::from(choices.below(3));
		Some(Step::signed(who, Call::offer { zone, to, quantity, price }))
	}

	pub(super) fn withdraw_water(&mut self, choices: &mut Choices) -> Option<Step> {
		let (zone, who, _) = choices.of(&holders(|holder| holder.2.offer.is_some()))?.clone();
		Some(Step::signed(who, Call::withdraw { zone }))
	}

	pub(super) fn take_water(&mut self, choices: &mut Choices) -> Option<Step> {
		let offering = holders(|holder| trades(holder) && holder.2.offer.is_some());
		let (zone, from, record) = choices.of(&offering)?.clone();
		let offer = record.offer?;
		let able = holders(|holder| trades(holder) && holder.0 == zone && holder.1 != from);
		let taker = offer.to.or_else(|| Some(choices.of(&able)?.1.clone()))?;
		let quantity = 1 + choices.below(offer.quantity);
		Some(Step::signed(taker, Call::take { zone, from, quantity, price: offer.price }))
	}

	pub(super) fn prove_use(&mut self, choices: &mut Choices) -> Option<Step> {
		if self.proofs.usage == 0 {
			return None;
		}
		let open = holders(|(zone, who, record)| {
			let group = group(*zone, who);
			record.turn.is_some()
				&& matches!(Metering::phase(record.due), Phase::Committing | Phase::Proving)
				&& Metering::count(&group, record.due) > 0
				&& Metering::complete(&group, record.due)
		});
		let (zone, first, record) = choices.of(&open)?.clone();
		let period = record.due;
		let by = Self::submitter(&group(zone, &first), period);
		// Others for whom the same account may prove come along.
		let mut accounts = vec![first.clone()];
		accounts.extend(
			open.into_iter()
				.filter(|(other, who, record)| {
					(*other, record.due) == (zone, period)
						&& *who != first && Self::submitter(&group(zone, who), period) == by
				})
				.map(|(_, who, _)| who)
				.take(choices.below(3) as usize),
		);
		let asked = accounts.iter().map(|who| (who.clone(), MUCH)).collect();
		let mut statement = Water::statement(zone, period, asked).ok()?;
		let (mut witness, mut uses) = (Vec::new(), Vec::new());
		for part in &mut statement.groups {
			let readings = self.witness(&part.id(Resource::Water), period, &part.slots)?;
			let sum: u64 = readings.openings.iter().map(|opening| u64::from(opening.reading)).sum();
			let missing = MUCH - part.claim.quantity();
			let counted = sum + choices.below(100);
			part.claim = Claim::AtMost(counted);
			uses.push(missing + counted);
			witness.push(readings);
		}
		let slots: u32 =
			accounts.iter().map(|who| Metering::count(&group(zone, who), period)).sum();
		self.proofs.usage -= 1;
		let proved = prove(statement.map_accounts(Into::into), &witness, |_| {}).ok()?;
		let claims: Vec<_> = accounts
			.into_iter()
			.zip(uses)
			.zip(&proved.statement.groups)
			.map(|((account, used), proved)| UseClaim {
				account,
				used,
				slack_commitment: proved.slack_commitment,
			})
			.collect();
		let mut proof = proved.proof;
		if choices.once_in(8) {
			proof.truncate(64);
		}
		let call = Call::prove_use {
			zone,
			period,
			claims: claims.try_into().ok()?,
			slots: slots + choices.below(2) as u32,
			proof: proof.try_into().ok()?,
		};
		Some(Step::signed(by, call))
	}

	pub(super) fn expire_turn(&mut self, choices: &mut Choices) -> Option<Step> {
		let due = |(_, _, record): &Holder| {
			record.turn.is_some() && Metering::phase(record.due) == Phase::Final
		};
		let all = holders(|holder| holder.2.turn.is_some());
		let early = choices.of(&all).filter(|_| choices.once_in(8));
		let (zone, account, _) = choices.of(&holders(due)).or(early)?.clone();
		Some(Step::signed(self.anybody(choices), Call::expire { zone, account }))
	}

	pub(super) fn pay_for_water(&mut self, choices: &mut Choices) -> Option<Step> {
		let (zone, account, record) = choices.of(&holders(|holder| holder.2.owed > 0))?.clone();
		let most = match choices.once_in(3) {
			true => record.owed / 2 + 1,
			false => Balance::MAX,
		};
		Some(Step::signed(self.anybody(choices), Call::pay { zone, account, most }))
	}

	pub(super) fn claim_of_water(&mut self, choices: &mut Choices) -> Option<Step> {
		let (zone, account, _) = choices.of(&holders(|holder| holder.2.freed > 0))?.clone();
		Some(Step::signed(self.anybody(choices), Call::claim { zone, account }))
	}
}
