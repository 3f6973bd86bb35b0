import { till } from "../../shared/backend/cashier";
import type {
  ExportView,
  FolderView,
  GoodsColumn,
  GoodsPreview,
  GoodsRefusal,
  ImportView,
} from "../../shared/backend";
import { m } from "../../shared/paraglide/messages.js";
import type { Notices } from "../notices.svelte";

export type GoodsProblem = GoodsRefusal | { code: "no_answer" };

/** Without these a file says nothing. */
export const NEEDED: readonly GoodsColumn[] = ["barcode", "title", "price"];
const POLL_MS = 400;

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: GoodsProblem };

/** Goods from and to files: it goes on while the page is elsewhere, and the till knows how far it is. */
export class GoodsDesk {
  folder = $state.raw<FolderView | null>(null);
  /** As it was typed, or as the folder is called. */
  path = $state("");
  preview = $state.raw<GoodsPreview | null>(null);
  columns = $state.raw<(GoodsColumn | null)[]>([]);
  import = $state.raw<ImportView>({ code: "nothing" });
  exported = $state.raw<ExportView | null>(null);
  report = $state<string | null>(null);
  problem = $state.raw<GoodsProblem | null>(null);
  isBusy = $state(false);
  /** The page is on screen, and says by itself what has come of an import. */
  isShown = false;
  #isWatching = false;
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** What no column was taken for, though it is needed. */
  get missing(): GoodsColumn[] {
    return NEEDED.filter((column) => !this.columns.includes(column));
  }

  /** Looks how an import stands, and into the folder of last time. */
  async begin(): Promise<void> {
    this.isShown = true;
    void this.watch();
    if (this.folder === null) await this.look(null);
  }

  async look(path: string | null): Promise<void> {
    const folder = await this.#ask(() => till.goodsFolder(path));
    if (folder === null) return;
    this.folder = folder;
    this.path = folder.path;
  }

  /** What was typed: a folder, else a file. */
  async go(): Promise<void> {
    const typed = this.path.trim();
    if (/\.(csv|txt|tsv|xlsx)$/i.test(typed)) await this.open(typed);
    else await this.look(typed);
  }

  async open(path: string): Promise<void> {
    this.exported = null;
    const preview = await this.#ask(() => till.previewGoods(path));
    if (preview === null) return;
    this.preview = preview;
    this.columns = preview.columns.map(({ column }) => column);
    // Of two columns that are called alike the first counts, until somebody says otherwise.
    this.columns = this.columns.map((column, at) => (this.columns.indexOf(column) < at ? null : column));
  }

  /** Takes a column for something; whatever was taken for that before is left aside. */
  take(at: number, as: GoodsColumn | null): void {
    this.columns = this.columns.map((column, place) =>
      place === at ? as : column === as && as !== null ? null : column,
    );
  }

  leave(): void {
    this.preview = null;
    this.problem = null;
  }

  async start(): Promise<void> {
    const { preview, columns } = this;
    if (preview === null || this.missing.length > 0) return;
    const begun = await this.#ask(() => till.importGoods(preview.path, columns));
    if (begun === null) return;
    this.preview = null;
    this.report = null;
    await this.watch(true);
  }

  async stop(): Promise<void> {
    await this.#ask(() => till.stopGoodsImport());
  }

  /** What was told has been read. */
  close(): void {
    this.import = { code: "nothing" };
    this.report = null;
    this.problem = null;
  }

  async export(): Promise<void> {
    const { folder } = this;
    if (folder !== null) this.exported = await this.#ask(() => till.exportGoods(folder.path));
  }

  async saveReport(): Promise<void> {
    const { folder } = this;
    if (folder !== null) this.report = await this.#ask(() => till.saveImportReport(folder.path));
  }

  /** Follows an import to its end, whatever page is on screen. One that ended long ago is no news. */
  async watch(isNews = false): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    for (let isRunning = true; isRunning;) {
      const answer = await answerOf(() => till.goodsImport());
      if (answer.status === "ok") {
        isRunning = answer.data.code === "running";
        isNews ||= isRunning;
        if (isNews) this.import = answer.data;
      }
      if (isRunning) await new Promise((after) => setTimeout(after, POLL_MS));
    }
    this.#isWatching = false;
    if (isNews) this.#tellEnd(this.import);
  }

  #tellEnd(end: ImportView): void {
    if (this.isShown) return;
    if (end.code === "done")
      this.#notices.show(
        "good",
        () => m.goods_imported({ products: end.products, refused: end.refused_rows }),
        true,
      );
    else if (end.code === "failed")
      this.#notices.show("bad", () => m.goods_not_imported({ file: end.file }), true);
  }

  async #ask<T>(ask: () => Promise<Answer<T>>): Promise<T | null> {
    this.isBusy = true;
    const answer = await answerOf(ask);
    this.isBusy = false;
    this.problem = answer.status === "error" ? answer.error : null;
    // A command that gives nothing has been done as well.
    return answer.status === "ok" ? (answer.data ?? (true as T)) : null;
  }
}

async function answerOf<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await ask();
  } catch {
    return { status: "error", error: { code: "no_answer" } };
  }
}
