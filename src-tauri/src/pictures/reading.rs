//! Reading one picture's file into what its place needs.

use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use crate::ipc::dto::{FolderProblem, PictureProblem};

/// Files of a folder that are looked at, in the order of their names.
const FILES_MAX: usize = 200;
const FILE_BYTES_MAX: u64 = 32 << 20;
const SIDE_PIXELS_MAX: u32 = 12_000;
/// What decoding one may take.
const DECODED_BYTES_MAX: u64 = 256 << 20;
const JPEG_QUALITY: u8 = 85;

/// One picture, ready for the page.
pub struct Picture {
    pub kind: &'static str,
    pub bytes: Arc<[u8]>,
}

/// The files of a folder that are called pictures.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, FolderProblem> {
    let found = fs::read_dir(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => FolderProblem::NotThere,
        _ => FolderProblem::NotRead,
    })?;
    let mut files: Vec<PathBuf> =
        found.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_called_a_picture(path)).collect();
    files.sort();
    files.truncate(FILES_MAX);
    Ok(files)
}

fn is_called_a_picture(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    matches!(ending.as_str(), "jpg" | "jpeg" | "png" | "webp")
}

impl Picture {
    /// Made smaller where its longer side has more pixels than that.
    pub fn read(file: &Path, side_pixels: u32) -> Result<Self, PictureProblem> {
        let image = decode(&bytes_of(file)?)?;
        let is_large = image.width().max(image.height()) > side_pixels;
        let image =
            if is_large { image.resize(side_pixels, side_pixels, FilterType::Triangle) } else { image };
        encode(&image).map_err(|_| PictureProblem::NotAPicture)
    }
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, PictureProblem> {
    // A pipe would never end, and opening one may already wait.
    if !fs::metadata(file).is_ok_and(|found| found.is_file()) {
        return Err(PictureProblem::NotRead);
    }
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(|_| PictureProblem::NotRead)?;
    opened.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|_| PictureProblem::NotRead)?;
    if bytes.len() as u64 > FILE_BYTES_MAX { Err(PictureProblem::TooLarge) } else { Ok(bytes) }
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureProblem> {
    let format = image::guess_format(bytes).map_err(|_| PictureProblem::NotAPicture)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(PictureProblem::NotAPicture);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PIXELS_MAX);
    limits.max_image_height = Some(SIDE_PIXELS_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| problem(&error))?;
    if decoder.total_bytes() > DECODED_BYTES_MAX {
        return Err(PictureProblem::TooLarge);
    }
    // A telephone writes how it was held beside the picture.
    let orientation = decoder.orientation();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| problem(&error))?;
    if let Ok(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(image)
}

fn problem(error: &ImageError) -> PictureProblem {
    match error {
        ImageError::Limits(_) => PictureProblem::TooLarge,
        _ => PictureProblem::NotAPicture,
    }
}

/// As PNG where something shines through, which JPEG cannot keep.
fn encode(image: &DynamicImage) -> Result<Picture, ImageError> {
    let mut bytes = Vec::new();
    if image.color().has_alpha() {
        let image = DynamicImage::from(image.to_rgba8());
        image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
        return Ok(Picture { kind: "image/png", bytes: bytes.into() });
    }
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&image.to_rgb8())?;
    Ok(Picture { kind: "image/jpeg", bytes: bytes.into() })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, RgbaImage};

    use super::*;

    fn saved(folder: &Path, name: &str, image: &DynamicImage) -> PathBuf {
        let path = folder.join(name);
        image.save(&path).unwrap();
        path
    }

    #[test]
    fn each_kind_is_read_and_a_large_one_made_smaller() {
        let folder = tempfile::tempdir().unwrap();
        let large = DynamicImage::from(RgbImage::from_pixel(2_400, 1_200, Rgb([200, 30, 30])));
        let clear = DynamicImage::from(RgbaImage::new(40, 30));
        let cases = [
            ("a.jpg", &large, (1_920, 960), "image/jpeg"),
            ("b.png", &clear, (40, 30), "image/png"),
            ("c.webp", &clear, (40, 30), "image/png"),
        ];
        for (name, image, size, kind) in cases {
            let picture = Picture::read(&saved(folder.path(), name, image), 1_920)
                .map_err(|p| format!("{name}: {p:?}"))
                .unwrap();
            let read = image::load_from_memory(&picture.bytes).unwrap();
            assert_eq!(((read.width(), read.height()), picture.kind), (size, kind), "{name}");
        }
        let small = Picture::read(&folder.path().join("a.jpg"), 96).map_err(|p| format!("{p:?}")).unwrap();
        let read = image::load_from_memory(&small.bytes).unwrap();
        assert_eq!((read.width(), read.height()), (96, 48));
        let names: Vec<_> = files(folder.path()).unwrap();
        assert_eq!(names.len(), 3);
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            Picture::read(&path, 96).err()
        };
        let mut whole = Vec::new();
        let small = DynamicImage::from(RgbImage::new(64, 64));
        small.write_to(&mut Cursor::new(&mut whole), ImageFormat::Png).unwrap();
        assert_eq!(read("whole.jpg", &whole), None, "its bytes say what it is");
        assert_eq!(read("half.png", &whole[..whole.len() / 2]), Some(PictureProblem::NotAPicture));
        assert_eq!(read("empty.png", b""), Some(PictureProblem::NotAPicture));
        assert_eq!(
            read("text.webp", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            Some(PictureProblem::NotAPicture)
        );
        // The width in its head: one more than is allowed.
        whole[16..20].copy_from_slice(&(SIDE_PIXELS_MAX + 1).to_be_bytes());
        assert_ne!(read("wide.png", &whole), None);
        let sparse = folder.path().join("sparse.png");
        File::create(&sparse).unwrap().set_len(FILE_BYTES_MAX + 1).unwrap();
        assert_eq!(Picture::read(&sparse, 96).err(), Some(PictureProblem::TooLarge));
        assert_eq!(Picture::read(folder.path(), 96).err(), Some(PictureProblem::NotRead));
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_from_one_without_pictures() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.txt"), "x").unwrap();
        assert_eq!(files(folder.path()), Ok(Vec::new()));
        assert_eq!(files(&folder.path().join("gone")), Err(FolderProblem::NotThere));
        assert_eq!(files(&folder.path().join("notes.txt")), Err(FolderProblem::NotRead));
    }
}
