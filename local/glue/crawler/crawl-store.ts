import { join } from "node:path";
import { z } from "zod";
import { readJsonFile, StateUnreadable, writeFileWhole } from "../../persistence/files.js";

/** A crawl as it lies on disk. Times are ms since 1970. */
const CrawlRecord = z.object({
  id: z.string(),
  state: z.enum(["RUNNING", "COMPLETED", "FAILED", "STOPPED"]),
  startTime: z.number(),
  endTime: z.number().nullable(),
  errorMessage: z.string().nullable(),
  /** Somebody asked for it to stop. */
  isCancelled: z.boolean(),
});
export type CrawlRecord = z.infer<typeof CrawlRecord>;

/** A crawler's state and its crawls, oldest first. The last one runs unless the state is READY. */
const CrawlerRecord = z.object({
  state: z.enum(["READY", "RUNNING", "STOPPING"]),
  crawls: z.array(CrawlRecord),
  /** The crawl of which an event is not yet known to be out. */
  eventOwed: z.enum(["Started", "Succeeded", "Failed"]).nullable(),
});
export type CrawlerRecord = z.infer<typeof CrawlerRecord>;

const NEW: CrawlerRecord = { state: "READY", crawls: [], eventOwed: null };
const CRAWLS_KEPT = 200;

/** A file a crawler, written whole at each change. */
export class CrawlStore {
  readonly #folder: string;
  readonly #records = new Map<string, CrawlerRecord>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(crawler: string): CrawlerRecord {
    const known = this.#records.get(crawler);
    if (known !== undefined) return known;
    const stored = readJsonFile(this.#file(crawler));
    const record = stored === undefined ? { success: true as const, data: NEW } : CrawlerRecord.safeParse(stored);
    if (!record.success)
      throw new StateUnreadable(`${this.#file(crawler)} is not a crawler's state (${record.error.message})`);
    this.#records.set(crawler, record.data);
    return record.data;
  }

  write(crawler: string, record: CrawlerRecord): CrawlerRecord {
    const kept = { ...record, crawls: record.crawls.slice(-CRAWLS_KEPT) };
    writeFileWhole(this.#file(crawler), JSON.stringify(kept));
    this.#records.set(crawler, kept);
    return kept;
  }

  #file(crawler: string): string {
    return join(this.#folder, `${encodeURIComponent(crawler)}.json`);
  }
}
