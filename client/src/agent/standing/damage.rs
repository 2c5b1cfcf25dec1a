//! A journal of orders that was damaged: what was signed is not known any more, and a person has to look at it.

use std::path::Path;

use crate::{
	error::{named_errors, Result},
	store::files,
};

named_errors! {
	/// Why nothing is ordered.
	#[derive(PartialEq, Eq)]
	pub enum DamageError {
		/// The journal was damaged.
		JournalDamaged { copy: String }
			=> "the journal of orders was damaged, and what was signed is not known any more: {copy} is a copy of \
				it; nothing is ordered as long as that lies there";
	}
}

/// Refuses a journal beside which a copy of a damaged one lies.
pub fn ensure_none(journal: &Path) -> Result<()> {
	match files::copy_beside(journal) {
		Some(copy) => Err(DamageError::JournalDamaged { copy: copy.display().to_string() }.into()),
		None => Ok(()),
	}
}
