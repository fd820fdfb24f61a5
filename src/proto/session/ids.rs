//! The names of a session: one uuid, the number of the current part, and the parent of a breakout room.
//!
//! How a part is named is the dialect's matter; here it is seen to that no name is used twice.

use rand::Rng;
use rand::rngs::SmallRng;

use crate::proto::preamble::Join;
use crate::proto::wire::Dialect;

/// Under which id events go now, and how that id relates to those before.
#[derive(Debug, Clone)]
pub(super) struct SessionIds {
    dialect: Dialect,
    uuid: String,
    part: u32,
    /// Whether the server may have a dump under the current id.
    used: bool,
    previous: Option<String>,
    parent: Option<String>,
}

impl SessionIds {
    pub(super) fn new(dialect: Dialect, rng: &mut SmallRng) -> Self {
        Self { dialect, uuid: random_uuid(rng), part: 0, used: false, previous: None, parent: None }
    }

    /// Continues a session of an earlier run, whose part names up to `part` may be used up.
    pub(super) fn inherit(&mut self, uuid: String, part: u32, parent: Option<String>) {
        *self = Self { dialect: self.dialect, uuid, part, used: true, previous: None, parent };
    }

    pub(super) fn uuid(&self) -> &str {
        &self.uuid
    }

    pub(super) fn part(&self) -> u32 {
        self.part
    }

    pub(super) fn current(&self) -> String {
        self.dialect.part_name(&self.uuid, self.part)
    }

    pub(super) fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    /// From now on a dump may exist under the current id, so it cannot be opened again.
    pub(super) fn mark_used(&mut self) {
        self.used = true;
    }

    pub(super) fn is_used(&self) -> bool {
        self.used
    }

    /// Moves on to an id the server cannot know yet.
    pub(super) fn ensure_fresh(&mut self) {
        if self.used {
            self.previous = Some(self.current());
            self.part += 1;
            self.used = false;
        }
    }

    /// Leaves for a room of its own: a new uuid, with the first session as parent.
    pub(super) fn enter_room(&mut self, parent: Option<String>, rng: &mut SmallRng) {
        *self = Self { parent, ..Self::new(self.dialect, rng) };
    }

    /// How this part continues the one before, where there is one.
    pub(super) fn join(&self) -> Option<Join> {
        self.previous.as_ref().map(|previous| Join {
            stats_session_id: self.uuid.clone(),
            part: self.part,
            previous: previous.clone(),
        })
    }
}

fn random_uuid(rng: &mut SmallRng) -> String {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
