//! Named places on a sale's way to the disk and to the gateway, at which a test may end the program.
//!
//! Nothing happens there unless the feature `failpoints` is on, the build is a debug build, and the program has said
//! what shall happen: what is shipped has none of it.

use std::sync::OnceLock;

/// On which side of the write or the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    Before,
    After,
}

type Hook = Box<dyn Fn(Moment, &str) + Send + Sync>;

static HOOK: OnceLock<Hook> = OnceLock::new();

/// The program is about to do `name`.
#[inline]
pub fn before(name: &str) {
    pass(Moment::Before, name);
}

/// The program has done `name`; nobody has acted on it yet.
#[inline]
pub fn after(name: &str) {
    pass(Moment::After, name);
}

/// Has `hook` called at every place from now on. Only the first call counts.
#[cfg(feature = "failpoints")]
pub fn on_pass(hook: impl Fn(Moment, &str) + Send + Sync + 'static) {
    let _ = HOOK.set(Box::new(hook));
}

#[inline]
fn pass(moment: Moment, name: &str) {
    if cfg!(all(feature = "failpoints", debug_assertions))
        && let Some(hook) = HOOK.get()
    {
        hook(moment, name);
    }
}
