//! Key events as a scanner or a hand sends them, from one connection that stays open.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use x11rb::{
    connection::Connection as _,
    protocol::{
        xproto::{ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT},
        xtest::ConnectionExt as _,
    },
};

use crate::display::Display;

/// A key that is more than a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Enter,
    Escape,
    Delete,
    Up,
    Down,
    F(u8),
    KeypadPlus,
    Control(char),
}

/// How fast keys follow one another.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub per_key: Duration,
}

/// A common scanner: 2 ms a key.
pub const SCANNER: Pace = Pace { per_key: Duration::from_millis(2) };
/// The fastest scanner: 1 ms a key.
pub const FAST_SCANNER: Pace = Pace { per_key: Duration::from_millis(1) };
/// A brisk typist: 8 keys a second.
pub const HAND: Pace = Pace { per_key: Duration::from_millis(120) };

const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;
const ENTER: u32 = 0xff0d;

/// The display's keyboard.
pub struct Keyboard {
    display: Arc<Display>,
    keys: HashMap<u32, Stroke>,
}

#[derive(Clone, Copy)]
struct Stroke {
    code: u8,
    shifted: bool,
}

impl Keyboard {
    pub fn new(display: Arc<Display>) -> Result<Self> {
        let setup = display.connection().setup();
        let first = setup.min_keycode;
        let count = setup.max_keycode - first + 1;
        let mapping = display.connection().get_keyboard_mapping(first, count)?.reply()?;
        let mut keys = HashMap::new();
        for (code, symbols) in
            (first..=setup.max_keycode).zip(mapping.keysyms.chunks(mapping.keysyms_per_keycode.into()))
        {
            for (column, symbol) in symbols.iter().take(2).enumerate() {
                keys.entry(*symbol).or_insert(Stroke { code, shifted: column == 1 });
            }
        }
        Ok(Self { display, keys })
    }

    /// The characters of `code` and Enter, and waits until the last key is up.
    pub fn scan(&self, code: &str, pace: Pace) -> Result<()> {
        self.queue(code, pace)?;
        self.stroke(ENTER, pace)?;
        self.wait()
    }

    /// Characters, and nothing after them.
    pub fn write(&self, text: &str, pace: Pace) -> Result<()> {
        self.queue(text, pace)?;
        self.wait()
    }

    /// One key by hand; the hand needs its time before it presses another.
    pub fn press(&self, key: Key) -> Result<()> {
        let control = matches!(key, Key::Control(_));
        if control {
            self.send(KEY_PRESS_EVENT, self.find(CONTROL)?.code, Duration::ZERO)?;
        }
        self.stroke(symbol(key), HAND)?;
        if control {
            self.send(KEY_RELEASE_EVENT, self.find(CONTROL)?.code, Duration::ZERO)?;
        }
        self.wait()
    }

    fn queue(&self, text: &str, pace: Pace) -> Result<()> {
        text.chars().try_for_each(|character| self.stroke(character.into(), pace))
    }

    fn stroke(&self, symbol: u32, pace: Pace) -> Result<()> {
        let stroke = self.find(symbol)?;
        let shift = self.find(SHIFT)?.code;
        if stroke.shifted {
            self.send(KEY_PRESS_EVENT, shift, Duration::ZERO)?;
        }
        self.send(KEY_PRESS_EVENT, stroke.code, pace.per_key)?;
        self.send(KEY_RELEASE_EVENT, stroke.code, Duration::ZERO)?;
        if stroke.shifted {
            self.send(KEY_RELEASE_EVENT, shift, Duration::ZERO)?;
        }
        Ok(())
    }

    /// The server itself waits before each key: a sender that a busy machine holds up in the middle of a code would
    /// be no scanner.
    fn send(&self, event: u8, code: u8, before: Duration) -> Result<()> {
        let connection = self.display.connection();
        let before_ms = u32::try_from(before.as_millis())?;
        connection.xtest_fake_input(event, code, before_ms, self.display.root(), 0, 0, 0)?;
        Ok(())
    }

    /// Requests are answered in their order, so that the answer to this one comes after the last key.
    fn wait(&self) -> Result<()> {
        self.display.connection().get_input_focus()?.reply()?;
        Ok(())
    }

    fn find(&self, symbol: u32) -> Result<Stroke> {
        self.keys.get(&symbol).copied().with_context(|| format!("this keyboard has no key {symbol:#x}"))
    }
}

fn symbol(key: Key) -> u32 {
    match key {
        Key::Enter => ENTER,
        Key::Escape => 0xff1b,
        Key::Delete => 0xffff,
        Key::Up => 0xff52,
        Key::Down => 0xff54,
        Key::F(number) => 0xffbd + u32::from(number),
        Key::KeypadPlus => 0xffab,
        Key::Control(character) => character.into(),
    }
}
