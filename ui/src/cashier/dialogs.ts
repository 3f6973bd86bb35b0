import type { Act, HeldCartView, LineView } from "../shared/backend";

export type Dialog =
  | { kind: "quantity" | "weight"; line: LineView }
  | { kind: "price"; line: LineView }
  /** Of the order where there is no line. */
  | { kind: "discount" | "note"; line: LineView | null }
  | { kind: "waiters" }
  | { kind: "help" }
  | { kind: "hold" }
  | { kind: "held" }
  | { kind: "confirm_drop"; cart: HeldCartView; name: string }
  | { kind: "cash" }
  | { kind: "confirm_cancel" }
  | { kind: "confirm_reverse"; orderId: string; amountFen: number }
  | { kind: "confirm_quit" }
  | { kind: "approval"; act: Act; number: number }
  | { kind: "refund"; orderId: string; leftFen: number }
  /** `pass_list` is about no single order. */
  | { kind: "word"; about: WordAbout; orderId: string };

/** What somebody decides by name and reason. */
export type WordAbout = "write_off" | "settle_refund" | "drop_refund" | "drop_doubtful_refund" | "pass_list";
