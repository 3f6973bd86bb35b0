/** What a key can mean. */
export type Action =
  | "help"
  | "quantity"
  | "price"
  | "discount"
  | "note"
  | "remove"
  | "clear"
  | "undo"
  | "redo"
  | "hold"
  | "resume"
  | "receipts"
  | "settings"
  | "lock"
  | "charge"
  | "code"
  | "cash"
  | "entry"
  | "quick_keys"
  | "mute"
  | "ask_now"
  | "back"
  | "up"
  | "down";

export interface KeyPress {
  key: string;
  code: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
  meta: boolean;
}

export interface Place {
  dialogOpen: boolean;
  /** Receipts or settings are in the place of the goods. */
  goodsHidden: boolean;
  /** A payment is open: the cart cannot be changed. */
  locked: boolean;
  /** There is a payment that can be asked about. */
  canAsk: boolean;
  /** A text field holds text, so that editing keys are its own. */
  editing: boolean;
}

/** The keys as they are written on the buttons. They are called the same in every language. */
export const KEY_NAMES = {
  help: "F1",
  quantity: "F2",
  ask_now: "F2",
  price: "F3",
  discount: "F4",
  note: "Ctrl+M",
  hold: "F5",
  resume: "F6",
  receipts: "F7",
  settings: "F10",
  lock: "Ctrl+L",
  charge: "F12",
  code: "F11",
  cash: "F9",
  remove: "Del",
  clear: "Ctrl+Del",
  undo: "Ctrl+Z",
  redo: "Ctrl+Y",
  entry: "/",
  quick_keys: "Ctrl+K",
  mute: "Ctrl+S",
  back: "Esc",
  move: "↑ ↓",
  enter: "Enter",
} as const;

/** What a key means where it was pressed; nothing when it is no key of the till's. */
export function actionOf(press: KeyPress, place: Place): Action | null {
  if (press.alt || press.meta) return null;
  // Also while something is typed: what is found by it can be given a key.
  if (press.ctrl && !press.shift && press.code === "KeyK")
    return place.dialogOpen || place.goodsHidden ? null : "quick_keys";
  if (press.ctrl && !press.shift && press.code === "KeyS") return "mute";
  if (press.ctrl && !press.shift && press.code === "KeyL") return "lock";
  if (press.ctrl) return place.dialogOpen || place.editing ? null : (undoKey(press) ?? editKey(press, place));
  if (press.key === "Escape") return "back";
  if (place.dialogOpen) return null;
  return functionKey(press, place) ?? (place.goodsHidden ? null : cartKey(press, place));
}

function undoKey(press: KeyPress): Action | null {
  if (press.code === "KeyZ") return press.shift ? "redo" : "undo";
  return press.code === "KeyY" && !press.shift ? "redo" : null;
}

function editKey(press: KeyPress, place: Place): Action | null {
  if (press.shift || isCartClosed(place)) return null;
  if (press.code === "KeyM") return "note";
  return press.key === "Delete" ? "clear" : null;
}

function functionKey(press: KeyPress, place: Place): Action | null {
  if (press.shift) return null;
  switch (press.key) {
    case "F1":
      return "help";
    case "F2":
      return place.canAsk ? "ask_now" : isCartClosed(place) ? null : "quantity";
    case "F3":
      return isCartClosed(place) ? null : "price";
    case "F4":
      return isCartClosed(place) ? null : "discount";
    case "F5":
      return isCartClosed(place) ? null : "hold";
    case "F6":
      return isCartClosed(place) ? null : "resume";
    case "F7":
      return "receipts";
    case "F10":
      return "settings";
    case "F9":
      return isCartClosed(place) ? null : "cash";
    case "F11":
      return isCartClosed(place) ? null : "code";
    case "F12":
      return "charge";
    default:
      return press.code === "NumpadAdd" && !place.editing ? "charge" : null;
  }
}

function cartKey(press: KeyPress, place: Place): Action | null {
  switch (press.key) {
    case "ArrowUp":
      return "up";
    case "ArrowDown":
      return "down";
    case "Delete":
      return place.editing ? null : "remove";
    case "/":
      return place.editing ? null : "entry";
    default:
      return null;
  }
}

function isCartClosed(place: Place): boolean {
  return place.locked || place.goodsHidden;
}
