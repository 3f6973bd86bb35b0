//! Pictures from a folder: for the customer's window while nobody is served, and for goods in the cashier's.
//!
//! Each is decoded here, made as small as its place needs and written anew: no page sees a file as it lies in the
//! folder. They are kept in memory, since the pages ask for them again and again.

mod album;
mod reading;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{AppHandle, Manager, UriSchemeContext, Wry};
use yima_checkout::settings::DisplaySettings;

use self::album::Album;
use self::reading::Picture;
use crate::ipc::dto::{GoodsPicturesView, PictureProblem, PicturesView};
use crate::screen::CustomerLine;
use crate::windows::{CASHIER, CUSTOMER};

pub const SCHEME: &str = "pictures";

/// Between two pictures: decoding must not keep a till from scanning.
const PAUSE: Duration = Duration::from_millis(200);

/// What a folder's pictures are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    Welcome,
    Goods,
}

/// The pictures of the folders that the settings name.
#[derive(Clone)]
pub struct Pictures {
    welcome: Arc<Mutex<Album>>,
    goods: Arc<Mutex<Album>>,
}

impl Default for Pictures {
    fn default() -> Self {
        let album = |of| Arc::new(Mutex::new(Album::empty(of)));
        Self { welcome: album(For::Welcome), goods: album(For::Goods) }
    }
}

impl Pictures {
    /// Reads those folders that are not the ones that were read.
    pub fn take_up(&self, app: &AppHandle, settings: &DisplaySettings) {
        for (of, folder) in
            [(For::Welcome, settings.pictures.clone()), (For::Goods, settings.goods_pictures.clone())]
        {
            if self.album(of).folder != folder {
                self.read(app, of, folder);
            }
        }
    }

    /// Reads a folder once more.
    pub fn read_again(&self, app: &AppHandle, of: For) {
        let folder = self.album(of).folder.clone();
        self.read(app, of, folder);
    }

    pub fn view(&self) -> PicturesView {
        self.album(For::Welcome).view()
    }

    pub fn of_goods(&self) -> GoodsPicturesView {
        let album = self.album(For::Goods);
        GoodsPicturesView { pictures: album.named(), folder: album.view() }
    }

    fn read(&self, app: &AppHandle, of: For, folder: Option<PathBuf>) {
        let reading = self.album(of).begin(folder.clone());
        if of == For::Welcome {
            app.state::<CustomerLine>().set_pictures(Vec::new());
        }
        if let Some(folder) = folder {
            tauri::async_runtime::spawn(fill(app.clone(), self.clone(), of, folder, reading));
        }
    }

    /// Changes the album of this reading; `None` once another has begun.
    fn change<T>(&self, of: For, reading: u32, change: impl FnOnce(&mut Album) -> T) -> Option<T> {
        let mut album = self.album(of);
        (album.reading == reading).then(|| change(&mut album))
    }

    fn album(&self, of: For) -> MutexGuard<'_, Album> {
        let album = match of {
            For::Welcome => &self.welcome,
            For::Goods => &self.goods,
        };
        album.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fill(app: AppHandle, pictures: Pictures, of: For, folder: PathBuf, reading: u32) {
    let listing = tokio::task::spawn_blocking(move || reading::files(&folder)).await;
    let (files, problem) = match listing {
        Ok(Ok(files)) => (files, None),
        Ok(Err(problem)) => (Vec::new(), Some(problem)),
        Err(_) => (Vec::new(), Some(crate::ipc::dto::FolderProblem::NotRead)),
    };
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A decoder that dies of a file takes that file with it and nothing else.
        let read = tokio::task::spawn_blocking(move || Picture::read(&file, of.side_pixels())).await;
        let read = read.unwrap_or(Err(PictureProblem::NotAPicture));
        let Some(addresses) = pictures.change(of, reading, |album| {
            album.take(name, read);
            album.addresses()
        }) else {
            return;
        };
        if of == For::Welcome {
            app.state::<CustomerLine>().set_pictures(addresses);
        }
        tokio::time::sleep(PAUSE).await;
    }
    pictures.change(of, reading, |album| album.end(problem));
}

/// Answers a window's page with one of the pictures that are for it; nobody else, and nothing else.
pub fn serve(asked: &UriSchemeContext<'_, Wry>, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let pictures = asked.app_handle().state::<Pictures>();
    let found = match asked.webview_label() {
        CUSTOMER => Some(pictures.album(For::Welcome)),
        CASHIER => Some(pictures.album(For::Goods)),
        _ => None,
    };
    let picture = found.as_ref().and_then(|album| album.find(request.uri().path()));
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
