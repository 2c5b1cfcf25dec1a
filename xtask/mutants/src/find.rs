//! Where a file can be mutated.

use std::ops::Range;

use anyhow::{Context, Result};
use proc_macro2::Span;
use syn::{
	punctuated::Punctuated,
	spanned::Spanned,
	visit::{self, Visit},
	Attribute, BinOp, Block, Expr, ExprBinary, Item, ReturnType, Signature, Stmt, Token, UnOp,
};

use crate::mutant::{Form, Other, Site};

/// The sites of a file; mutants are numbered from `next` on, which is moved.
pub fn sites(source: &str, next: &mut u32) -> Result<Vec<Site>> {
	let file = syn::parse_file(source).context("not Rust that the parser knows")?;
	let mut finder = Finder { source, next, sites: Vec::new(), within: Vec::new() };
	finder.visit_file(&file);
	Ok(finder.sites)
}

struct Finder<'a> {
	source: &'a str,
	next: &'a mut u32,
	sites: Vec<Site>,
	/// The function at hand, and those around it.
	within: Vec<String>,
}

fn range(node: &impl Spanned) -> Range<usize> {
	node.span().byte_range()
}

fn line(span: Span) -> usize {
	span.start().line
}

/// Whether an item is not in the program that tests are of: tests themselves, and benchmarks.
fn is_left_out(attributes: &[Attribute]) -> bool {
	attributes.iter().any(|attribute| {
		if attribute.path().is_ident("test") {
			return true;
		}
		let Ok(list) = attribute.meta.require_list() else { return false };
		let tokens = list.tokens.to_string();
		list.path.is_ident("cfg") && (tokens == "test" || tokens.contains("benchmarks"))
	})
}

fn attributes(item: &Item) -> &[Attribute] {
	match item {
		Item::Fn(item) => &item.attrs,
		Item::Impl(item) => &item.attrs,
		Item::Mod(item) => &item.attrs,
		Item::Trait(item) => &item.attrs,
		_ => &[],
	}
}

/// What stands in an operator's place.
fn other_operators(operator: &BinOp) -> &'static [&'static str] {
	match operator {
		BinOp::Eq(_) => &["!="],
		BinOp::Ne(_) => &["=="],
		BinOp::Lt(_) => &["<=", ">="],
		BinOp::Le(_) => &["<", ">"],
		BinOp::Gt(_) => &[">=", "<="],
		BinOp::Ge(_) => &[">", "<"],
		BinOp::And(_) => &["||"],
		BinOp::Or(_) => &["&&"],
		BinOp::Add(_) => &["-"],
		BinOp::Sub(_) => &["+"],
		BinOp::Mul(_) => &["+"],
		BinOp::Div(_) => &["*"],
		BinOp::Rem(_) => &["+"],
		BinOp::BitAnd(_) => &["|"],
		BinOp::BitOr(_) => &["&"],
		BinOp::BitXor(_) => &["&"],
		BinOp::Shl(_) => &[">>"],
		BinOp::Shr(_) => &["<<"],
		BinOp::AddAssign(_) => &["-="],
		BinOp::SubAssign(_) => &["+="],
		BinOp::MulAssign(_) => &["+="],
		BinOp::BitOrAssign(_) => &["&="],
		_ => &[],
	}
}

/// Whether a condition binds names, so that it must stay where it is.
fn binds(condition: &Expr) -> bool {
	match condition {
		Expr::Let(_) => true,
		Expr::Binary(ExprBinary { left, right, .. }) => binds(left) || binds(right),
		Expr::Paren(inner) => binds(&inner.expr),
		_ => false,
	}
}

impl Finder<'_> {
	fn text(&self, range: Range<usize>) -> &str {
		&self.source[range]
	}

	fn site(
		&mut self,
		range: Range<usize>,
		line: usize,
		form: Form,
		others: Vec<(String, String)>,
	) {
		let within = self.within.last().cloned().unwrap_or_default();
		let others = others.into_iter().map(|(code, what)| {
			*self.next += 1;
			Other { id: *self.next, code, what: format!("{what} in {within}") }
		});
		let others = others.collect();
		self.sites.push(Site { range, line, form, others });
	}

	/// A condition that is no comparison can be its opposite.
	fn condition(&mut self, condition: &Expr) {
		let seen = matches!(condition, Expr::Binary(_) | Expr::Unary(_) | Expr::Paren(_));
		if !seen && !binds(condition) {
			let text = self.text(range(condition)).to_owned();
			let what = format!("`{}` negated", short(&text));
			let other = (format!("!({text})"), what);
			self.site(range(condition), line(condition.span()), Form::Expression, vec![other]);
		}
	}

	fn function(&mut self, signature: &Signature, block: &Block) {
		if signature.constness.is_some() {
			return;
		}
		self.within.push(signature.ident.to_string());
		let values = values(&signature.output);
		if !values.is_empty() && !block.stmts.is_empty() {
			let others = values.iter().map(|value| {
				let what =
					if value == "()" { "nothing done".into() } else { format!("returns {value}") };
				(value.clone(), what)
			});
			let start = block.brace_token.span.open().byte_range().end;
			let others = others.collect();
			self.site(start..start, line(signature.ident.span()), Form::Body, others);
		}
		self.visit_block(block);
		self.within.pop();
	}

	/// `ensure!` can be left out, and what it asks for be mutated.
	fn macro_call(&mut self, call: &syn::Macro) {
		let Some(name) = call.path.segments.last() else { return };
		if name.ident != "ensure" {
			return;
		}
		let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
		let Ok(arguments) = call.parse_body_with(parse) else { return };
		let Some(condition) = arguments.first() else { return };
		let what = format!("`ensure!({}, …)` left out", short(self.text(range(condition))));
		let other = ("true".to_owned(), what);
		self.site(range(condition), line(condition.span()), Form::Expression, vec![other]);
		self.visit_expr(condition);
	}
}

/// What a function could return without doing anything.
fn values(output: &ReturnType) -> Vec<String> {
	let ReturnType::Type(_, of) = output else { return vec!["()".into()] };
	let syn::Type::Path(path) = &**of else { return Vec::new() };
	let Some(last) = path.path.segments.last() else { return Vec::new() };
	let first_argument = || match &last.arguments {
		syn::PathArguments::AngleBracketed(list) => list.args.first(),
		_ => None,
	};
	let is_unit = |argument: &syn::GenericArgument| matches!(argument, syn::GenericArgument::Type(syn::Type::Tuple(tuple)) if tuple.elems.is_empty());
	let all: &[&str] = match last.ident.to_string().as_str() {
		"bool" => &["true", "false"],
		"u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "Quantity" => &["0", "1"],
		"Option" => &["None"],
		"Vec" => &["Default::default()"],
		"DispatchResult" => &["Ok(())"],
		"DispatchResultWithPostInfo" => &["Ok(().into())"],
		"Result" if first_argument().is_some_and(is_unit) => &["Ok(())"],
		_ => &[],
	};
	all.iter().map(|value| (*value).to_owned()).collect()
}

/// Code on one line, cut.
pub fn short(code: &str) -> String {
	let mut line = code.split_whitespace().collect::<Vec<_>>().join(" ");
	if line.chars().count() > 70 {
		line = line.chars().take(69).collect::<String>() + "…";
	}
	line
}

impl<'ast> Visit<'ast> for Finder<'_> {
	fn visit_item(&mut self, item: &'ast Item) {
		let is_constant =
			matches!(item, Item::Const(_) | Item::Static(_) | Item::Enum(_) | Item::Macro(_));
		if !is_constant && !is_left_out(attributes(item)) {
			visit::visit_item(self, item);
		}
	}

	fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
		self.function(&item.sig, &item.block);
	}

	fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
		if !is_left_out(&item.attrs) {
			self.function(&item.sig, &item.block);
		}
	}

	fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
		if let (Some(block), false) = (&item.default, is_left_out(&item.attrs)) {
			self.function(&item.sig, block);
		}
	}

	// What must be constant.
	fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
	fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
	fn visit_type(&mut self, _: &'ast syn::Type) {}
	fn visit_generics(&mut self, _: &'ast syn::Generics) {}
	fn visit_pat(&mut self, _: &'ast syn::Pat) {}
	fn visit_attribute(&mut self, _: &'ast Attribute) {}
	fn visit_path(&mut self, _: &'ast syn::Path) {}
	fn visit_angle_bracketed_generic_arguments(
		&mut self,
		_: &'ast syn::AngleBracketedGenericArguments,
	) {
	}
	fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
		self.visit_expr(&repeat.expr);
	}
	fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}

	fn visit_stmt(&mut self, statement: &'ast Stmt) {
		match statement {
			// A call whose value nobody takes.
			Stmt::Expr(expression, Some(_)) => {
				if matches!(expression, Expr::Try(_) | Expr::Call(_) | Expr::MethodCall(_)) {
					let what = format!("`{};` left out", short(self.text(range(expression))));
					let other = (String::new(), what);
					let place = range(statement);
					self.site(place, line(statement.span()), Form::Statement, vec![other]);
				}
				self.visit_expr(expression);
			},
			Stmt::Macro(call) => self.macro_call(&call.mac),
			Stmt::Item(Item::Const(_) | Item::Static(_)) => {},
			_ => visit::visit_stmt(self, statement),
		}
	}

	fn visit_expr_macro(&mut self, call: &'ast syn::ExprMacro) {
		self.macro_call(&call.mac);
	}

	fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
		self.condition(&branch.cond);
		visit::visit_expr_if(self, branch);
	}

	fn visit_expr_while(&mut self, repeat: &'ast syn::ExprWhile) {
		self.condition(&repeat.cond);
		visit::visit_expr_while(self, repeat);
	}

	fn visit_arm(&mut self, arm: &'ast syn::Arm) {
		if let Some((_, guard)) = &arm.guard {
			self.condition(guard);
		}
		visit::visit_arm(self, arm);
	}

	fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
		let [left, right] =
			[&*binary.left, &*binary.right].map(|side| self.text(range(side)).to_owned());
		let operator = self.text(range(&binary.op)).to_owned();
		let others = other_operators(&binary.op).iter().map(|other| {
			let code = format!("({left}) {other} ({right})");
			let what = format!(
				"`{operator}` is `{other}` in `{}`",
				short(&format!("{left} {operator} {right}"))
			);
			(code, what)
		});
		let others: Vec<_> = others.collect();
		let moves = binds(&binary.left) || binds(&binary.right);
		if !others.is_empty() && !moves {
			let place = range(&*binary.left).start..range(&*binary.right).end;
			self.site(place, line(binary.op.span()), Form::Expression, others);
		}
		visit::visit_expr_binary(self, binary);
	}

	fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
		if !matches!(unary.op, UnOp::Deref(_)) {
			let inner = range(&*unary.expr);
			let place = range(&unary.op).start..inner.end;
			let what = format!("`{}` without its sign", short(self.text(place.clone())));
			let other = (self.text(inner).to_owned(), what);
			self.site(place, line(unary.op.span()), Form::Expression, vec![other]);
		}
		visit::visit_expr_unary(self, unary);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::mutant::switch;

	fn found(source: &str) -> Vec<String> {
		let mut next = 0;
		let sites = sites(source, &mut next).unwrap();
		let all = sites.iter().flat_map(|site| &site.others);
		let what: Vec<_> = all.map(|other| other.what.clone()).collect();
		assert_eq!(what.len(), next as usize);
		// What comes out is Rust again.
		syn::parse_file(&switch(source, &sites).text).unwrap();
		what
	}

	#[test]
	fn checks_operators_calls_and_bodies_are_found() {
		let what = found(
			"fn f(a: u32) -> DispatchResult { ensure!(a < 3 && !done(), Error); g(a)?; Ok(()) }",
		);
		assert_eq!(
			what,
			[
				"returns Ok(()) in f",
				"`ensure!(a < 3 && !done(), …)` left out in f",
				"`&&` is `||` in `a < 3 && !done()` in f",
				"`<` is `<=` in `a < 3` in f",
				"`<` is `>=` in `a < 3` in f",
				"`!done()` without its sign in f",
				"`g(a)?;` left out in f",
			]
		);
	}

	#[test]
	fn what_is_constant_or_of_tests_is_left_alone() {
		assert!(found("const A: u32 = 1 + 2; const fn f() -> u32 { 1 + 2 }").is_empty());
		assert!(found("#[cfg(test)] mod tests { fn f() -> u32 { 1 + 2 } }").is_empty());
		assert!(found("#[cfg(feature = \"runtime-benchmarks\")] fn f() { g(); }").is_empty());
		assert!(found("type A = [u8; 1 + 2]; struct B { c: [u8; 1 + 2] }").is_empty());
		let bound =
			found("fn f(a: Option<u32>) -> T { if let Some(b) = a && b > 1 { g() } else { h() } }");
		assert_eq!(bound, ["`>` is `>=` in `b > 1` in f", "`>` is `<=` in `b > 1` in f"]);
	}
}
