//! The machine's loudspeaker, and the sounds that come with the program.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rodio::{Decoder, DeviceSinkBuilder, DeviceSinkError, MixerDeviceSink, Player};

use super::{Order, Output, Sound};

pub struct Speaker {
    device: MixerDeviceSink,
    is_lost: Arc<AtomicBool>,
    /// What is played now; dropping it ends it.
    playing: Option<Player>,
}

impl Speaker {
    /// The one that the system uses by default.
    pub fn open() -> Result<Self, DeviceSinkError> {
        let is_lost = Arc::new(AtomicBool::new(false));
        let lose = Arc::clone(&is_lost);
        let opened = DeviceSinkBuilder::from_default_device()?.with_error_callback(move |error| {
            if !lose.swap(true, Ordering::Relaxed) {
                tracing::info!(%error, "the sound device is lost");
            }
        });
        let mut device = opened.open_stream()?;
        device.log_on_drop(false);
        Ok(Self { device, is_lost, playing: None })
    }
}

impl Output for Speaker {
    fn play(&mut self, order: Order) {
        let player = Player::connect_new(self.device.mixer());
        player.set_volume(volume(order.volume_percent));
        for file in files(order) {
            match Decoder::new_wav(Cursor::new(*file)) {
                Ok(source) => player.append(source),
                Err(error) => tracing::error!(%error, ?order, "a sound of the program's cannot be read"),
            }
        }
        self.playing = Some(player);
    }

    fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }
}

/// The ear hears by ratios: half of what can be set sounds half as loud, and is a quarter of the swing.
fn volume(percent: u32) -> f32 {
    let part = f32::from(u16::try_from(percent.min(100)).unwrap_or(100)) / 100.0;
    part * part
}

/// One after the other. Mono, 16 bits a sample.
pub(super) fn files(order: Order) -> &'static [&'static [u8]] {
    match order.sound {
        Sound::Scanned => &[include_bytes!("../../sounds/scanned.wav")],
        Sound::Unknown => &[include_bytes!("../../sounds/unknown.wav")],
        Sound::Look => &[include_bytes!("../../sounds/look.wav")],
        Sound::Refused => &[include_bytes!("../../sounds/refused.wav")],
        Sound::Paid if order.spoken => {
            &[include_bytes!("../../sounds/paid.wav"), include_bytes!("../../sounds/paid_spoken.wav")]
        }
        Sound::Paid => &[include_bytes!("../../sounds/paid.wav")],
    }
}
