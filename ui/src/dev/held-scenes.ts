import { dayText } from "../shared/clock";
import type { HeldCartView } from "../shared/backend";

const today = dayText(new Date());

function held(changes: Partial<HeldCartView>): HeldCartView {
  return {
    id: 1,
    name: "1",
    given_back_as: null,
    day: today,
    time: "14:02:11",
    pieces: 3,
    unknown_count: 0,
    total_fen: 1200,
    last: "可口可乐 300ml",
    ...changes,
  };
}

/** Carts that wait: numbered, named, given back by a sale, of another day, and one of an older program. */
export const HELD_CARTS: HeldCartView[] = [
  held({ id: 4, name: null, given_back_as: "closed", time: "13:51:40", pieces: 6, total_fen: 4643 }),
  held({ id: 9 }),
  held({ id: 11, name: "穿红衣服的李姐", pieces: 21, unknown_count: 1, total_fen: 128460 }),
  held({ id: 12, name: "2", day: "2026-11-21", last: null, pieces: 0, total_fen: 0 }),
  held({ id: 13, name: null, day: null, time: null }),
];
