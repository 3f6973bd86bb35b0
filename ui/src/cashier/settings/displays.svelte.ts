import { till } from "../../shared/backend/cashier";
import type { DisplaysView, DisplayTestRefusal, MonitorView } from "../../shared/backend";

/** Monitors come and go, and a folder of pictures takes a while to read. */
const PACE_MS = 2000;
/** As long as a monitor shows its number. */
const SHOWN_MS = 5000;

/** What was said to a test: the monitor that shows its number, or why none does. */
export type Tested = { code: "shown"; number: number } | DisplayTestRefusal | { code: "no_answer" };

/** The monitors as they are now, for as long as somebody looks. */
export class Displays {
  view = $state.raw<DisplaysView | null>(null);
  tested = $state.raw<Tested | null>(null);
  isSilent = $state(false);
  #shown = 0;

  /** Reads them now and again until the returned function is called. */
  watch(): () => void {
    void this.read();
    const looking = setInterval(() => void this.read(), PACE_MS);
    return () => {
      clearInterval(looking);
      clearTimeout(this.#shown);
    };
  }

  async read(): Promise<void> {
    try {
      const answer = await till.displays();
      if (answer.status === "ok") this.view = answer.data;
      this.isSilent = answer.status !== "ok";
    } catch {
      this.isSilent = true;
    }
  }

  async test(monitor: MonitorView): Promise<void> {
    clearTimeout(this.#shown);
    try {
      const answer = await till.testDisplay(monitor.id);
      this.tested = answer.status === "ok" ? { code: "shown", number: monitor.number } : answer.error;
      if (answer.status === "ok") this.#shown = window.setTimeout(() => (this.tested = null), SHOWN_MS);
    } catch {
      this.tested = { code: "no_answer" };
    }
  }

  async readPictures(): Promise<void> {
    try {
      await till.readPictures();
    } catch {
      this.isSilent = true;
    }
    await this.read();
  }
}
