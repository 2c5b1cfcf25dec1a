//! What of a table's times looks wrong, beside when the file was written: a person should look.

use super::{text::decode, times::has_hour_24};
use crate::{
	measured::{Finding, Measured, Place, Refused, Value},
	named_errors,
};

named_errors! {
	/// Why a table's times are doubted. Nothing is refused for it.
	#[derive(Clone, Copy, PartialEq, Eq)]
	pub enum Doubt {
		/// `24:00` is the end of a day.
		HourTwentyFour => "a time is 24:00, as it is written where labels stand at the ends of intervals; \
			they were taken for starts: say labels = \"end\" or labels = \"start\"";
		/// An interval whose start had come and whose end had not.
		LabelsUnsaid => "the last label's time had come when the file was written, and what begins then was \
			not over: if labels stand at the ends of intervals, all values are taken one too late; say \
			labels = \"end\" or labels = \"start\"";
		/// A clock is wrong, or all of it is padding.
		NothingOver => "nothing in the file was over when it was written, so that nothing of it is a reading: \
			is the clock right of the machine that wrote it?";
	}
}

/// Start and end of what a value is of.
fn times(measured: &Measured) -> (u64, u64) {
	match measured.value {
		Value::Counted { start_ms, end_ms, .. } | Value::Missing { start_ms, end_ms } => {
			(start_ms, end_ms)
		},
		Value::Stands { at_ms, .. } => (at_ms, at_ms),
	}
}

/// What looks wrong in a file that was written at `written_ms`. `labels_are_unsaid`: whether labels were
/// taken for starts because nobody said where they stand.
pub(super) fn doubts(
	bytes: &[u8],
	findings: &[Finding],
	written_ms: u64,
	labels_are_unsaid: bool,
) -> Option<Finding> {
	let measured = findings.iter().filter_map(|finding| match finding {
		Finding::Measured(measured) => Some((times(measured), measured.place)),
		Finding::Refused(_) => None,
	});
	let (mut any_over, mut last_ahead) = (false, None::<(u64, Place)>);
	for ((start_ms, end_ms), place) in measured {
		if end_ms <= written_ms {
			any_over = true;
		} else if last_ahead.is_none_or(|(last_ms, _)| last_ms < start_ms) {
			last_ahead = Some((start_ms, place));
		}
	}
	let doubt = |place, doubt: Doubt| Some(Finding::Refused(Refused::new(place, None, &doubt)));
	if labels_are_unsaid {
		if decode(bytes).is_ok_and(|text| has_hour_24(&text)) {
			return doubt(Place::Line(1), Doubt::HourTwentyFour);
		}
		if let Some((_, place)) = last_ahead.filter(|(start_ms, _)| *start_ms <= written_ms) {
			return doubt(place, Doubt::LabelsUnsaid);
		}
	}
	let (_, place) = last_ahead.filter(|_| !any_over)?;
	doubt(place, Doubt::NothingOver)
}
