import * as messages from "../shared/paraglide/messages/_index.js";

// In the place of the messages where a plain browser shows the pages: `?lang=longer`, or asking to speak so, makes all of
// them longer, with marks above and below, so that what does not fit is seen before anybody translates.

let isLonger = new URLSearchParams(location.search).get("lang") === "longer";
// Before anybody draws the words anew.
window.addEventListener("speak", (event) => {
  isLonger = (event as CustomEvent<string>).detail === "longer";
});

const MARKED: Record<string, string> = {
  a: "áà",
  e: "éè",
  i: "îí",
  o: "ôö",
  u: "ùü",
  y: "ÿ",
  A: "Ä",
  E: "Ê",
};
const HOW_MUCH_LONGER = 1.4;

/** The text with its vowels doubled and marked, and as much at its end as makes it longer by two fifths. */
export function longer(text: string): string {
  const marked = text.replace(/[aeiouyAE]/g, (letter) => MARKED[letter] ?? letter);
  const missing = Math.ceil(text.length * HOW_MUCH_LONGER) - marked.length;
  return missing > 0 ? marked + "ģ".repeat(missing) : marked;
}

type Message = (...inputs: unknown[]) => string;

function lengthened(all: Record<string, Message>): Record<string, Message> {
  const entries = Object.entries(all);
  return Object.fromEntries(
    entries.map(([key, say]) => [
      key,
      (...inputs: unknown[]) => (isLonger ? longer(say(...inputs)) : say(...inputs)),
    ]),
  );
}

export const m = lengthened(messages as unknown as Record<string, Message>) as unknown as typeof messages;
