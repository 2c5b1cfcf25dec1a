//! Mutants, and the source with all of them in it.

use std::ops::Range;

/// A part of a file that can be something else.
#[derive(Clone, Debug)]
pub struct Site {
	/// The part, in bytes of the file.
	pub range: Range<usize>,
	/// Its line.
	pub line: usize,
	/// How it is switched.
	pub form: Form,
	/// What it can be instead.
	pub others: Vec<Other>,
}

/// One mutant.
#[derive(Clone, Debug)]
pub struct Other {
	/// Its number, by which it is switched on.
	pub id: u32,
	/// The code in place of the site's.
	pub code: String,
	/// For a person.
	pub what: String,
}

/// How a site is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
	/// An expression, in parentheses: one of several.
	Expression,
	/// A statement, which is there or not.
	Statement,
	/// The place after a body's opening brace: a value that is returned at once.
	Body,
}

/// A file with its switches.
#[derive(Debug)]
pub struct Switched {
	/// The source.
	pub text: String,
	/// Where each mutant's code stands in it, or for a statement the statement.
	pub places: Vec<(u32, Range<usize>)>,
	/// Where each site stands in it with all of its code.
	pub sites: Vec<(Vec<u32>, Range<usize>)>,
}

/// Text put in at a place of the source. Of what is put in at one place, what closes a site comes first,
/// the inner ones before the outer; then what opens one, the outer before the inner.
struct Insertion {
	at: usize,
	opens: bool,
	order: isize,
	text: String,
	site: usize,
	others: Vec<(u32, Range<usize>)>,
}

/// The source with all sites switched.
pub fn switch(source: &str, sites: &[Site]) -> Switched {
	let mut insertions = Vec::new();
	for (number, site) in sites.iter().enumerate().filter(|(_, site)| !site.others.is_empty()) {
		let length = site.range.len() as isize;
		let (mut text, mut others) = (String::new(), Vec::new());
		let mut close = String::new();
		match site.form {
			Form::Expression => {
				text.push('(');
				for Other { id, code, .. } in &site.others {
					text.push_str(&format!("if crate::mutant({id}) {{ "));
					others.push((*id, text.len()..text.len() + code.len()));
					text.push_str(code);
					text.push_str(" } else ");
				}
				text.push_str("{ ");
				close.push_str(" })");
			},
			Form::Statement => {
				text.push_str(&format!("if !crate::mutant({}) {{ ", site.others[0].id));
				close.push_str(" }");
			},
			Form::Body => {
				for Other { id, code, .. } in &site.others {
					text.push_str(&format!(" if crate::mutant({id}) {{ return "));
					others.push((*id, text.len()..text.len() + code.len()));
					text.push_str(code);
					text.push_str("; }");
				}
			},
		}
		let at = site.range.start;
		insertions.push(Insertion { at, opens: true, order: -length, text, site: number, others });
		if !close.is_empty() {
			let at = site.range.end;
			let others = Vec::new();
			insertions.push(Insertion {
				at,
				opens: false,
				order: length,
				text: close,
				site: number,
				others,
			});
		}
	}
	insertions.sort_by_key(|one| (one.at, one.opens, one.order));
	let mut switched = Switched { text: String::new(), places: Vec::new(), sites: Vec::new() };
	let mut starts = vec![0; sites.len()];
	let mut done = 0;
	for Insertion { at, opens, text, site: number, others, .. } in insertions {
		switched.text.push_str(&source[done..at]);
		done = at;
		let start = switched.text.len();
		switched.text.push_str(&text);
		let moved = |range: Range<usize>| start + range.start..start + range.end;
		switched.places.extend(others.into_iter().map(|(id, range)| (id, moved(range))));
		let site = &sites[number];
		let ids = || site.others.iter().map(|other| other.id).collect();
		if opens && site.form != Form::Body {
			starts[number] = start;
		} else {
			let start = if opens { start } else { starts[number] };
			switched.sites.push((ids(), start..switched.text.len()));
		}
	}
	switched.text.push_str(&source[done..]);
	switched
}

#[cfg(test)]
mod tests {
	use super::*;

	fn site(range: Range<usize>, form: Form, others: &[(u32, &str)]) -> Site {
		let others = others.iter().map(|(id, code)| Other {
			id: *id,
			code: (*code).into(),
			what: String::new(),
		});
		Site { range, line: 1, form, others: others.collect() }
	}

	#[test]
	fn sites_within_sites_are_switched_one_by_one() {
		let source = "a == b && c;";
		let outer = site(0..11, Form::Expression, &[(1, "a == b || c")]);
		let inner = site(0..6, Form::Expression, &[(2, "a != b")]);
		let switched = switch(source, &[inner, outer]);
		assert_eq!(
			switched.text,
			"(if crate::mutant(1) { a == b || c } else { (if crate::mutant(2) { a != b } else { a == b }) \
			 && c });"
		);
		let (id, place) = &switched.places[1];
		assert_eq!((*id, &switched.text[place.clone()]), (2, "a != b"));
		let (ids, place) = &switched.sites[0];
		assert_eq!(ids, &[2]);
		assert!(switched.text[place.clone()].ends_with("{ a == b })"));
	}

	#[test]
	fn statements_are_left_out_and_bodies_return() {
		let switched = switch(
			"{ f(); }",
			&[
				site(1..1, Form::Body, &[(1, "true"), (2, "false")]),
				site(2..6, Form::Statement, &[(3, "")]),
			],
		);
		assert_eq!(
			switched.text,
			"{ if crate::mutant(1) { return true; } if crate::mutant(2) { return false; } if \
			 !crate::mutant(3) { f(); } }"
		);
	}
}
