/** A key going down, as `ScanReader` reads it. */
export interface Key {
  /** `event.timeStamp`, in milliseconds. */
  at: number;
  key: string;
  code: string;
  shift: boolean;
  capsLock: boolean;
  ctrl: boolean;
  alt: boolean;
  meta: boolean;
  /** The key goes to an input method, so that `key` does not say what it is. */
  composing: boolean;
  /** The system repeats a key that is held down. */
  repeat: boolean;
  /** The focus is in a text field. */
  editable: boolean;
}

const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock"]);
const TERMINATORS = new Set(["Enter", "NumpadEnter", "Tab"]);

const SHIFTED_DIGITS = ")!@#$%^&*(";
const SIGNS: Record<string, string> = {
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Backquote: "`~",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  Space: "  ",
  NumpadAdd: "++",
  NumpadSubtract: "--",
  NumpadMultiply: "**",
  NumpadDivide: "//",
  NumpadDecimal: "..",
};

export function isModifier(key: Key): boolean {
  return MODIFIERS.has(key.key);
}

export function isTerminator(key: Key): boolean {
  if (key.shift || key.ctrl || key.alt || key.meta) return false;
  return TERMINATORS.has(key.key) || (key.composing && TERMINATORS.has(key.code));
}

/** The printable ASCII character of a key, or nothing. An input method's keys are read by their place. */
export function characterOf(key: Key): string | undefined {
  if (key.ctrl || key.alt || key.meta) return undefined;
  if (!key.composing && /^[ -~]$/.test(key.key)) return key.key;
  // Named keys such as F2; a composed or full-width character is longer than one byte, or nameless.
  if (!key.composing && /^[A-Z][A-Za-z0-9]+$/.test(key.key)) return undefined;
  return characterAt(key);
}

function characterAt(key: Key): string | undefined {
  const letter = /^Key([A-Z])$/.exec(key.code)?.[1];
  if (letter !== undefined) return key.shift === key.capsLock ? letter.toLowerCase() : letter;
  const digit = /^(Digit|Numpad)(\d)$/.exec(key.code);
  if (digit) return key.shift && digit[1] === "Digit" ? SHIFTED_DIGITS[Number(digit[2])] : digit[2];
  return SIGNS[key.code]?.[key.shift ? 1 : 0];
}
