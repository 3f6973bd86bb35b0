//! Showing text that others wrote: nothing in it may move a cursor or turn a line around.

/// Control characters and the invisible ones that change how their neighbours look.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The text with hidden characters written out (`\u{1b}`), cut after `max_chars` characters of the original.
pub(crate) fn escaped(text: &str, max_chars: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(max_chars));
    for (place, c) in text.chars().enumerate() {
        if place == max_chars {
            shown.push('…');
            break;
        }
        if is_hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_out_what_hides() {
        assert_eq!(escaped("余额\u{1b}[31m<b>\u{202e}x\n", 99), "余额\\u{1b}[31m<b>\\u{202e}x\\u{a}");
        assert_eq!(escaped("余额不足", 2), "余额…");
        assert_eq!(escaped("余额", 2), "余额");
    }
}
