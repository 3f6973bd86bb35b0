import type { Act, CashierRow, StaffView } from "../../shared/backend";
import { till } from "../../shared/backend/cashier";
import { problemOf } from "../outbox";

/** How often the till is told that somebody is there. */
const STIR_MS = 20_000;

/** Who is at the till, as the till says: it decides, and this page shows. */
export class Staff {
  view = $state.raw<StaffView | null>(null);
  /** Scans that came while the till was locked and were not taken. */
  missedScans = $state(0);
  /** Who was here last is offered first. */
  lastId = $state<string | null>(null);
  #stirredAt = -STIR_MS;

  get isLocked(): boolean {
    return this.view !== null && this.view.has_cashiers && this.view.who === null;
  }

  /** Somebody whose name is known; in a till without cashiers, nobody. */
  get who(): CashierRow | null {
    return this.view?.who ?? null;
  }

  may(act: Act): boolean {
    return this.view?.has_cashiers !== true || (this.who?.may.includes(act) ?? false);
  }

  /** Says whether the till has just been locked. */
  accept(view: StaffView): boolean {
    const was = this.isLocked;
    this.view = view;
    if (view.who !== null) this.lastId = view.who.id;
    if (was !== this.isLocked) this.missedScans = 0;
    return !was && this.isLocked;
  }

  /** Keeps the till from locking itself while somebody types or points. */
  stir(): void {
    if (this.who === null) return;
    const now = performance.now();
    if (now - this.#stirredAt < STIR_MS) return;
    this.#stirredAt = now;
    void problemOf(() => till.stir());
  }
}
