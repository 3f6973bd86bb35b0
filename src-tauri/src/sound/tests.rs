use std::cell::{Cell, RefCell};

use super::*;

const LOUD: Loudness = Loudness { volume_percent: 70, muted: false, spoken_paid: false };
const BEEP: Order = Order { sound: Sound::Scanned, volume_percent: 70, spoken: false };

/// Writes down what it would play, and is lost after so many.
struct Notebook<'a> {
    played: &'a RefCell<Vec<Sound>>,
    lasts: usize,
    meanwhile: Option<SyncSender<Order>>,
}

impl Output for Notebook<'_> {
    fn play(&mut self, order: Order) {
        self.played.borrow_mut().push(order.sound);
        self.lasts -= 1;
        if let Some(line) = self.meanwhile.take() {
            (0..2).for_each(|_| line.send(order).unwrap());
        }
    }

    fn is_lost(&self) -> bool {
        self.lasts == 0
    }
}

fn orders(sounds: &[Sound]) -> Receiver<Order> {
    let (line, orders) = sync_channel(sounds.len());
    sounds.iter().for_each(|sound| line.send(Order { sound: *sound, ..BEEP }).unwrap());
    orders
}

#[test]
fn silence_is_silent() {
    assert_eq!(order(Sound::Paid, LOUD), Some(Order { sound: Sound::Paid, ..BEEP }));
    assert_eq!(order(Sound::Paid, Loudness { muted: true, ..LOUD }), None);
    assert_eq!(order(Sound::Paid, Loudness { volume_percent: 0, ..LOUD }), None);
}

#[test]
fn a_till_that_makes_no_sound_has_no_thread_for_it() {
    let sounds = Sounds::default();
    sounds.set(Loudness { muted: true, ..LOUD });
    sounds.play(Sound::Refused);
    assert!(sounds.is_muted() && sounds.0.line.get().is_none());
}

#[test]
fn whoever_asks_for_a_sound_never_waits() {
    let (line, orders) = sync_channel(1);
    let sounds = Sounds::default();
    sounds.set(LOUD);
    sounds.0.line.set(line).unwrap();
    (0..1_000).for_each(|_| sounds.play(Sound::Scanned));
    assert_eq!(orders.try_iter().count(), 1, "what nobody plays is dropped");
}

#[test]
fn what_waited_for_the_device_is_not_heard_late() {
    let played = RefCell::new(Vec::new());
    let open = || Ok::<_, String>(Notebook { played: &played, lasts: 9, meanwhile: None });
    play_all(&orders(&[Sound::Scanned, Sound::Scanned, Sound::Paid]), open, |_| {});
    assert_eq!(*played.borrow(), [Sound::Paid]);
}

#[test]
fn a_lost_device_is_opened_anew() {
    let (played, opened) = (RefCell::new(Vec::new()), Cell::new(0));
    let (line, orders) = sync_channel(4);
    line.send(BEEP).unwrap();
    let line = RefCell::new(Some(line));
    let open = || {
        opened.set(opened.get() + 1);
        // Two more scans while the first sound is played: the one that finds the device gone is not heard.
        Ok::<_, String>(Notebook { played: &played, lasts: 1, meanwhile: line.borrow_mut().take() })
    };
    play_all(&orders, open, |_| {});
    assert_eq!((opened.get(), played.borrow().len()), (2, 2));
}

#[test]
fn no_device_is_silence() {
    let waits = RefCell::new(Vec::new());
    let nothing = || Err::<Notebook<'_>, _>("no such device");
    play_all(&orders(&[Sound::Scanned, Sound::Paid, Sound::Look]), nothing, |time| {
        waits.borrow_mut().push(time);
    });
    assert_eq!(*waits.borrow(), [LOOK_AGAIN], "the rest is dropped, and not heard a minute late");
}

#[test]
fn every_sound_is_there_and_small_and_no_other() {
    const ALL: [Sound; 5] = [Sound::Scanned, Sound::Unknown, Sound::Look, Sound::Refused, Sound::Paid];
    const MOST_BYTES: usize = 40 * 1_024;
    let mut known: Vec<&[u8]> = Vec::new();
    for (sound, spoken) in ALL.map(|sound| (sound, false)).into_iter().chain([(Sound::Paid, true)]) {
        let files = device::files(Order { sound, spoken, ..BEEP });
        assert_eq!(files.len(), 1 + usize::from(spoken));
        for file in files {
            assert!(file.len() < MOST_BYTES, "{sound:?}");
            let decoded = rodio::Decoder::new_wav(std::io::Cursor::new(*file)).unwrap();
            assert!(decoded.count() > 1_000, "{sound:?} can be heard");
        }
        assert!(spoken || !known.contains(&files[0]), "{sound:?} sounds like another");
        known.push(files[0]);
    }
}
