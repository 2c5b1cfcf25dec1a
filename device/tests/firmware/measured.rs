//! What a program on a board said.

use std::fmt::Write;

use crate::{boards::Board, build::Profile};

/// What a function of the header costs.
#[derive(Debug)]
pub struct Cost {
	pub function: String,
	pub instructions: u32,
	/// Bytes.
	pub stack: u32,
	/// The fewest and the most instructions over many secrets.
	pub least: u32,
	pub most: u32,
}

#[derive(Debug)]
pub struct Measured {
	pub vectors: usize,
	/// Bytes.
	pub flash: u32,
	pub costs: Vec<Cost>,
}

impl Measured {
	pub fn read(board: &Board, said: &str, flash: u32) -> Self {
		let mut measured = Self { vectors: 0, flash, costs: Vec::new() };
		let mut empty = 0;
		for line in said.lines() {
			let words: Vec<&str> = line.split_whitespace().collect();
			let number = |word: &str| -> u64 {
				word.parse().unwrap_or_else(|_| panic!("no number in `{line}`:\n{said}"))
			};
			let count = |word: &str, empty: u32| board.instructions(number(word)) - empty;
			match words[..] {
				["vectors", count] => measured.vectors = number(count).try_into().unwrap(),
				["cost", "nothing", ticks, _] => empty = count(ticks, 0),
				["spread", "nothing", ..] => (),
				["cost", function, ticks, stack] => measured.costs.push(Cost {
					function: function.into(),
					instructions: count(ticks, empty),
					stack: number(stack).try_into().unwrap(),
					least: 0,
					most: u32::MAX,
				}),
				["spread", function, least, most] => {
					let cost = measured.costs.iter_mut().find(|cost| cost.function == function);
					let cost = cost.unwrap();
					(cost.least, cost.most) = (count(least, empty), count(most, empty));
				},
				_ => panic!("`{line}` is not understood:\n{said}"),
			}
		}
		measured
	}

	fn cost(&self, function: &str) -> &Cost {
		self.costs.iter().find(|cost| cost.function == function).unwrap()
	}

	pub fn instructions(&self, function: &str) -> u32 {
		self.cost(function).instructions
	}

	/// The most that a function takes, in bytes.
	pub fn stack(&self) -> u32 {
		self.costs.iter().map(|cost| cost.stack).max().unwrap()
	}
}

/// 1234567 as 1,234,567.
fn grouped(number: u32) -> String {
	let digits = number.to_string();
	let mut text = String::new();
	for (at, digit) in digits.chars().enumerate() {
		if at > 0 && (digits.len() - at) % 3 == 0 {
			text.push(',');
		}
		text.push(digit);
	}
	text
}

/// Two tables: a line for each processor and profile, and a line for each function.
pub fn tables(rows: &[(&Board, &Profile, Measured)]) -> String {
	let mut text = String::from(
		"| processor | profile | flash | stack | commit and sign, from a seed | with a key made before |\n\
		 |---|---|---:|---:|---:|---:|\n",
	);
	for (board, profile, measured) in rows {
		writeln!(
			text,
			"| {} | {} | {} | {} | {} | {} |",
			board.processor,
			profile.name,
			grouped(measured.flash),
			grouped(measured.stack()),
			grouped(measured.instructions(crate::COMMIT_AND_SIGN)),
			grouped(measured.instructions(crate::KEY_COMMIT_AND_SIGN)),
		)
		.unwrap();
	}
	let of = |processor: &str| {
		rows.iter().filter(move |(board, ..)| board.processor == processor).collect::<Vec<_>>()
	};
	let here = of(crate::CORTEX_M4.processor);
	text.push_str("\n| on a Cortex-M4 |");
	here.iter().for_each(|(_, profile, _)| write!(text, " {} | stack |", profile.name).unwrap());
	text.push_str("\n|---|");
	here.iter().for_each(|_| text.push_str("---:|---:|"));
	text.push('\n');
	let (_, _, first) = here[0];
	for cost in &first.costs {
		write!(text, "| `{}` |", cost.function).unwrap();
		for (_, _, measured) in &here {
			let cost = measured.cost(&cost.function);
			write!(text, " {} | {} |", grouped(cost.instructions), grouped(cost.stack)).unwrap();
		}
		text.push('\n');
	}
	text
}
