//! Which outcome belongs to which call: both carry the method's number and a count.
//!
//! The page says in which order calls were made and settled, and operations of a connection settle in the order they were
//! called. Requests for media need not: while there are several, none of them is taken for another.

use std::collections::{BTreeMap, VecDeque};

/// So many calls may be unsettled; older ones stay without outcome.
const MAX_OPEN: usize = 1024;

/// The calls on one link.
#[derive(Default)]
pub(super) struct Calls {
    counts: BTreeMap<&'static str, u64>,
    open: VecDeque<Call>,
}

struct Call {
    method: &'static str,
    pc_id: Option<Box<str>>,
    id: String,
    is_alone: bool,
}

impl Calls {
    /// A call was made; gives its id. `method` is the method's number.
    pub(super) fn start(&mut self, method: &'static str, pc_id: Option<&str>) -> String {
        let count = self.counts.entry(method).or_default();
        let id = format!("\"{method}-{count}\"");
        let mut is_alone = true;

        *count += 1;
        for call in
            self.open.iter_mut().filter(|call| call.method == method && call.pc_id.as_deref() == pc_id)
        {
            is_alone = false;
            call.is_alone = false;
        }
        if self.open.len() >= MAX_OPEN {
            self.open.pop_front();
        }
        self.open.push_back(Call { method, pc_id: pc_id.map(Into::into), id: id.clone(), is_alone });

        id
    }

    /// A call has settled; gives its id where it is known.
    pub(super) fn settle(&mut self, method: &'static str, pc_id: Option<&str>) -> Option<String> {
        let is_it = |call: &Call| call.method == method && call.pc_id.as_deref() == pc_id;
        let index = self.open.iter().position(is_it)?;
        let call = self.open.remove(index)?;

        (call.is_alone || pc_id.is_some()).then_some(call.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_has_the_id_of_its_call() {
        let mut calls = Calls::default();

        assert_eq!(calls.start("2", Some("PC_0")), "\"2-0\"");
        assert_eq!(calls.start("2", Some("PC_1")), "\"2-1\"");
        assert_eq!(calls.settle("2", Some("PC_1")).as_deref(), Some("\"2-1\""));
        assert_eq!(calls.settle("2", Some("PC_0")).as_deref(), Some("\"2-0\""));
        assert_eq!(calls.settle("2", Some("PC_0")), None);
    }

    #[test]
    fn requests_that_may_have_overtaken_each_other_stay_without() {
        let mut calls = Calls::default();

        calls.start("60", None);
        calls.start("60", None);
        assert_eq!((calls.settle("60", None), calls.settle("60", None)), (None, None));
        calls.start("60", None);
        assert_eq!(calls.settle("60", None).as_deref(), Some("\"60-2\""));
    }
}
