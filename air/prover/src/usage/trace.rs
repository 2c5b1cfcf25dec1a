//! The trace: the witness, blinding rows and masks. Erased when dropped.

use crate::{
	random::NoRandomness,
	system::{erase, SecretTrace},
};
use meterproof_programs::{
	commitment::{initial_state, Salt},
	usage::{
		options, Columns, PublicInputs, SlotPins, UsageAir, COLUMNS, ROWS_PER_SLOT, WITNESS_WIDTH,
	},
};
use winter_air::{Air, TraceInfo};
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_utils::iterators::*;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What a slot hides.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SlotWitness {
	pub amount: u32,
	pub salt: Salt,
}

/// Fills the trace. Slots beyond `witness` are fillers.
///
/// Every cell that no constraint or assertion determines is uniform, from the operating
/// system's generator, drawn anew for each proof.
pub fn fill(inputs: &PublicInputs, witness: &[SlotWitness]) -> Result<SecretTrace, NoRandomness> {
	let rows = inputs.trace_length();
	let width = inputs.shape().width();
	let used = inputs.slots().len() * ROWS_PER_SLOT;
	// The slots of the state, the digits and the sums are overwritten below. The slots of the two public
	// columns are random where nothing is pinned: the blinding alone has fewer free cells of these columns
	// than a proof opens, and so their openings are uniform, as those of all others are. Hiding would not
	// suffer without: the openings would say what is public.
	let overwritten = |column| if column < COLUMNS.pins { used } else { 0 };
	let mut columns = SecretTrace::random_columns(width, rows, overwritten)?;

	// Assertions hold in the blinding rows too; the sum enters the first of them.
	let slots = inputs.slots();
	let mut starts = Vec::with_capacity(slots.len());
	let mut sum = BaseElement::ZERO;
	for (i, pins) in slots.iter().enumerate() {
		starts.push(sum);
		let amount = witness.get(i).map_or(0, |w| w.amount);
		sum += pins.weight * BaseElement::from(amount);
	}
	columns[COLUMNS.sum][used] = sum;
	let air = UsageAir::new(TraceInfo::new(width, rows), inputs.clone(), options());
	for assertion in air.get_assertions() {
		let column = &mut columns[assertion.column()];
		assertion.apply(rows, |row, value| {
			if row >= used {
				column[row] = value;
			}
		});
	}

	let mut parts: Vec<Vec<&mut [BaseElement]>> =
		(0..slots.len()).map(|_| Vec::with_capacity(WITNESS_WIDTH)).collect();
	for column in columns.iter_mut().take(WITNESS_WIDTH) {
		for (part, cells) in parts.iter_mut().zip(column.chunks_exact_mut(ROWS_PER_SLOT)) {
			part.push(cells);
		}
	}
	let period = inputs.period();
	let filler = SlotWitness { amount: 0, salt: [0; 4] };
	parts.par_iter_mut().enumerate().for_each(|(i, part)| {
		let secret = witness.get(i).unwrap_or(&filler);
		fill_slot(part, &slots[i], secret, period, starts[i]);
	});
	erase(&mut starts);

	Ok(SecretTrace::new(columns))
}

fn fill_slot(
	cells: &mut [&mut [BaseElement]],
	pins: &SlotPins,
	secret: &SlotWitness,
	period: BaseElement,
	start: BaseElement,
) {
	let SlotWitness { amount, salt } = secret;
	let mut state =
		initial_state(pins.tag, *amount, pins.device, period.into(), pins.direction, salt);
	let after = start + pins.weight * BaseElement::from(*amount);
	let total = pins.total;
	let mut remaining = *amount;
	for row in 0..ROWS_PER_SLOT {
		// The cells of `pins` and `identity` that are not pinned keep their random values.
		let kept = Columns {
			pins: cells[COLUMNS.pins][row],
			identity: cells[COLUMNS.identity][row],
			..Columns::from_array([BaseElement::ZERO; WITNESS_WIDTH])
		};
		let values = Columns {
			state,
			digits: [remaining & 3, (remaining >> 2) & 3].map(BaseElement::from),
			remaining: BaseElement::from(remaining),
			sum: if row == 0 { start } else { after },
			pins: match row {
				0 => pins.weight,
				1 => BaseElement::new(pins.tag as u64),
				2 => BaseElement::from(total.is_some()),
				3 => BaseElement::new(total.unwrap_or(0)),
				_ => kept.pins,
			},
			identity: match row {
				0 => BaseElement::from(pins.device),
				1 => BaseElement::from(pins.direction),
				_ => kept.identity,
			},
		};
		for (column, value) in cells.iter_mut().zip(values.into_array()) {
			column[row] = value;
		}
		remaining >>= 4;
		if row < Rp64_256::NUM_ROUNDS {
			Rp64_256::apply_round(&mut state, row);
		}
	}
	erase(&mut state);
	remaining.zeroize();
}
