/** How long an input method may still write after it was told to stop. */
const LATE_INPUT_MS = 150;

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** The text field the keys go to now, if any. */
export function focusedField(): TextField | null {
  const element = document.activeElement;
  const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  return isField && !element.readOnly && !element.disabled ? element : null;
}

/** Puts characters where the caret is, as typing would. */
export function typeInto(field: TextField, text: string): void {
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A text field as it was before a key that may be a scan's first. */
export class FieldMemory {
  readonly #field: TextField;
  readonly #value: string;
  readonly #start: number | null;
  readonly #end: number | null;
  readonly #hadFocus: boolean;

  constructor(field: TextField) {
    this.#field = field;
    this.#value = field.value;
    this.#start = field.selectionStart;
    this.#end = field.selectionEnd;
    this.#hadFocus = document.activeElement === field;
  }

  /** Takes out what a scan left in the field, also what an input method has not handed over yet. */
  restore(composing: boolean): void {
    if (composing) this.#guard();
    if (composing || !this.#hadFocus) this.#field.blur();
    this.#write();
    if (composing && this.#hadFocus) this.#field.focus();
    if (this.#hadFocus) this.#field.setSelectionRange(this.#start, this.#end);
  }

  #write(): void {
    if (this.#field.value === this.#value) return;
    this.#field.value = this.#value;
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #guard(): void {
    const again = (event: Event) => {
      if (event.target === this.#field && this.#field.value !== this.#value) this.#write();
    };
    window.addEventListener("input", again, true);
    window.setTimeout(() => window.removeEventListener("input", again, true), LATE_INPUT_MS);
  }
}
