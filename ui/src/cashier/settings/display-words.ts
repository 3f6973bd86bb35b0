import type { PictureProblem, PicturesView } from "../../shared/backend";
import { foreignText } from "../../shared/foreign-text";
import { m } from "../../shared/paraglide/messages.js";
import type { Tested } from "./displays.svelte";

/** What came of a test of a monitor. */
export function testWords(tested: Tested): string {
  switch (tested.code) {
    case "shown":
      return m.display_testing({ number: tested.number });
    case "not_open":
      return m.error_not_open();
    case "not_plugged_in":
      return m.display_not_plugged_in();
    case "cashier_is_there":
      return m.display_cashier_is_there();
    case "customer_is_paying":
      return m.display_customer_is_paying();
    case "no_answer":
      return m.display_no_answer();
  }
}

/** What was found in the folder. */
export function folderWords(pictures: PicturesView): string {
  if (pictures.problem === "not_there") return m.pictures_not_there();
  if (pictures.problem === "not_read") return m.pictures_not_read();
  const count = { count: pictures.shown };
  return pictures.is_being_read ? m.pictures_being_read(count) : m.pictures_shown(count);
}

/** Which file is not shown, and why. */
export function pictureWords(file: string, problem: PictureProblem): string {
  const why: Record<PictureProblem, () => string> = {
    not_read: m.picture_not_read,
    not_a_picture: m.picture_not_a_picture,
    too_large: m.picture_too_large,
    too_many: m.picture_too_many,
  };
  return m.picture_skipped({ file: foreignText(file), why: why[problem]() });
}
