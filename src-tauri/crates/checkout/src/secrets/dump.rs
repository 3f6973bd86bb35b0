//! A crash is to leave no copy of the memory that secrets are in.

use std::io;

/// Lets this program and all that it starts leave no dump of their memory when they crash. To be called before a secret
/// is read. Windows makes none of a program unless its owner has asked for that.
///
/// # Errors
/// The system refuses to change the limit.
pub fn forbid_dumps() -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        // Zero keeps a dump out of a file, but not from a program that the system hands it to; one byte is refused both.
        let most = getrlimit(Resource::Core).maximum.map_or(1, |most| most.min(1));
        setrlimit(Resource::Core, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}
