//! What is claimed of groups: what the command line says, whatever the node answers.
//!
//! A node tells what is contracted, and a claim that follows it is worth no more than its word: it
//! could have nothing claimed of what was delivered, or the exact sum of the readings. So a claim is
//! a quantity of the command line, or it says there that the node is to be believed. The node is
//! asked for the commitments alone; it learns a claim from the proof.

use meterproof_statements::usage::Claim;

use crate::{
	cli::ProveArgs,
	error::{Error, Result},
	rpc::Statement,
	types::{Group, GroupClaim},
	units::show_quantity,
};

/// What decides a claim besides the group's quantity.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
	/// A group without a quantity claims what the node says is contracted.
	pub contracted: bool,
	/// Where the readings add up to less than the quantity, what they add up to is claimed.
	pub or_less: bool,
	/// More than what the node says is contracted may be claimed: a backstop buys the rest.
	pub excess: bool,
}

impl Rules {
	/// What the command line says.
	pub fn of(args: &ProveArgs) -> Self {
		Self { contracted: args.contracted, or_less: args.or_less, excess: args.excess }
	}

	/// Refuses a group without a quantity (`NoQuantity`) unless the node is to be believed.
	pub fn ensure_named(self, claims: &[GroupClaim]) -> Result<()> {
		let unnamed = claims.iter().find(|claim| claim.quantity.is_none());
		match unnamed.filter(|_| !self.contracted) {
			None => Ok(()),
			Some(GroupClaim { group, .. }) => {
				let message = format!(
					"{group}: say how much to claim, as in {group}=1500, or with --contracted that \
					 the node is to say it"
				);
				Err(Error::new("NoQuantity", message))
			},
		}
	}

	/// The quantity to claim, in base units, of a group whose readings add up to `sum` and of which
	/// the node says that `contracted` is contracted.
	pub fn quantity(self, claim: &GroupClaim, contracted: u64, sum: u64) -> Result<u64> {
		let group = &claim.group;
		let most = claim.quantity.unwrap_or(contracted);
		if most == 0 && claim.quantity.is_none() {
			return Err(Error::new("NothingContracted", format!("{group}: nothing is contracted")));
		}
		let quantity = if self.or_less { most.min(sum) } else { most };
		if quantity > sum {
			let message = format!(
				"{group}: its readings add up to less than {}; --or-less claims what they add up to, \
				 which the chain then tells everybody",
				shown(group, quantity)
			);
			return Err(Error::new("ClaimNotMet", message));
		}
		if quantity > contracted && !self.excess {
			let message = format!(
				"{group}: {} is more than the {} that the node says are contracted; --excess claims \
				 it where the zone's backstop buys the rest",
				shown(group, quantity),
				shown(group, contracted)
			);
			return Err(Error::new("ClaimAboveContracted", message));
		}
		Ok(quantity)
	}
}

/// What to tell a person before a claim leaves this machine: that it is less than contracted, or more.
pub fn disclosure(group: &Group, quantity: u64, contracted: u64, sum: u64) -> Option<String> {
	let tells = if quantity == sum { "tells everybody" } else { "may tell" };
	if quantity > contracted {
		return Some(format!(
			"{group}: more is claimed than contracted, {} of {}: the backstop buys the rest as far as its \
			 fund reaches, and the claim {tells} what the group's readings add up to",
			shown(group, quantity),
			shown(group, contracted)
		));
	}
	let less = quantity < contracted;
	less.then(|| {
		format!(
			"{group}: less is claimed than contracted, {} of {}: what is missing is refunded and \
			 charged for, and the claim {tells} what the group's readings add up to",
			shown(group, quantity),
			shown(group, contracted)
		)
	})
}

fn shown(group: &Group, quantity: u64) -> String {
	format!("{} {}", show_quantity(quantity), group.resource.trade_unit())
}

/// The statement must be of these groups in this order, in this period of this chain, each with all
/// that is contracted, as the node has said it: that is what was asked for (`UnexpectedAnswer`).
pub fn ensure_asked(
	formed: &Statement,
	claims: &[GroupClaim],
	contracted: &[u64],
	(genesis, period): ([u8; 32], u64),
) -> Result<()> {
	let same = formed.groups.len() == claims.len()
		&& contracted.len() == claims.len()
		&& formed.groups.iter().zip(claims).zip(contracted).all(|((group, claim), contracted)| {
			group.id(formed.resource) == claim.group && group.claim == Claim::AtLeast(*contracted)
		}) && (formed.genesis, formed.period) == (genesis, period);
	let message = "the node formed a statement of something else";
	same.then_some(()).ok_or_else(|| Error::new("UnexpectedAnswer", message))
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_statements::usage;
	use subxt::utils::AccountId32;

	const GROUP: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/electricity/export";
	const EXACT: Rules = Rules { contracted: false, or_less: false, excess: false };
	const OR_LESS: Rules = Rules { contracted: false, or_less: true, excess: false };
	const BELIEVING: Rules = Rules { contracted: true, or_less: false, excess: false };
	const EXCESS: Rules = Rules { contracted: false, or_less: false, excess: true };

	fn asked(quantity: &str) -> GroupClaim {
		format!("{GROUP}{quantity}").parse().unwrap()
	}

	fn name(result: Result<u64>) -> std::result::Result<u64, String> {
		result.map_err(|error| error.name().to_owned())
	}

	#[test]
	fn a_claim_is_named_unless_the_node_is_to_be_believed() {
		let named = [asked("=1000"), asked("=0")];
		let unnamed = [asked("=1000"), asked("")];
		for rules in [EXACT, OR_LESS] {
			assert!(rules.ensure_named(&named).is_ok());
			assert_eq!(rules.ensure_named(&unnamed).unwrap_err().name(), "NoQuantity");
		}
		assert!(BELIEVING.ensure_named(&unnamed).is_ok());
	}

	#[test]
	fn what_is_named_is_claimed_whatever_the_node_says_is_contracted() {
		for contracted in [900, 1_000, u64::MAX] {
			assert_eq!(name(EXACT.quantity(&asked("=900"), contracted, 900)), Ok(900));
		}
		// Neither less, if the node says that less is contracted, nor the sum, if it says more.
		let below = name(EXACT.quantity(&asked("=900"), 0, 900));
		assert_eq!(below, Err("ClaimAboveContracted".into()));
		let above = name(EXACT.quantity(&asked("=900"), u64::MAX, 899));
		assert_eq!(above, Err("ClaimNotMet".into()));
		assert_eq!(name(EXACT.quantity(&asked("=0"), 1_000, 900)), Ok(0));
	}

	#[test]
	fn what_the_readings_add_up_to_is_claimed_where_the_command_line_says_so() {
		assert_eq!(name(OR_LESS.quantity(&asked("=1000"), 1_000, 900)), Ok(900));
		assert_eq!(name(OR_LESS.quantity(&asked("=1000"), 1_000, 1_100)), Ok(1_000));
		assert_eq!(name(OR_LESS.quantity(&asked("=1000"), u64::MAX, 1_100)), Ok(1_000));
		let lied = name(OR_LESS.quantity(&asked("=1000"), 1, 900));
		assert_eq!(lied, Err("ClaimAboveContracted".into()));
	}

	#[test]
	fn a_node_that_is_believed_still_cannot_have_nothing_claimed() {
		assert_eq!(name(BELIEVING.quantity(&asked(""), 1_000, 1_100)), Ok(1_000));
		let nothing = name(BELIEVING.quantity(&asked(""), 0, 1_100));
		assert_eq!(nothing, Err("NothingContracted".into()));
		// Nor does it get the sum out of the client unless that may be told.
		let sum = name(BELIEVING.quantity(&asked(""), u64::MAX, 900));
		assert_eq!(sum, Err("ClaimNotMet".into()));
	}

	#[test]
	fn more_than_contracted_is_claimed_where_the_command_line_says_so() {
		assert_eq!(name(EXCESS.quantity(&asked("=1200"), 1_000, 1_300)), Ok(1_200));
		let above = name(EXCESS.quantity(&asked("=1400"), 1_000, 1_300));
		assert_eq!(above, Err("ClaimNotMet".into()));
		let group = asked("").group;
		let warned = disclosure(&group, 1_200, 1_000, 1_300).unwrap();
		assert!(warned.contains("1.2 kWh of 1 kWh") && warned.contains("may tell"), "{warned}");
		let warned = disclosure(&group, 1_300, 1_000, 1_300).unwrap();
		assert!(warned.contains("tells everybody"), "{warned}");
	}

	#[test]
	fn less_than_contracted_is_not_claimed_in_silence() {
		let group = asked("").group;
		assert_eq!(disclosure(&group, 1_000, 1_000, 1_100), None);
		let warned = disclosure(&group, 900, 1_000, 950).unwrap();
		assert!(warned.contains("0.9 kWh of 1 kWh") && warned.contains("may tell"), "{warned}");
		let warned = disclosure(&group, 900, 1_000, 900).unwrap();
		assert!(warned.contains("tells everybody"), "{warned}");
	}

	fn statement(claim: Claim) -> Statement {
		let Group { operator, zone, resource, direction } = asked("").group;
		let (slots, slack_commitment) = (vec![], [0; 32]);
		let group = usage::Group { operator, zone, direction, claim, slots, slack_commitment };
		Statement { genesis: [7; 32], period: 5, resource, groups: vec![group] }
	}

	#[test]
	fn a_statement_of_anything_but_what_was_asked_for_is_refused() {
		let claims = [asked("=900")];
		let check = |formed: &Statement| ensure_asked(formed, &claims, &[1_000], ([7; 32], 5));
		let honest = statement(Claim::AtLeast(1_000));
		assert!(check(&honest).is_ok());
		let changed = |change: fn(&mut Statement)| {
			let mut formed = honest.clone();
			change(&mut formed);
			formed
		};
		for formed in [
			statement(Claim::AtLeast(0)),
			statement(Claim::AtLeast(900)),
			statement(Claim::AtMost(1_000)),
			statement(Claim::Exactly(1_000)),
			statement(Claim::AtLeastHidden([0; 32])),
			changed(|formed| formed.period = 6),
			changed(|formed| formed.genesis = [8; 32]),
			changed(|formed| formed.resource = crate::types::Resource::Heat),
			changed(|formed| formed.groups[0].zone = 2),
			changed(|formed| formed.groups[0].operator = AccountId32([1; 32])),
			changed(|formed| formed.groups.clear()),
			changed(|formed| formed.groups.push(formed.groups[0].clone())),
		] {
			assert_eq!(check(&formed).unwrap_err().name(), "UnexpectedAnswer", "{formed:?}");
		}
	}
}
