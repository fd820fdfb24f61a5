//! Looking up reports and fields by key when they do not come in the expected order.
//!
//! Sorted rather than hashed: no random state, no allocation of an entry each, and no order of keys makes it slow.

use std::ops::Range;

/// Indices in the order of their keys; equal keys in the order they came.
pub(super) struct Sorted(Vec<u32>);

impl Sorted {
    /// Sorts `indices` by what `key` says of each.
    pub(super) fn new<'k>(indices: Range<u32>, key: impl Fn(u32) -> &'k str) -> Self {
        let mut sorted: Vec<u32> = indices.collect();

        sorted.sort_by(|a, b| key(*a).cmp(key(*b)));

        Self(sorted)
    }

    /// The index of a key; of several any.
    pub(super) fn find<'k>(&self, wanted: &str, key: impl Fn(u32) -> &'k str) -> Option<u32> {
        let position = self.0.binary_search_by(|index| key(*index).cmp(wanted)).ok()?;

        Some(self.0[position])
    }

    /// All of them.
    pub(super) fn indices(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }

    /// Every index whose key comes again later.
    pub(super) fn twins<'k>(&self, key: impl Fn(u32) -> &'k str) -> impl Iterator<Item = u32> {
        self.0.windows(2).filter(move |pair| key(pair[0]) == key(pair[1])).map(|pair| pair[0])
    }
}
