//! What was read of one folder, within bounds.

use std::path::PathBuf;

use super::reading::Picture;
use super::{For, SCHEME};
use crate::ipc::dto::{FolderProblem, GoodsPicture, PictureProblem, PicturesView, SkippedPicture};

/// A round of so many takes three minutes.
const WELCOMES_MAX: usize = 20;
/// What all of them may take up in memory.
const WELCOME_BYTES_MAX: usize = 32 << 20;
/// One for every quick key, and for goods and categories beside them.
const OF_GOODS_MAX: usize = 200;
const OF_GOODS_BYTES_MAX: usize = 4 << 20;
/// So many files that are no pictures are told of.
const SKIPPED_SHOWN: usize = 20;
/// A picture's longer side once it is made smaller: a full HD screen's.
const WELCOME_SIDE_PIXELS_MAX: u32 = 1_920;
/// A key shows it at half of this, or at all of it where letters and screens are large.
const OF_GOODS_SIDE_PIXELS_MAX: u32 = 96;

pub struct Album {
    of: For,
    pub folder: Option<PathBuf>,
    /// Which reading of a folder this is: a later one takes the place of an earlier.
    pub reading: u32,
    is_being_read: bool,
    problem: Option<FolderProblem>,
    /// Each with the name of its file.
    pictures: Vec<(String, Picture)>,
    skipped: Vec<SkippedPicture>,
}

impl For {
    pub fn side_pixels(self) -> u32 {
        match self {
            Self::Welcome => WELCOME_SIDE_PIXELS_MAX,
            Self::Goods => OF_GOODS_SIDE_PIXELS_MAX,
        }
    }

    /// Two albums' addresses differ, whoever may keep what lies there.
    fn name(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Goods => "goods",
        }
    }

    /// How many, and how many bytes of all.
    fn at_most(self) -> (usize, usize) {
        match self {
            Self::Welcome => (WELCOMES_MAX, WELCOME_BYTES_MAX),
            Self::Goods => (OF_GOODS_MAX, OF_GOODS_BYTES_MAX),
        }
    }
}

impl Album {
    pub fn empty(of: For) -> Self {
        Self {
            of,
            folder: None,
            reading: 0,
            is_being_read: false,
            problem: None,
            pictures: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Forgets all that was read; gives the number of the reading that begins.
    pub fn begin(&mut self, folder: Option<PathBuf>) -> u32 {
        let reading = self.reading.wrapping_add(1);
        *self = Self { is_being_read: folder.is_some(), folder, reading, ..Self::empty(self.of) };
        reading
    }

    pub fn end(&mut self, problem: Option<FolderProblem>) {
        self.is_being_read = false;
        self.problem = problem;
        if let Some(problem) = problem {
            tracing::warn!(?problem, of = ?self.of, "the folder of pictures is not read");
        }
    }

    pub fn view(&self) -> PicturesView {
        PicturesView {
            is_being_read: self.is_being_read,
            shown: u32::try_from(self.pictures.len()).unwrap_or(u32::MAX),
            problem: self.problem,
            skipped: self.skipped.clone(),
        }
    }

    /// Keeps what was read of a file, or why nothing was.
    pub fn take(&mut self, file: String, read: Result<Picture, PictureProblem>) {
        let (pictures_max, bytes_max) = self.of.at_most();
        let held: usize = self.pictures.iter().map(|(_, picture)| picture.bytes.len()).sum();
        let problem = match read {
            Ok(picture) if self.pictures.len() < pictures_max && held + picture.bytes.len() <= bytes_max => {
                self.pictures.push((file, picture));
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

    pub fn addresses(&self) -> Vec<String> {
        let host = if cfg!(windows) {
            format!("http://{SCHEME}.localhost")
        } else {
            format!("{SCHEME}://localhost")
        };
        let place = format!("{host}/{}/{}", self.of.name(), self.reading);
        (0..self.pictures.len()).map(|at| format!("{place}/{at}")).collect()
    }

    pub fn named(&self) -> Vec<GoodsPicture> {
        let names = self.pictures.iter().map(|(name, _)| name.clone());
        names.zip(self.addresses()).map(|(name, address)| GoodsPicture { name, address }).collect()
    }

    pub fn find(&self, path: &str) -> Option<&Picture> {
        let path = path.strip_prefix('/')?.strip_prefix(self.of.name())?;
        let (reading, at) = path.strip_prefix('/')?.split_once('/')?;
        let at: usize = at.parse().ok()?;
        let (_, picture) = (reading.parse() == Ok(self.reading)).then(|| self.pictures.get(at))??;
        Some(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(bytes: usize) -> Picture {
        Picture { kind: "image/png", bytes: vec![0; bytes].into() }
    }

    #[test]
    fn so_many_are_kept_and_no_more() {
        for of in [For::Welcome, For::Goods] {
            let (pictures_max, bytes_max) = of.at_most();
            let mut album = Album::empty(of);
            for at in 0..pictures_max + SKIPPED_SHOWN + 5 {
                album.take(at.to_string(), Ok(picture(1)));
            }
            assert_eq!((album.pictures.len(), album.skipped.len()), (pictures_max, SKIPPED_SHOWN));
            assert_eq!(album.skipped[0].problem, PictureProblem::TooMany);

            let mut album = Album::empty(of);
            album.take("large".to_owned(), Ok(picture(bytes_max)));
            album.take("one byte more".to_owned(), Ok(picture(1)));
            assert_eq!(album.pictures.len(), 1);
            assert_eq!(album.skipped[0].file, "one byte more");
        }
    }

    #[test]
    fn an_address_leads_to_its_picture_until_the_folder_is_read_again() {
        let mut album = Album { reading: 7, ..Album::empty(For::Goods) };
        album.take("a.jpg".to_owned(), Ok(picture(3)));
        album.take("b.jpg".to_owned(), Err(PictureProblem::NotAPicture));
        album.take("c.jpg".to_owned(), Ok(picture(4)));
        let path = |address: &str| format!("/{}", address.split("localhost/").nth(1).unwrap());
        let found = album.named();
        let sizes: Vec<_> = found
            .iter()
            .map(|named| (named.name.as_str(), album.find(&path(&named.address)).unwrap().bytes.len()))
            .collect();
        assert_eq!(sizes, [("a.jpg", 3), ("c.jpg", 4)]);
        for wrong in
            ["", "/", "/goods/7", "/goods/7/2", "/goods/7/-1", "/goods/8/0", "/goods/7/0/", "/../etc"]
        {
            assert!(album.find(wrong).is_none(), "{wrong}");
        }
        assert!(album.find("/welcome/7/0").is_none() && album.find("goods/7/0").is_none());
        assert!(album.find("/goods/7/0").is_some());
        album.begin(None);
        assert!(album.find("/goods/7/0").is_none());
    }
}
