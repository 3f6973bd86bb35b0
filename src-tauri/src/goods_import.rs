//! The import of goods that goes on, or the last one that ended: one at a time, whichever page looks on. Selling goes on.

use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yima_checkout::goods_file::{
    self, FileError, GoodsFile, Happening, ImportError, Imported, Progress, Report,
};
use yima_checkout::view::Language;
use yima_core::catalogue::{Column, Remark};
use yima_store::{DataDir, Store};

/// The page shows so many remarks; the report has them all.
const REMARKS_SHOWN: usize = 300;

#[derive(Clone, Default)]
pub struct Importing(Arc<Mutex<Standing>>);

/// How things stand.
#[derive(Clone, Default)]
pub enum Standing {
    #[default]
    Nothing,
    Running(Running),
    Ended(Arc<Ended>),
}

#[derive(Clone)]
pub struct Running {
    pub file: String,
    pub progress: Progress,
    stop: Arc<AtomicBool>,
}

pub struct Ended {
    pub file: String,
    pub outcome: Result<Imported, ImportError>,
    pub remarks: Vec<(u32, Remark)>,
    /// With those that are not among them.
    pub remark_count: u32,
    /// The whole report, if it could be written and has any remark.
    pub report: Option<PathBuf>,
}

/// What is imported: a file, its columns as somebody has looked at them, and the language of the report.
pub struct Wanted {
    pub path: PathBuf,
    pub columns: Vec<Option<Column>>,
    pub language: Language,
}

/// Another import goes on.
#[derive(Debug)]
pub struct AlreadyOn;

#[derive(Default)]
struct Heard {
    remarks: Vec<(u32, Remark)>,
    remark_count: u32,
    report: Option<Report<BufWriter<File>>>,
}

impl Importing {
    pub fn standing(&self) -> Standing {
        self.lock().clone()
    }

    pub fn is_running(&self) -> bool {
        matches!(*self.lock(), Standing::Running(_))
    }

    pub fn stop(&self) {
        if let Standing::Running(running) = &*self.lock() {
            running.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Begins to import, and comes back at once. The report goes into the data folder, over that of the import before.
    /// `not_done` is told where nothing was imported.
    pub fn begin(
        &self,
        store: Store,
        folder: &DataDir,
        wanted: Wanted,
        not_done: impl FnOnce(&ImportError) + Send + 'static,
    ) -> Result<(), AlreadyOn> {
        let stop = Arc::new(AtomicBool::new(false));
        let file = name_of(&wanted.path);
        let running = Running { file: file.clone(), progress: Progress::default(), stop: Arc::clone(&stop) };
        match &mut *self.lock() {
            Standing::Running(_) => return Err(AlreadyOn),
            standing => *standing = Standing::Running(running),
        }
        let (importing, report) = (self.clone(), folder.import_report());
        tauri::async_runtime::spawn(async move {
            let heard = Arc::new(Mutex::new(Heard::begin(&report, wanted.language)));
            let outcome = importing.run(&store, wanted, &heard, stop).await;
            if let Err(error) = &outcome {
                not_done(error);
            }
            let heard = std::mem::take(&mut *locked(&heard));
            *importing.lock() = Standing::Ended(Arc::new(heard.end(file, outcome, report)));
        });
        Ok(())
    }

    async fn run(
        &self,
        store: &Store,
        wanted: Wanted,
        heard: &Arc<Mutex<Heard>>,
        stop: Arc<AtomicBool>,
    ) -> Result<Imported, ImportError> {
        let look = move || GoodsFile::look(&wanted.path)?.chosen(&wanted.columns);
        let looked = tokio::task::spawn_blocking(look).await;
        let file = looked.unwrap_or_else(|error| Err(FileError::Unreadable(io::Error::other(error))))?;
        let (importing, heard) = (self.clone(), Arc::clone(heard));
        let tell = move |happening| {
            match happening {
                Happening::Remark { line, remark } => locked(&heard).put(line, remark),
                Happening::Progress(progress) => importing.progress(progress),
            }
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        goods_file::import(store, file, tell).await
    }

    fn progress(&self, progress: Progress) {
        if let Standing::Running(running) = &mut *self.lock() {
            running.progress = progress;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        locked(&self.0)
    }
}

impl Heard {
    fn begin(place: &Path, language: Language) -> Self {
        let report = File::create(place).and_then(|file| Report::begin(BufWriter::new(file), language));
        let report = report.inspect_err(|error| tracing::warn!(%error, "the import has no report"));
        Self { report: report.ok(), ..Self::default() }
    }

    fn put(&mut self, line: u32, remark: Remark) {
        self.remark_count = self.remark_count.saturating_add(1);
        if self.report.as_mut().is_some_and(|report| report.put(line, &remark).is_err()) {
            self.report = None;
        }
        if self.remarks.len() < REMARKS_SHOWN {
            self.remarks.push((line, remark));
        }
    }

    fn end(self, file: String, outcome: Result<Imported, ImportError>, report: PathBuf) -> Ended {
        if let Err(error) = &outcome {
            tracing::warn!(%error, "no goods were imported");
        }
        let is_whole = self.report.is_some_and(|report| report.end().is_ok()) && self.remark_count > 0;
        Ended {
            file,
            outcome,
            remarks: self.remarks,
            remark_count: self.remark_count,
            report: is_whole.then_some(report),
        }
    }
}

pub fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
