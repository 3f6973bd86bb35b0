import { till } from "../shared/backend/cashier";
import type { GoodsPicture, GoodsPicturesView } from "../shared/backend";

const POLL_MS = 1000;

/** The pictures that goods may have. Rust makes them small; here are only their names and addresses. */
export class QuickPictures {
  view = $state.raw<GoodsPicturesView | null>(null);
  #isReading = false;

  get all(): readonly GoodsPicture[] {
    return this.view?.pictures ?? [];
  }

  /** Until all of the folder is there, which may take a while. */
  async read(again = false): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    this.view = await viewOf(again);
    while (this.view?.folder.is_being_read) {
      await new Promise((after) => setTimeout(after, POLL_MS));
      this.view = await viewOf(false);
    }
    this.#isReading = false;
  }

  /** The address of the picture that was chosen or, without one, of that called by one of these names. */
  of(chosen: string | null, ...names: string[]): string | null {
    const found =
      this.all.find(({ name }) => name === chosen) ?? this.all.find(({ name }) => names.includes(stem(name)));
    return found?.address ?? null;
  }
}

function stem(name: string): string {
  return name.replace(/\.[^.]+$/, "");
}

async function viewOf(again: boolean): Promise<GoodsPicturesView | null> {
  try {
    const answer = await till.goodsPictures(again);
    return answer.status === "ok" ? answer.data : null;
  } catch {
    return null;
  }
}
