//! Eight field elements that are computed with as if they were one.

use crate::lanes;
use core::{
	fmt,
	ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign},
	slice,
};
use winter_math::{fields::f64::BaseElement, ExtensionOf, FieldElement};
use winter_utils::{
	AsBytes, ByteReader, ByteWriter, Deserializable, DeserializationError, Randomizable,
	Serializable,
};

/// Elements in a [`Packed`].
pub const LANES: usize = 8;

/// Eight field elements, each in a lane of its own.
///
/// It implements [`FieldElement`] so that a circuit, which is written once over any element type, can be
/// evaluated at eight points at a time. It is a ring, not a field: an element is zero where all lanes
/// are, and has an inverse in the lanes that are not.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Packed([BaseElement; LANES]);

impl Packed {
	/// The same element in all lanes.
	#[inline(always)]
	pub fn splat(element: BaseElement) -> Self {
		Self([element; LANES])
	}

	/// An element of these lanes.
	#[inline(always)]
	pub fn from_lanes(lanes: [BaseElement; LANES]) -> Self {
		Self(lanes)
	}

	/// The lanes.
	#[inline(always)]
	pub fn lanes(self) -> [BaseElement; LANES] {
		self.0
	}

	#[inline(always)]
	fn zip(self, other: Self, word: impl Fn(u64, u64) -> u64) -> Self {
		let mut out = self.0;
		for (a, b) in out.iter_mut().zip(&other.0) {
			*a = BaseElement::from_mont(word(a.inner(), b.inner()));
		}
		Self(out)
	}

	/// The sum of all lanes.
	#[inline(always)]
	pub fn sum(self) -> BaseElement {
		self.0.into_iter().fold(BaseElement::ZERO, |sum, lane| sum + lane)
	}
}

/// The first eight elements of a slice that has as many.
#[inline(always)]
pub fn load(elements: &[BaseElement]) -> Packed {
	let mut out = [BaseElement::ZERO; LANES];
	out.copy_from_slice(&elements[..LANES]);
	Packed(out)
}

/// Writes over the first eight elements of a slice that has as many.
#[inline(always)]
pub fn store(elements: &mut [BaseElement], packed: Packed) {
	elements[..LANES].copy_from_slice(&packed.0);
}

/// The inverse of every lane of every element; zero where that is zero.
pub fn inverse_all(elements: &mut [Packed]) {
	// One inversion for all (Montgomery's trick); lanes that are zero are left out as ones.
	let one = Packed::ONE;
	let replaced = |x: Packed| {
		let mut lanes = x.0;
		for lane in &mut lanes {
			if *lane == BaseElement::ZERO {
				*lane = BaseElement::ONE;
			}
		}
		Packed(lanes)
	};
	let mut before = Vec::with_capacity(elements.len());
	let mut product = one;
	for x in elements.iter() {
		before.push(product);
		product *= replaced(*x);
	}
	let mut inverse = product.inv();
	for (x, before) in elements.iter_mut().zip(before).rev() {
		let lanes = *x;
		*x = inverse * before;
		inverse *= replaced(lanes);
		for (out, lane) in x.0.iter_mut().zip(lanes.0) {
			if lane == BaseElement::ZERO {
				*out = BaseElement::ZERO;
			}
		}
	}
}

impl Add for Packed {
	type Output = Self;
	#[inline(always)]
	fn add(self, other: Self) -> Self {
		self.zip(other, lanes::add)
	}
}

impl Sub for Packed {
	type Output = Self;
	#[inline(always)]
	fn sub(self, other: Self) -> Self {
		self.zip(other, lanes::sub)
	}
}

impl Mul for Packed {
	type Output = Self;
	#[inline(always)]
	fn mul(self, other: Self) -> Self {
		self.zip(other, lanes::mul)
	}
}

impl Div for Packed {
	type Output = Self;
	#[inline]
	#[allow(clippy::suspicious_arithmetic_impl, reason = "a quotient is a product with an inverse")]
	fn div(self, other: Self) -> Self {
		self * other.inv()
	}
}

impl Neg for Packed {
	type Output = Self;
	#[inline(always)]
	fn neg(self) -> Self {
		Self::ZERO - self
	}
}

impl AddAssign for Packed {
	#[inline(always)]
	fn add_assign(&mut self, other: Self) {
		*self = *self + other;
	}
}

impl SubAssign for Packed {
	#[inline(always)]
	fn sub_assign(&mut self, other: Self) {
		*self = *self - other;
	}
}

impl MulAssign for Packed {
	#[inline(always)]
	fn mul_assign(&mut self, other: Self) {
		*self = *self * other;
	}
}

impl DivAssign for Packed {
	#[inline]
	fn div_assign(&mut self, other: Self) {
		*self = *self / other;
	}
}

impl From<BaseElement> for Packed {
	#[inline(always)]
	fn from(element: BaseElement) -> Self {
		Self::splat(element)
	}
}

impl ExtensionOf<BaseElement> for Packed {
	#[inline(always)]
	fn mul_base(self, other: BaseElement) -> Self {
		self * Self::splat(other)
	}
}

impl FieldElement for Packed {
	type PositiveInteger = u64;
	type BaseField = BaseElement;

	const EXTENSION_DEGREE: usize = LANES;
	const ELEMENT_BYTES: usize = LANES * BaseElement::ELEMENT_BYTES;
	const IS_CANONICAL: bool = false;
	const ZERO: Self = Self([BaseElement::ZERO; LANES]);
	const ONE: Self = Self([BaseElement::ONE; LANES]);

	/// The inverse of each lane; that of zero is zero.
	fn inv(self) -> Self {
		Self(self.0.map(BaseElement::inv))
	}

	#[inline(always)]
	fn square(self) -> Self {
		self * self
	}

	#[inline(always)]
	fn double(self) -> Self {
		self + self
	}

	fn conjugate(&self) -> Self {
		*self
	}

	fn base_element(&self, i: usize) -> BaseElement {
		self.0[i]
	}

	fn slice_as_base_elements(elements: &[Self]) -> &[BaseElement] {
		let length = elements.len().saturating_mul(LANES);
		// Sound: `Packed` is transparent over an array of as many elements.
		#[allow(unsafe_code, reason = "a cast between slices of one layout")]
		unsafe {
			slice::from_raw_parts(elements.as_ptr().cast(), length)
		}
	}

	fn slice_from_base_elements(elements: &[BaseElement]) -> &[Self] {
		assert!(elements.len().is_multiple_of(LANES), "whole elements");
		// Sound: as above, and the alignment of an array is that of its elements.
		#[allow(unsafe_code, reason = "a cast between slices of one layout")]
		unsafe {
			slice::from_raw_parts(elements.as_ptr().cast(), elements.len() / LANES)
		}
	}

	fn elements_as_bytes(elements: &[Self]) -> &[u8] {
		BaseElement::elements_as_bytes(Self::slice_as_base_elements(elements))
	}

	#[allow(unsafe_code, reason = "the trait's")]
	unsafe fn bytes_as_elements(bytes: &[u8]) -> Result<&[Self], DeserializationError> {
		// The caller answers for the bytes, as of base elements.
		let elements = unsafe { BaseElement::bytes_as_elements(bytes) }?;
		if !elements.len().is_multiple_of(LANES) {
			return Err(DeserializationError::InvalidValue(
				"not a whole number of elements".into(),
			));
		}
		Ok(Self::slice_from_base_elements(elements))
	}
}

impl Default for Packed {
	fn default() -> Self {
		Self::ZERO
	}
}

impl fmt::Debug for Packed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.0.fmt(f)
	}
}

impl fmt::Display for Packed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{:?}", self.0)
	}
}

macro_rules! from_small {
	($($integer:ty),*) => { $(
		impl From<$integer> for Packed {
			#[inline(always)]
			fn from(value: $integer) -> Self {
				Self::splat(BaseElement::from(value))
			}
		}
	)* };
}

from_small!(u8, u16, u32);

macro_rules! from_large {
	($($integer:ty),*) => { $(
		impl TryFrom<$integer> for Packed {
			type Error = <BaseElement as TryFrom<$integer>>::Error;
			fn try_from(value: $integer) -> Result<Self, Self::Error> {
				BaseElement::try_from(value).map(Self::splat)
			}
		}
	)* };
}

from_large!(u64, u128);

impl TryFrom<&[u8]> for Packed {
	type Error = DeserializationError;
	fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
		Self::read_from_bytes(bytes)
	}
}

impl AsBytes for Packed {
	fn as_bytes(&self) -> &[u8] {
		Self::elements_as_bytes(slice::from_ref(self))
	}
}

impl Randomizable for Packed {
	const VALUE_SIZE: usize = Self::ELEMENT_BYTES;
	fn from_random_bytes(bytes: &[u8]) -> Option<Self> {
		Self::try_from(bytes).ok()
	}
}

impl Serializable for Packed {
	fn write_into<W: ByteWriter>(&self, target: &mut W) {
		self.0.iter().for_each(|lane| lane.write_into(target));
	}
}

impl Deserializable for Packed {
	fn read_from<R: ByteReader>(source: &mut R) -> Result<Self, DeserializationError> {
		let mut lanes = [BaseElement::ZERO; LANES];
		for lane in &mut lanes {
			*lane = BaseElement::read_from(source)?;
		}
		Ok(Self(lanes))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	/// Words at which carries and borrows begin and end, and any others.
	fn element() -> impl Strategy<Value = BaseElement> {
		let edges =
			[0, 1, 2, 0xffff_fffe, 0xffff_ffff, 1 << 32, lanes::MODULUS - 2, lanes::MODULUS - 1];
		prop_oneof![
			proptest::sample::select(edges.to_vec()),
			any::<u64>().prop_map(|word| word % lanes::MODULUS),
		]
		.prop_map(BaseElement::from_mont)
	}

	proptest! {
		#[test]
		fn lanes_compute_as_the_field_does(
			a in proptest::array::uniform8(element()),
			b in proptest::array::uniform8(element()),
		) {
			let (x, y) = (Packed(a), Packed(b));
			for lane in 0..LANES {
				prop_assert_eq!((x + y).0[lane].inner(), (a[lane] + b[lane]).inner());
				prop_assert_eq!((x - y).0[lane].inner(), (a[lane] - b[lane]).inner());
				prop_assert_eq!((x * y).0[lane].inner(), (a[lane] * b[lane]).inner());
				prop_assert_eq!((-x).0[lane].inner(), (-a[lane]).inner());
				prop_assert_eq!(lanes::canonical(a[lane].inner()), a[lane].as_int());
			}
			prop_assert_eq!(x.mul_base(b[0]), x * Packed::from(b[0]));
			prop_assert_eq!(x.sum(), a.into_iter().fold(BaseElement::ZERO, |s, lane| s + lane));
		}

		#[test]
		fn inverses_are_those_of_the_field(
			values in proptest::collection::vec(proptest::array::uniform8(element()), 1..9),
		) {
			let mut inverted: Vec<_> = values.iter().copied().map(Packed).collect();
			inverse_all(&mut inverted);
			for (inverse, value) in inverted.iter().zip(&values) {
				prop_assert_eq!(inverse.0, value.map(BaseElement::inv));
			}
		}

		#[test]
		fn slices_are_seen_as_their_lanes(values in proptest::collection::vec(element(), 24)) {
			let packed = Packed::slice_from_base_elements(&values);
			prop_assert_eq!(packed.len(), 3);
			prop_assert_eq!(Packed::slice_as_base_elements(packed), &values[..]);
			let bytes = packed[1].to_bytes();
			prop_assert_eq!(Packed::try_from(&bytes[..]).unwrap(), packed[1]);
		}
	}
}
