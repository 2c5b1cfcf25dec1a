//! What the chain's storage holds of a device's changes.

use subxt::{
	dynamic::{At, Value},
	ext::scale_value::ValueDef,
};

/// Who suspended a device, which its state does not show as long as nobody has attested it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspender {
	/// The device's operator.
	Operator,
	/// A registrar.
	Registrar,
}

/// The rows of a device's record, oldest first, each with its first period.
pub fn history(record: &Value) -> Vec<(u64, &Value)> {
	let mut rows = Vec::new();
	if let Some(history) = record.at("rows") {
		collect(history, &mut rows);
	}
	rows
}

/// However many wrappers are around them.
fn collect<'a>(value: &'a Value, rows: &mut Vec<(u64, &'a Value)>) {
	let from = value.at(0).and_then(Value::as_u128).and_then(|from| u64::try_from(from).ok());
	match (from, value.at(1).filter(|row| row.at("key").is_some())) {
		(Some(from), Some(row)) => rows.push((from, row)),
		_ => {
			let inner = (0usize..).map_while(|at| value.at(at));
			inner.for_each(|value| collect(value, rows));
		},
	}
}

/// Who suspended a device, by its newest row; `None` if that cannot be read.
pub fn suspended_by(record: &Value) -> Option<Option<Suspender>> {
	let rows = history(record);
	let (_, newest) = rows.last()?;
	let suspender = newest.at("suspended_by")?;
	match variant(suspender)? {
		"None" => Some(None),
		"Some" => match variant(suspender.at(0)?)? {
			"Operator" => Some(Some(Suspender::Operator)),
			"Registrar" => Some(Some(Suspender::Registrar)),
			_ => None,
		},
		_ => None,
	}
}

fn variant(value: &Value) -> Option<&str> {
	match &value.value {
		ValueDef::Variant(variant) => Some(&variant.name),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn record(suspenders: &[Value]) -> Value {
		let rows = suspenders.iter().zip(5u64..).map(|(suspender, from)| {
			let key = Value::from_bytes([1; 32]);
			let row = Value::named_composite([("key", key), ("suspended_by", suspender.clone())]);
			Value::unnamed_composite([Value::u128(from.into()), row])
		});
		let rows = Value::unnamed_composite(rows.collect::<Vec<_>>());
		let rows = Value::unnamed_composite([Value::unnamed_composite([rows])]);
		Value::named_composite([("rows", rows)])
	}

	fn by(name: &str) -> Value {
		Value::unnamed_variant("Some", [Value::unnamed_variant(name, [])])
	}

	#[test]
	fn the_newest_row_says_who_suspended_a_device() {
		let nobody = || Value::unnamed_variant("None", []);
		let one = record(&[nobody()]);
		assert_eq!(history(&one).len(), 1);
		assert_eq!(suspended_by(&one), Some(None));
		let suspended = record(&[nobody(), by("Operator"), by("Registrar")]);
		let periods: Vec<_> = history(&suspended).iter().map(|(from, _)| *from).collect();
		assert_eq!(periods, [5, 6, 7]);
		assert_eq!(suspended_by(&suspended), Some(Some(Suspender::Registrar)));
		let operator = record(&[by("Registrar"), by("Operator")]);
		assert_eq!(suspended_by(&operator), Some(Some(Suspender::Operator)));
		assert_eq!(suspended_by(&record(&[by("Registrar"), nobody()])), Some(None));
	}

	#[test]
	fn a_record_of_another_shape_says_nothing() {
		assert_eq!(suspended_by(&record(&[])), None);
		assert_eq!(suspended_by(&record(&[by("Chance")])), None);
		assert_eq!(suspended_by(&Value::u128(1)), None);
	}
}
