//! Metrics in Prometheus' text form.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Result;

/// How long a node may take to tell its metrics.
const LIMIT: Duration = Duration::from_secs(10);

/// What is served at an address.
pub fn read(url: &str) -> Result<String> {
	Ok(ureq::get(url).timeout(LIMIT).call()?.into_string()?)
}

/// Names of all metrics that are served, of histograms without their endings.
pub fn names(text: &str) -> BTreeSet<String> {
	let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
	kinds.filter_map(|line| line.split(' ').next()).map(String::from).collect()
}

/// The first value of a metric with all of these labels.
pub fn value(text: &str, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
	let mut lines = text.lines().filter_map(|line| line.strip_prefix(name));
	lines.find_map(|rest| {
		let (found, value) = rest.rsplit_once(' ')?;
		let is_whole = found.is_empty() || found.starts_with('{');
		let has = |(label, value): &(&str, &str)| {
			let pair = format!("{label}=\"{value}\"");
			found.contains(&format!("{{{pair}")) || found.contains(&format!(",{pair}"))
		};
		(is_whole && labels.iter().all(has)).then(|| value.parse().ok())?
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	const TEXT: &str = "# HELP blocks Blocks\n# TYPE blocks counter\n\
		blocks{chain=\"dev\",outcome=\"read\"} 7\nblocks{chain=\"dev\",outcome=\"unread\"} 2\n\
		# TYPE blocks_read gauge\nblocks_read 1.5\n";

	#[test]
	fn values_are_found_by_name_and_labels() {
		assert_eq!(value(TEXT, "blocks", &[("outcome", "unread")]), Some(2.0));
		assert_eq!(value(TEXT, "blocks", &[("chain", "dev"), ("outcome", "read")]), Some(7.0));
		assert_eq!(value(TEXT, "blocks", &[("come", "read")]), None, "a label's whole name");
		assert_eq!(value(TEXT, "blocks_read", &[]), Some(1.5));
		assert_eq!(value(TEXT, "block", &[]), None);
		assert_eq!(names(TEXT).into_iter().collect::<Vec<_>>(), ["blocks", "blocks_read"]);
	}
}
