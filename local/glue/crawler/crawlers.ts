import { randomUUID } from "node:crypto";
import { type Account, AwsError } from "../../call/call.js";
import { awaited } from "../../call/clock.js";
import type { Column } from "../data-catalog/structures.js";
import { Crawl } from "./crawl.js";
import type { CrawlerRecord, CrawlRecord, CrawlStore } from "./crawl-store.js";
import { allCrawlers, type CrawlerDefinition } from "./definition.js";

/** A small crawl's, about as on AWS; it is seen in each of its states. */
const RUNNING_MS = 20_000;
const STOPPING_MS = 10_000;

/** The life of crawlers: READY, RUNNING, STOPPING while the crawl winds up, READY (E4.2). */
export class Crawlers {
  readonly #account: Account;
  readonly #store: CrawlStore;
  readonly #columns = new Map<string, readonly Column[]>();
  readonly #closing = new AbortController();
  readonly #running = new Map<string, { readonly cancel: AbortController; readonly done: Promise<void> }>();

  constructor(account: Account, store: CrawlStore) {
    this.#account = account;
    this.#store = store;
  }

  read(crawler: CrawlerDefinition): CrawlerRecord {
    return this.#store.read(crawler.Name);
  }

  /** @throws AwsError CrawlerRunningException */
  begin(crawler: CrawlerDefinition): void {
    const record = this.read(crawler);
    if (record.state !== "READY")
      throw new AwsError("CrawlerRunningException", `Crawler with name ${crawler.Name} has already started`);
    const crawl: CrawlRecord = {
      id: randomUUID(),
      state: "RUNNING",
      startTime: this.#account.clock.now(),
      endTime: null,
      errorMessage: null,
      isCancelled: false,
    };
    this.#store.write(crawler.Name, { state: "RUNNING", crawls: [...record.crawls, crawl], eventOwed: "Started" });
    this.#follow(crawler);
  }

  /** @throws AwsError CrawlerNotRunningException, CrawlerStoppingException */
  halt(crawler: CrawlerDefinition): void {
    const { state } = this.read(crawler);
    if (state === "READY")
      throw new AwsError("CrawlerNotRunningException", `Crawler with name ${crawler.Name} isn't running`);
    if (state === "STOPPING")
      throw new AwsError("CrawlerStoppingException", `Crawler with name ${crawler.Name} is stopping`);
    this.#change(crawler, "STOPPING", { isCancelled: true });
    this.#running.get(crawler.Name)?.cancel.abort(new Error("The crawl was stopped"));
  }

  /** Takes up crawls that were under way when the process ended: they begin anew, as the same crawl. */
  async resume(): Promise<void> {
    for (const crawler of allCrawlers(this.#account)) {
      const record = this.read(crawler);
      if (record.state !== "READY") this.#follow(crawler);
      else await this.#announce(crawler);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("The local account is closing"));
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  #follow(crawler: CrawlerDefinition): void {
    const cancel = new AbortController();
    const done = this.#toItsEnd(crawler, cancel.signal).finally(() => this.#running.delete(crawler.Name));
    this.#running.set(crawler.Name, { cancel, done });
    done.catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        process.emitWarning(`The crawl of ${crawler.Name} was lost sight of: ${String(error)}`);
    });
  }

  async #toItsEnd(crawler: CrawlerDefinition, cancel: AbortSignal): Promise<void> {
    const { clock } = this.#account;
    await this.#announce(crawler);
    let errorMessage: string | null = null;
    try {
      if (!this.#isCancelled(crawler)) {
        await clock.sleep(awaited(clock, RUNNING_MS), AbortSignal.any([cancel, this.#closing.signal]));
        await this.#work(crawler);
      }
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      errorMessage = error instanceof Error ? error.message : String(error);
    }
    this.#change(crawler, "STOPPING", {});
    await clock.sleep(awaited(clock, STOPPING_MS), this.#closing.signal);
    const isCancelled = this.#isCancelled(crawler);
    const state = isCancelled ? "STOPPED" : errorMessage === null ? "COMPLETED" : "FAILED";
    const event = state === "FAILED" ? "Failed" : "Succeeded";
    // A stopped crawl has no event of its own (E4.10).
    this.#change(
      crawler,
      "READY",
      { state, endTime: clock.now(), errorMessage: isCancelled ? null : errorMessage },
      isCancelled ? null : event,
    );
    await this.#announce(crawler);
  }

  /** The work takes real time, so a virtual clock must not run ahead of it. */
  async #work(crawler: CrawlerDefinition): Promise<void> {
    const release = this.#account.clock.hold?.();
    try {
      await new Crawl(this.#account, crawler, this.#columns).run();
    } finally {
      release?.();
    }
  }

  #isCancelled(crawler: CrawlerDefinition): boolean {
    return this.read(crawler).crawls.at(-1)?.isCancelled ?? false;
  }

  #change(
    crawler: CrawlerDefinition,
    state: CrawlerRecord["state"],
    change: Partial<CrawlRecord>,
    eventOwed?: CrawlerRecord["eventOwed"],
  ): void {
    const record = this.read(crawler);
    const crawls = record.crawls.map((crawl, at) =>
      at === record.crawls.length - 1 ? { ...crawl, ...change } : crawl,
    );
    this.#store.write(crawler.Name, { state, crawls, eventOwed: eventOwed ?? record.eventOwed });
  }

  /** E4.10. The event is owed until it is known to be out: after a kill it may come twice, never not at all. */
  async #announce(crawler: CrawlerDefinition): Promise<void> {
    const { eventOwed, crawls } = this.read(crawler);
    const crawl = crawls.at(-1);
    if (eventOwed === null || crawl === undefined) return;
    await this.#account.emit({
      source: "aws.glue",
      detailType: "Glue Crawler State Change",
      detail: {
        accountId: this.#account.accountId,
        crawlerName: crawler.Name,
        state: eventOwed,
        startTime: new Date(crawl.startTime).toISOString(),
        ...(crawl.endTime === null ? {} : { completionDate: new Date(crawl.endTime).toISOString() }),
        message: crawl.errorMessage ?? `Crawler ${eventOwed}`,
        ...(crawl.errorMessage === null ? {} : { errorMessage: crawl.errorMessage }),
      },
    });
    const now = this.read(crawler);
    if (now.eventOwed === eventOwed) this.#store.write(crawler.Name, { ...now, eventOwed: null });
  }
}
