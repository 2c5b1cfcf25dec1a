//! Changes of a proof in pieces: what is added or missing is counted, so that the bytes stay
//! readable and the change itself has to be noticed.

use super::values;
use crate::{
	anatomy::{Anatomy, Digest, Frame, Opened},
	random::Random,
	sizes::EXTENSION,
};

/// Makes one change.
pub fn change(anatomy: &mut Anatomy, random: &mut Random) {
	match random.below(18) {
		0..=3 => {
			let opened = any_opened(anatomy, random);
			lists(opened, random);
		},
		4 => {
			let opened = any_opened(anatomy, random);
			opened.depth = depth(opened.depth, random);
		},
		5 | 6 => rows(anatomy, random),
		7 | 8 | 16 => {
			let opened = any_opened(anatomy, random);
			numbers(&mut opened.values, random);
		},
		9 => layers(anatomy, random),
		10 => roots(&mut anatomy.roots, random),
		11 => {
			let is_trace = random.one_in(2);
			frame(
				if is_trace { &mut anatomy.trace_frame } else { &mut anatomy.composition_frame },
				random,
			);
		},
		12 => stretch(&mut anatomy.remainder, EXTENSION, random),
		13 => numbers(&mut anatomy.remainder, random),
		14 => anatomy.partitions = values::byte(anatomy.partitions, random),
		_ => exchange(anatomy, random),
	}
}

/// The trace's, the composition's or a layer's opened values.
fn any_opened<'a>(anatomy: &'a mut Anatomy, random: &mut Random) -> &'a mut Opened {
	match random.below(anatomy.layers.len() + 2) {
		0 => &mut anatomy.trace,
		1 => &mut anatomy.composition,
		layer => &mut anatomy.layers[layer - 2],
	}
}

/// A depth that is off by one, or the same modulo the bits of a word.
fn depth(old: u8, random: &mut Random) -> u8 {
	match random.below(6) {
		0 => old.wrapping_add(32),
		1 => old.wrapping_add(64),
		2 => old.wrapping_add(128),
		_ => values::byte(old, random),
	}
}

/// The lists of a Merkle proof.
fn lists(opened: &mut Opened, random: &mut Random) {
	let lists = &mut opened.lists;
	let (one, other) = (random.below(lists.len()), random.below(lists.len()));
	match random.below(8) {
		0 if !lists.is_empty() => {
			lists.remove(one);
		},
		1 => lists.insert(one, vec![[random.byte(); 32]; random.small(3)]),
		2 if !lists.is_empty() => lists.swap(one, other),
		3 => {
			let node = lists.get_mut(one).and_then(Vec::pop);
			if let (Some(node), Some(list)) = (node, lists.get_mut(other)) {
				list.push(node);
			}
		},
		4 => {
			lists.get_mut(one).and_then(Vec::pop);
		},
		5 => lists.iter_mut().for_each(|list| list.clear()),
		6 => lists.truncate(one),
		_ => {
			if let Some(list) = lists.get_mut(one) {
				let place = random.below(list.len() + 1);
				list.insert(place, [random.byte(); 32]);
			}
		},
	}
}

/// Opened rows, and the number of queries with them or not.
fn rows(anatomy: &mut Anatomy, random: &mut Random) {
	let queries = values::byte(anatomy.queries, random);
	let row = |values: &[u8]| values.len() / usize::from(anatomy.queries.max(1));
	let (trace_row, composition_row) =
		(row(&anatomy.trace.values), row(&anatomy.composition.values));
	let resized = |values: &mut Vec<u8>, row: usize, queries: u8| {
		let old = std::mem::take(values);
		*values = old.iter().copied().cycle().take(row * usize::from(queries)).collect();
	};
	match random.below(5) {
		0 => anatomy.queries = queries,
		1 => resized(&mut anatomy.trace.values, trace_row, queries),
		2 => resized(&mut anatomy.composition.values, composition_row, queries),
		3 => {
			anatomy.queries = queries;
			resized(&mut anatomy.trace.values, trace_row, queries);
			resized(&mut anatomy.composition.values, composition_row, queries);
		},
		_ => {
			let count = anatomy.layers.len();
			if let Some(layer) = anatomy.layers.get_mut(random.below(count)) {
				stretch(&mut layer.values, 8 * EXTENSION, random);
			}
		},
	}
}

/// Layers, with the roots that belong to them or not.
fn layers(anatomy: &mut Anatomy, random: &mut Random) {
	let count = anatomy.layers.len();
	let (one, other) = (random.below(count), random.below(count));
	let with_root = random.one_in(2);
	match random.below(5) {
		0 if count > 0 => {
			anatomy.layers.remove(one);
			if with_root && one + 2 < anatomy.roots.len() {
				anatomy.roots.remove(one + 2);
			}
		},
		1 if count > 0 => {
			let layer = anatomy.layers[one].clone();
			anatomy.layers.insert(one, layer);
			if let (true, Some(root)) = (with_root, anatomy.roots.get(one + 2)) {
				let root = *root;
				anatomy.roots.insert(one + 2, root);
			}
		},
		2 if count > 0 => anatomy.layers.swap(one, other),
		3 => anatomy.layers.clear(),
		_ => {
			let spare = Opened { values: vec![0; 8 * EXTENSION], depth: 1, lists: vec![vec![]] };
			anatomy.layers.resize(count + 1 + random.small(252), spare);
		},
	}
}

fn roots(roots: &mut Vec<Digest>, random: &mut Random) {
	let (one, other) = (random.below(roots.len()), random.below(roots.len()));
	match random.below(5) {
		0 if !roots.is_empty() => {
			roots.remove(one);
		},
		1 => roots.insert(one, [random.byte(); 32]),
		2 if !roots.is_empty() => roots.swap(one, other),
		3 => roots.resize(random.small(2100), [random.byte(); 32]),
		_ => {
			if let Some(root) = roots.get_mut(one) {
				random.fill(root);
			}
		},
	}
}

fn frame(frame: &mut Frame, random: &mut Random) {
	match random.below(4) {
		0 => frame.rows = values::byte(frame.rows, random),
		1 => stretch(&mut frame.values, EXTENSION, random),
		2 => {
			let row = frame.values.len() / 2;
			frame.rows = random.small(6) as u8;
			let rows = usize::from(frame.rows);
			frame.values = frame.values.iter().copied().cycle().take(row * rows).collect();
		},
		_ => numbers(&mut frame.values, random),
	}
}

/// Units added or missing.
fn stretch(values: &mut Vec<u8>, unit: usize, random: &mut Random) {
	let units = values.len() / unit;
	let wanted = match random.below(6) {
		0 => units + 1,
		1 => units.saturating_sub(1),
		2 => 2 * units,
		3 => units / 2,
		4 => 0,
		_ => random.small(4 * units),
	};
	values.resize(wanted * unit, 0);
	if random.one_in(8) {
		values.extend(vec![0; random.small(unit)]);
	}
}

/// Some field elements get other values, canonical ones.
fn numbers(values: &mut [u8], random: &mut Random) {
	match random.below(4) {
		0 => values.fill(0),
		1 => {
			let word = values::canonical(random).to_le_bytes();
			values.as_chunks_mut().0.fill(word);
		},
		_ => {
			let words = values.as_chunks_mut::<8>().0;
			for _ in 0..=random.small(8) {
				let at = random.below(words.len());
				if let Some(word) = words.get_mut(at) {
					*word = values::canonical(random).to_le_bytes();
				}
			}
		},
	}
}

/// What belongs to two parts changes places.
fn exchange(anatomy: &mut Anatomy, random: &mut Random) {
	let Anatomy { trace, composition, layers, trace_frame, composition_frame, .. } = anatomy;
	match random.below(5) {
		0 => std::mem::swap(trace, composition),
		1 => std::mem::swap(&mut trace.lists, &mut composition.lists),
		2 => std::mem::swap(trace_frame, composition_frame),
		3 => {
			if let Some(layer) = layers.first_mut() {
				std::mem::swap(&mut layer.lists, &mut trace.lists);
			}
		},
		_ => layers.reverse(),
	}
}
