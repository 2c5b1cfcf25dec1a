//! Metrics: each is fed by what it is named after, and every list of their names is the same.

mod counted;
mod named;
mod passed;
mod stands;

use std::collections::BTreeMap;

use substrate_prometheus_endpoint::{prometheus::TextEncoder, Registry};

use super::registered::Metrics;

/// Metrics as a node serves them.
struct Served {
	registry: Registry,
	metrics: Metrics,
}

impl Served {
	fn new() -> Self {
		let registry = Registry::new();
		let metrics = Metrics::register(&registry).unwrap();
		Self { registry, metrics }
	}

	fn text(&self) -> String {
		TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap()
	}

	/// Values other than zero, by what stands before them, without the prefix.
	fn values(&self) -> BTreeMap<String, f64> {
		let text = self.text();
		let lines = text.lines().filter_map(|line| line.strip_prefix("meterproof_"));
		let values = lines.map(|line| {
			let (name, value) = line.rsplit_once(' ').unwrap();
			(name.to_owned(), value.parse::<f64>().unwrap())
		});
		values.filter(|(_, value)| *value != 0.0).collect()
	}

	fn assert(&self, expected: &[(&str, f64)]) {
		let expected: BTreeMap<String, f64> =
			expected.iter().map(|(name, value)| (String::from(*name), *value)).collect();
		assert_eq!(self.values(), expected);
	}
}
