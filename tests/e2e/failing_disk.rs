//! A disk that fails under the till: its syncs, or every write below one folder, from when a file is there. And a
//! folder that cannot be written to from the start.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use yima_tests::shop::Shop;

/// Stands before the C library: what a program is told of the disk is what it would be told of a real one. The files
/// that make it fail are looked for each time.
const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int there(const char *name) {
    const char *file = getenv(name);
    return file && access(file, F_OK) == 0;
}

static int within(const char *path) {
    const char *folder = getenv("YIMA_TEST_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0 && there("YIMA_TEST_READ_ONLY");
}

static int shut(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return within(path);
}

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))
#define FAIL(reason) do { errno = reason; return -1; } while (0)

static int sync_by(const char *name, int file) {
    if (there("YIMA_TEST_DEAD_DISK")) FAIL(EIO);
    return REAL(name, int (*)(int))(file);
}
int fsync(int file) { return sync_by("fsync", file); }
int fdatasync(int file) { return sync_by("fdatasync", file); }

static int open_by(const char *name, const char *path, int flags, mode_t mode) {
    if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != O_RDONLY && within(path)) FAIL(EROFS);
    return REAL(name, int (*)(const char *, int, ...))(path, flags, mode);
}
#define OPEN(name) int name(const char *path, int flags, ...) { \
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
    return open_by(#name, path, flags, mode); }
OPEN(open)
OPEN(open64)

#define WRITE(name, offset_type) ssize_t name(int file, const void *bytes, size_t count, offset_type at) { \
    if (shut(file)) FAIL(EROFS); \
    return REAL(#name, ssize_t (*)(int, const void *, size_t, offset_type))(file, bytes, count, at); }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

#define CUT(name, length_type) int name(int file, length_type length) { \
    if (shut(file)) FAIL(EROFS); \
    return REAL(#name, int (*)(int, length_type))(file, length); }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)
"#;

pub struct FailingDisk {
    dead: PathBuf,
    read_only: PathBuf,
}

impl FailingDisk {
    /// Under every program that the shop starts from now on.
    pub fn under(shop: &mut Shop) -> Result<Self> {
        let here = shop.folder().to_owned();
        let disk = Self { dead: here.join("dead-disk"), read_only: here.join("read-only-disk") };
        let shim = build(&here)?;
        shop.surround_with("LD_PRELOAD", &shim);
        shop.surround_with("YIMA_TEST_DEAD_DISK", &disk.dead);
        shop.surround_with("YIMA_TEST_READ_ONLY", &disk.read_only);
        shop.surround_with("YIMA_TEST_FOLDER", &shop.data_folder());
        Ok(disk)
    }

    /// Every sync fails.
    pub fn dies(&self) -> Result<()> {
        Ok(fs::write(&self.dead, "")?)
    }

    /// Nothing in the data folder can be written, as after the system has found the disk's file system broken.
    pub fn turns_read_only(&self) -> Result<()> {
        Ok(fs::write(&self.read_only, "")?)
    }

    pub fn is_well_again(&self) -> Result<()> {
        for file in [&self.dead, &self.read_only].into_iter().filter(|file| file.exists()) {
            fs::remove_file(file)?;
        }
        Ok(())
    }
}

/// Made with what links every program here.
fn build(folder: &Path) -> Result<PathBuf> {
    let (source, made) = (folder.join("disk.c"), folder.join("disk.so"));
    fs::write(&source, SOURCE)?;
    let done =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&made).arg(&source).arg("-ldl").status()?;
    ensure!(done.success(), "the failing disk was not made");
    Ok(made)
}

/// The data folder as one that cannot be written to, until this is dropped.
///
/// Whoever may write everywhere, as the system's administrator may, is not kept from it by permissions: for such a one
/// the folder is mounted over itself, to be read only.
pub struct ReadOnly {
    folder: PathBuf,
    is_mounted: bool,
}

impl ReadOnly {
    pub fn folder(shop: &Shop) -> Result<Self> {
        let folder = shop.data_folder();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o555))?;
        let mut read_only = Self { folder, is_mounted: false };
        if read_only.can_be_written() {
            read_only.mount()?;
        }
        ensure!(!read_only.can_be_written(), "neither permissions nor a mount keep this user from writing");
        Ok(read_only)
    }

    fn mount(&mut self) -> Result<()> {
        let folder = &self.folder;
        run(Command::new("mount").arg("--bind").args([folder, folder]))?;
        self.is_mounted = true;
        run(Command::new("mount").args(["-o", "remount,bind,ro"]).arg(folder))
    }

    fn can_be_written(&self) -> bool {
        let probe = self.folder.join("probe");
        let is_written = fs::write(&probe, "").is_ok();
        let _ = fs::remove_file(probe);
        is_written
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        if self.is_mounted {
            // A program that was just killed may have a file of it open still.
            let _ = run(Command::new("umount").arg("--lazy").arg(&self.folder));
        }
        let _ = fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o755));
    }
}

fn run(command: &mut Command) -> Result<()> {
    let done = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
