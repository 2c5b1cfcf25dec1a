//! A round in one line.

use crate::{commands::market::Fate, standing::plan::Decision};

/// What a round did; of one that did nothing, why not. No reading can be told from it.
pub fn line(name: &str, decided: &[Decision], fates: &[Fate], is_rehearsal: bool) -> String {
	let all = decided.iter().zip(fates);
	let (acting, quiet): (Vec<_>, Vec<_>) =
		all.partition(|(decision, _)| decision.action.is_some());
	let mut said: Vec<_> =
		acting.iter().map(|(decision, fate)| fate.public_line(decision, is_rehearsal)).collect();
	let mut left = quiet.len();
	if said.is_empty() {
		let Some((first, _)) = quiet.first() else {
			let why = "no period that is open for orders is as long as the running one";
			return format!("{name}: nothing done: {why}");
		};
		said.push(first.public_line(is_rehearsal));
		left = left.saturating_sub(1);
	}
	let mut line = format!("{name}: {}", said.join("; "));
	if left > 0 {
		line += &format!("; nothing done in {left} other cases");
	}
	line
}

/// Whether somebody should look at what became of decisions.
pub fn is_warning(fates: &[Fate]) -> bool {
	fates.iter().any(|fate| match fate {
		Fate::Done => false,
		Fate::NotTried(before) => !before.ends_the_round(),
		Fate::Refused(_) | Fate::SideRefused(_) | Fate::AllRefused(_) | Fate::Unknown(_) => true,
	})
}
