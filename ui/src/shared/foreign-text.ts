const LONGEST = 160;
// Control characters, and those that turn the writing direction or hide: a gateway's words may hold them.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Somebody else's words, made fit to stand among ours. */
export function foreignText(text: string): string {
  const seen = [...text.replace(UNSEEN, " ").trim()];
  return seen.length > LONGEST ? `${seen.slice(0, LONGEST).join("")}…` : seen.join("");
}
