//! SQLite's own access to files, with a list of everything that was written, synced and deleted below one folder.
#![allow(unsafe_code, reason = "SQLite takes its file access as a table of C functions")]
#![allow(non_snake_case, reason = "these are SQLite's names")]

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use rusqlite::ffi::{
    self, SQLITE_IOERR_FSYNC, SQLITE_OK, sqlite3_file, sqlite3_filename, sqlite3_io_methods, sqlite3_vfs,
};

/// Something that was done to a file, named within its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    Open(String),
    Write {
        file: String,
        at: u64,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        size: u64,
    },
    Sync(String),
    Delete(String),
    /// So many writes have been answered as durable.
    Answered(usize),
}

/// What the disk does when it is told to put on itself what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syncs {
    Honest,
    /// Says that it was done, and does nothing.
    Lying,
    /// So many more succeed; the next one fails.
    FailAfter(u32),
}

struct Recording {
    ops: Vec<Op>,
    syncs: Syncs,
}

struct Handle {
    folder: PathBuf,
    file: String,
    methods: &'static sqlite3_io_methods,
}

#[derive(Default)]
struct State {
    recordings: BTreeMap<PathBuf, Recording>,
    /// Files that are open, by their address.
    handles: BTreeMap<usize, Handle>,
    /// Tables that record, by the address of the table they stand for.
    tables: BTreeMap<usize, &'static sqlite3_io_methods>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);
static INSTALL: Once = Once::new();
/// The functions of the file access that SQLite came with.
static ORIGINAL: Mutex<Option<Original>> = Mutex::new(None);

type Open =
    unsafe extern "C" fn(*mut sqlite3_vfs, sqlite3_filename, *mut sqlite3_file, c_int, *mut c_int) -> c_int;
type Delete = unsafe extern "C" fn(*mut sqlite3_vfs, *const c_char, c_int) -> c_int;

#[derive(Clone, Copy)]
struct Original {
    open: Open,
    delete: Delete,
}

/// Records what is done below this folder from now on.
pub fn record(folder: &Path, syncs: Syncs) {
    INSTALL.call_once(install);
    state().recordings.insert(folder.to_owned(), Recording { ops: Vec::new(), syncs });
}

pub fn answered(folder: &Path, writes: usize) {
    note(folder, Op::Answered(writes));
}

pub fn set_syncs(folder: &Path, syncs: Syncs) {
    if let Some(recording) = state().recordings.get_mut(folder) {
        recording.syncs = syncs;
    }
}

/// Ends the recording and gives all that was done.
pub fn take(folder: &Path) -> Vec<Op> {
    state().recordings.remove(folder).map(|recording| recording.ops).unwrap_or_default()
}

fn note(folder: &Path, op: Op) {
    if let Some(recording) = state().recordings.get_mut(folder) {
        recording.ops.push(op);
    }
}

struct Locked(MutexGuard<'static, Option<State>>);

impl std::ops::Deref for Locked {
    type Target = State;

    fn deref(&self) -> &State {
        self.0.as_ref().unwrap()
    }
}

impl std::ops::DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut State {
        self.0.as_mut().unwrap()
    }
}

fn state() -> Locked {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.get_or_insert_default();
    Locked(state)
}

/// Makes a copy of the default file access that records, and makes it the default.
fn install() {
    // SAFETY: SQLite gives its default file access, which lives as long as the program; a copy of it whose name lives
    // as long is registered once.
    unsafe {
        let default = ffi::sqlite3_vfs_find(std::ptr::null());
        let mut copy = std::ptr::read(default);
        let original = Original { open: copy.xOpen.unwrap(), delete: copy.xDelete.unwrap() };
        *ORIGINAL.lock().unwrap() = Some(original);
        copy.zName = c"recorder".as_ptr();
        copy.pNext = std::ptr::null_mut();
        copy.xOpen = Some(open);
        copy.xDelete = Some(delete);
        assert_eq!(ffi::sqlite3_vfs_register(Box::leak(Box::new(copy)), 1), SQLITE_OK);
    }
}

fn original() -> Original {
    ORIGINAL.lock().unwrap_or_else(PoisonError::into_inner).unwrap()
}

/// The folder that is recorded and the file's name in it; `None` for any other file.
fn place(name: *const c_char) -> Option<(PathBuf, String)> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite gives the name of a file as a text that ends in zero.
    let name = unsafe { CStr::from_ptr(name) }.to_str().ok()?;
    let path = Path::new(name);
    let folder = path.parent()?;
    state().recordings.contains_key(folder).then(|| {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (folder.to_owned(), file)
    })
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: the arguments are passed on as they came.
    let outcome = unsafe { (original().open)(vfs, name, file, flags, out_flags) };
    let Some((folder, name)) = place(name).filter(|_| outcome == SQLITE_OK) else { return outcome };
    // SAFETY: a file that was opened has its table, which lives as long as the program.
    let methods: &'static sqlite3_io_methods = unsafe { &*(*file).pMethods };
    note(&folder, Op::Open(name.clone()));
    let mut state = state();
    let table = *state.tables.entry(std::ptr::from_ref(methods) as usize).or_insert_with(|| {
        // SAFETY: a table is plain functions; the copy is never freed.
        let mut table = unsafe { std::ptr::read(methods) };
        table.xClose = Some(close);
        table.xWrite = Some(write);
        table.xTruncate = Some(truncate);
        table.xSync = Some(sync);
        Box::leak(Box::new(table))
    });
    state.handles.insert(file as usize, Handle { folder, file: name, methods });
    // SAFETY: the file is open and nobody else has it yet.
    unsafe { (*file).pMethods = table };
    outcome
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: the arguments are passed on as they came.
    let outcome = unsafe { (original().delete)(vfs, name, sync_folder) };
    if let Some((folder, file)) = place(name).filter(|_| outcome == SQLITE_OK) {
        note(&folder, Op::Delete(file));
    }
    outcome
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let Some(handle) = state().handles.remove(&(file as usize)) else { return SQLITE_OK };
    // SAFETY: the file is closed by the function that belongs to it.
    unsafe { handle.methods.xClose.unwrap()(file) }
}

/// The functions that belong to this file; notes what is done to it.
fn through(file: *mut sqlite3_file, op: impl FnOnce(String) -> Op) -> &'static sqlite3_io_methods {
    let mut state = state();
    let handle = state.handles.get(&(file as usize)).unwrap();
    let (methods, folder, op) = (handle.methods, handle.folder.clone(), op(handle.file.clone()));
    if let Some(recording) = state.recordings.get_mut(&folder) {
        recording.ops.push(op);
    }
    methods
}

unsafe extern "C" fn write(file: *mut sqlite3_file, data: *const c_void, size: c_int, at: i64) -> c_int {
    let length = usize::try_from(size).unwrap_or(0);
    // SAFETY: SQLite gives so many bytes to write.
    let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), length) }.to_vec();
    let methods = through(file, |file| Op::Write { file, at: u64::try_from(at).unwrap_or(0), bytes });
    // SAFETY: the arguments are passed on as they came.
    unsafe { methods.xWrite.unwrap()(file, data, size, at) }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    let methods = through(file, |file| Op::Truncate { file, size: u64::try_from(size).unwrap_or(0) });
    // SAFETY: the arguments are passed on as they came.
    unsafe { methods.xTruncate.unwrap()(file, size) }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    let mut state = state();
    let handle = state.handles.get(&(file as usize)).unwrap();
    let (folder, name) = (handle.folder.clone(), handle.file.clone());
    let Some(recording) = state.recordings.get_mut(&folder) else { return SQLITE_OK };
    match &mut recording.syncs {
        Syncs::Honest => recording.ops.push(Op::Sync(name)),
        Syncs::Lying => {}
        Syncs::FailAfter(0) => return SQLITE_IOERR_FSYNC,
        Syncs::FailAfter(left) => {
            *left -= 1;
            recording.ops.push(Op::Sync(name));
        }
    }
    // Nothing that is recorded has to outlive this program.
    SQLITE_OK
}
