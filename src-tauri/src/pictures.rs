//! Pictures from a folder, for the customer's window while nobody is served.
//!
//! Each is decoded here, made as small as a screen needs and written anew: the page never sees a file as it lies in
//! the folder. They are kept in memory, since the page asks for one every few seconds.

mod reading;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{AppHandle, Manager, UriSchemeContext, Wry};

pub use reading::Picture;

use crate::ipc::dto::{FolderProblem, PictureProblem, PicturesView, SkippedPicture};
use crate::screen::CustomerLine;
use crate::windows::CUSTOMER;

pub const SCHEME: &str = "pictures";

/// A round of so many takes three minutes.
const PICTURES_MAX: usize = 20;
/// What all of them may take up in memory.
const BYTES_MAX: usize = 32 << 20;
/// So many files that are no pictures are told of.
const SKIPPED_SHOWN: usize = 20;
/// Between two pictures: decoding must not keep a till from scanning.
const PAUSE: Duration = Duration::from_millis(200);

/// The pictures of the folder that the settings name.
#[derive(Clone, Default)]
pub struct Pictures(Arc<Mutex<Album>>);

#[derive(Default)]
struct Album {
    folder: Option<PathBuf>,
    /// Which reading of a folder this is: a later one takes the place of an earlier.
    reading: u32,
    is_being_read: bool,
    problem: Option<FolderProblem>,
    pictures: Vec<Picture>,
    skipped: Vec<SkippedPicture>,
}

impl Pictures {
    /// Reads the folder, unless it is the one that was read.
    pub fn take_up(&self, app: &AppHandle, folder: Option<PathBuf>) {
        if self.album().folder != folder {
            self.read(app, folder);
        }
    }

    /// Reads the folder once more.
    pub fn read_again(&self, app: &AppHandle) {
        let folder = self.album().folder.clone();
        self.read(app, folder);
    }

    pub fn view(&self) -> PicturesView {
        let album = self.album();
        PicturesView {
            is_being_read: album.is_being_read,
            shown: u32::try_from(album.pictures.len()).unwrap_or(u32::MAX),
            problem: album.problem,
            skipped: album.skipped.clone(),
        }
    }

    fn read(&self, app: &AppHandle, folder: Option<PathBuf>) {
        let reading = {
            let mut album = self.album();
            let reading = album.reading.wrapping_add(1);
            *album = Album {
                folder: folder.clone(),
                reading,
                is_being_read: folder.is_some(),
                ..Album::default()
            };
            reading
        };
        app.state::<CustomerLine>().set_pictures(Vec::new());
        if let Some(folder) = folder {
            tauri::async_runtime::spawn(fill(app.clone(), self.clone(), folder, reading));
        }
    }

    /// Changes the album of this reading; `None` once another has begun.
    fn change<T>(&self, reading: u32, change: impl FnOnce(&mut Album) -> T) -> Option<T> {
        let mut album = self.album();
        (album.reading == reading).then(|| change(&mut album))
    }

    fn album(&self) -> MutexGuard<'_, Album> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Album {
    /// Keeps what was read of a file, or why nothing was.
    fn take(&mut self, file: String, read: Result<Picture, PictureProblem>) {
        let held: usize = self.pictures.iter().map(|picture| picture.bytes.len()).sum();
        let problem = match read {
            Ok(picture) if self.pictures.len() < PICTURES_MAX && held + picture.bytes.len() <= BYTES_MAX => {
                self.pictures.push(picture);
                return;
            }
            Ok(_) => PictureProblem::TooMany,
            Err(problem) => problem,
        };
        tracing::warn!(file, ?problem, "a picture is not shown");
        if self.skipped.len() < SKIPPED_SHOWN {
            self.skipped.push(SkippedPicture { file, problem });
        }
    }

    fn addresses(&self) -> Vec<String> {
        let host = if cfg!(windows) {
            format!("http://{SCHEME}.localhost")
        } else {
            format!("{SCHEME}://localhost")
        };
        (0..self.pictures.len()).map(|at| format!("{host}/{}/{at}", self.reading)).collect()
    }

    fn find(&self, path: &str) -> Option<&Picture> {
        let (reading, at) = path.strip_prefix('/')?.split_once('/')?;
        let at: usize = at.parse().ok()?;
        (reading.parse() == Ok(self.reading)).then(|| self.pictures.get(at))?
    }
}

async fn fill(app: AppHandle, pictures: Pictures, folder: PathBuf, reading: u32) {
    let listing = tokio::task::spawn_blocking(move || reading::files(&folder)).await;
    let (files, problem) = match listing {
        Ok(Ok(files)) => (files, None),
        Ok(Err(problem)) => (Vec::new(), Some(problem)),
        Err(_) => (Vec::new(), Some(FolderProblem::NotRead)),
    };
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A decoder that dies of a file takes that file with it and nothing else.
        let read = tokio::task::spawn_blocking(move || Picture::read(&file)).await;
        let read = read.unwrap_or(Err(PictureProblem::NotAPicture));
        let Some(addresses) = pictures.change(reading, |album| {
            album.take(name, read);
            album.addresses()
        }) else {
            return;
        };
        app.state::<CustomerLine>().set_pictures(addresses);
        tokio::time::sleep(PAUSE).await;
    }
    pictures.change(reading, |album| {
        album.is_being_read = false;
        album.problem = problem;
        if let Some(problem) = problem {
            tracing::warn!(?problem, "the folder of pictures is not read");
        }
    });
}

/// Answers the customer's page with one of the pictures; nobody else, and nothing else.
pub fn serve(asked: &UriSchemeContext<'_, Wry>, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let pictures = asked.app_handle().state::<Pictures>();
    let album = pictures.album();
    let picture = album.find(request.uri().path()).filter(|_| asked.webview_label() == CUSTOMER);
    let mut answer = Response::new(picture.map(|picture| picture.bytes.to_vec()).unwrap_or_default());
    match picture {
        Some(picture) => {
            let kind = header::HeaderValue::from_static(picture.kind);
            answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        None => *answer.status_mut() = StatusCode::NOT_FOUND,
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(bytes: usize) -> Picture {
        Picture { kind: "image/png", bytes: vec![0; bytes].into() }
    }

    #[test]
    fn so_many_are_kept_and_no_more() {
        let mut album = Album::default();
        for at in 0..PICTURES_MAX + SKIPPED_SHOWN + 5 {
            album.take(at.to_string(), Ok(picture(1)));
        }
        assert_eq!((album.pictures.len(), album.skipped.len()), (PICTURES_MAX, SKIPPED_SHOWN));
        assert_eq!(album.skipped[0].problem, PictureProblem::TooMany);

        let mut album = Album::default();
        album.take("large".to_owned(), Ok(picture(BYTES_MAX)));
        album.take("one byte more".to_owned(), Ok(picture(1)));
        assert_eq!(album.pictures.len(), 1);
        assert_eq!(album.skipped[0].file, "one byte more");
    }

    #[test]
    fn an_address_leads_to_its_picture_until_the_folder_is_read_again() {
        let mut album = Album { reading: 7, ..Album::default() };
        album.take("a".to_owned(), Ok(picture(3)));
        album.take("b".to_owned(), Err(PictureProblem::NotAPicture));
        album.take("c".to_owned(), Ok(picture(4)));
        let addresses = album.addresses();
        let path = |address: &str| format!("/{}", address.split("localhost/").nth(1).unwrap());
        let sizes: Vec<_> =
            addresses.iter().map(|address| album.find(&path(address)).unwrap().bytes.len()).collect();
        assert_eq!(sizes, [3, 4]);
        for wrong in ["", "/", "/7", "/7/2", "/7/-1", "/8/0", "/7/0/", "/../etc/passwd", "7/0"] {
            assert!(album.find(wrong).is_none(), "{wrong}");
        }
    }
}
