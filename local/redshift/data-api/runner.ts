import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../../call/call.js";
import type { ClusterBody } from "../cluster/cluster.js";
import { asStatementFailed, StatementFailed } from "../session/pg-errors.js";
import type { Session, StatementResult } from "../session/session.js";
import { byteLength, rowBytes } from "./fields.js";
import { logIn } from "./login.js";
import { bindParameters } from "./parameters.js";
import { isOver, type Part, type Statement, type Status, type WarehouseName } from "./statement.js";
import type { StatementStore } from "./statement-store.js";

/** How many statements run beside each other; more wait their turn. */
const SLOTS = 50;
/** One row of a result may have 64 KB (B1.5). */
const MAX_ROW_BYTES = 64 * 1024;
/** A whole result may have 500 MB (B1.5). */
const MAX_RESULT_BYTES = 500 * 1024 * 1024;
const KEPT_SECONDS = 24 * 3600;

export interface RunnerOptions {
  readonly account: Pick<Account, "call" | "clock" | "emit" | "region" | "accountId">;
  readonly store: StatementStore;
  readonly cluster: (name: WarehouseName) => ClusterBody | undefined;
  /** Called before a statement starts, with its texts: tests make statements take their time here. */
  readonly beforeStatement?: (sqls: readonly string[]) => Promise<void>;
}

const cancelAgainMs = 250;

/** Runs statements in the background and writes down what becomes of them. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #cancelled = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #isStopping = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  start(statement: Statement): void {
    const { id } = statement;
    const early = this.#options.beforeStatement?.(statement.parts.map((part) => part.sql)) ?? Promise.resolve();
    void early.then(
      () => this.#follow(id),
      (error: unknown) => this.#finish(id, "FAILED", asStatementFailed(error, -1, false).message),
    );
  }

  #follow(id: string): void {
    if (this.#isStopping) return;
    const work = this.#run(id).catch((error: unknown) => {
      this.#finish(id, "FAILED", asStatementFailed(error, -1, false).message);
    });
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** Stops a statement; it ends as ABORTED. */
  async cancel(id: string): Promise<void> {
    this.#cancelled.add(id);
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.markCancelled();
    await this.#interrupt(id, session);
    // The signal is lost where the process has not begun its statement yet: it is sent until the statement is over.
    void this.#keepInterrupting(id, session);
  }

  async #interrupt(id: string, session: Session): Promise<void> {
    const warehouse = await this.#cluster(id)?.warehouse();
    await warehouse?.cancel(session.processId);
  }

  async #keepInterrupting(id: string, session: Session): Promise<void> {
    for (;;) {
      await sleep(cancelAgainMs, undefined, { ref: false });
      if (this.#isStopping || this.#sessions.get(id) !== session) return;
      // A warehouse that is being closed takes no more signals, and ends the statement itself.
      await this.#interrupt(id, session).catch(() => undefined);
    }
  }

  /** Cuts the connections: what is under way is rolled back and FAILED. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const wake of this.#waiting.splice(0)) wake();
    for (const [id, session] of this.#sessions) await this.#cluster(id)?.terminate(session.processId);
    await Promise.allSettled(this.#underWay);
  }

  #cluster(id: string): ClusterBody | undefined {
    const statement = this.#options.store.find(id);
    return statement === undefined ? undefined : this.#options.cluster(statement);
  }

  async #run(id: string): Promise<void> {
    await this.#slot();
    if (this.#isStopping) return;
    const release = this.#options.account.clock.hold?.();
    try {
      await this.#runNow(id);
      await this.announce(id);
    } finally {
      release?.();
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #slot(): Promise<void> {
    while (this.#running >= SLOTS && !this.#isStopping)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
  }

  async #runNow(id: string): Promise<void> {
    const started = process.hrtime.bigint();
    let session: Session | undefined;
    try {
      this.#update(id, { status: "PICKED" });
      session = await this.#connect(id);
      this.#update(id, { status: "STARTED", pid: session.processId });
      await this.#runParts(id, session);
      const failed = this.#statement(id).parts.find((part) => part.status === "FAILED");
      this.#finish(id, failed === undefined ? "FINISHED" : "FAILED", failed?.error, started);
    } catch (error) {
      await session?.rollback();
      const failure = asStatementFailed(error, -1, false);
      const isAborted = failure.isCancelled || this.#cancelled.has(id);
      this.#finish(id, isAborted ? "ABORTED" : "FAILED", failure.message, started);
    } finally {
      this.#sessions.delete(id);
      this.#cancelled.delete(id);
      if (session !== undefined) this.#end(session);
    }
  }

  /** Nobody waits for it: what the statement has done is done. */
  #end(session: Session): void {
    const ending = session.leave();
    this.#underWay.add(ending);
    void ending.finally(() => this.#underWay.delete(ending));
  }

  async #connect(id: string): Promise<Session> {
    const statement = this.#statement(id);
    const cluster = this.#options.cluster(statement);
    if (cluster === undefined) throw new StatementFailed("ERROR: The cluster does not exist");
    if (cluster.status !== "available")
      throw new StatementFailed(
        `ERROR: Connection to the cluster failed: cluster ${statement.clusterIdentifier} is ${cluster.status}`,
      );
    const warehouse = await cluster.warehouse();
    const user = await logIn(this.#options.account, cluster, warehouse, statement);
    const ahead = this.#options.account.clock.now() - Date.now();
    const session = await warehouse.session(user, {
      database: statement.database,
      copy: cluster.copyRunner,
      // The two clocks are read one after the other: less than a second is nothing.
      clockAheadMs: Math.abs(ahead) < 1000 ? 0 : ahead,
    });
    this.#sessions.set(id, session);
    if (this.#cancelled.has(id))
      throw new StatementFailed("ERROR: Query cancelled on user's request", { isCancelled: true });
    return session;
  }

  async #runParts(id: string, session: Session): Promise<void> {
    const { isBatch, isAutoCommit, parts } = this.#statement(id);
    const isBlock = isBatch && !isAutoCommit;
    if (isBlock) await session.begin();
    for (const index of parts.keys()) {
      try {
        await this.#runPart(id, index, session);
      } catch (error) {
        const failure = asStatementFailed(error, -1, false);
        const isAborted = failure.isCancelled || this.#cancelled.has(id);
        this.#updatePart(id, index, { status: isAborted ? "ABORTED" : "FAILED", error: failure.message });
        if (!isAutoCommit || isAborted) throw failure;
      }
    }
    if (isBlock) await session.commit();
  }

  async #runPart(id: string, index: number, session: Session): Promise<void> {
    const { parts, parameters } = this.#statement(id);
    const sql = parts[index]?.sql ?? "";
    this.#updatePart(id, index, { status: "STARTED" });
    const started = process.hrtime.bigint();
    const bound = bindParameters(sql, parameters);
    const result = await session.run(bound.sql, bound.values);
    if (result.result?.rows.some((row) => rowBytes(row) > MAX_ROW_BYTES))
      throw new StatementFailed("ERROR: Packet for query is too large");
    if (result.result !== undefined && byteLength(result.result) > MAX_RESULT_BYTES)
      throw new StatementFailed("ERROR: The result of the query is larger than 500 MB");
    if (result.result !== undefined) this.#options.store.saveResult(id, index, result.result);
    this.#updatePart(id, index, {
      status: "FINISHED",
      durationNs: Number(process.hrtime.bigint() - started),
      ...summary(result),
    });
  }

  #statement(id: string): Statement {
    const statement = this.#options.store.find(id);
    if (statement === undefined) throw new StatementFailed("ERROR: the statement is no longer known");
    return statement;
  }

  #update(id: string, change: Partial<Statement>): void {
    const { store, account } = this.#options;
    const statement = { ...this.#statement(id), ...change, updatedAt: account.clock.now() };
    // What has begun and not ended is found out by a restart.
    if (statement.parts.some(({ status }) => status === "STARTED") || change.parts === undefined) store.note(statement);
    else store.save(statement);
  }

  #updatePart(id: string, index: number, change: Partial<Part>): void {
    const updatedAt = this.#options.account.clock.now();
    const parts = this.#statement(id).parts.map((part, at) =>
      at === index ? { ...part, ...change, updatedAt } : part,
    );
    this.#update(id, { parts });
  }

  /** A part that did not run is ABORTED; what earlier ones did is taken back with the transaction (B2.12: a guess). */
  #finish(id: string, status: Status, error: string | undefined, started?: bigint): void {
    const statement = this.#options.store.find(id);
    if (statement === undefined || isOver(statement.status)) return;
    const now = this.#options.account.clock.now();
    const parts = statement.parts.map((part) =>
      isOver(part.status) ? part : { ...part, status: "ABORTED" as const, updatedAt: now },
    );
    const own = statement.isBatch
      ? parts
      : parts.map((part) => ({ ...part, status, ...(error !== undefined && { error }) }));
    const durationNs = started === undefined ? 0 : Number(process.hrtime.bigint() - started);
    this.#options.store.save({
      ...statement,
      status,
      ...(error !== undefined && { error }),
      parts: own,
      durationNs,
      updatedAt: now,
    });
  }

  /** Sends "Redshift Data Statement Status Change" where it was asked for (B8); at least once, also over a restart. */
  async announce(id: string): Promise<void> {
    const statement = this.#options.store.find(id);
    if (statement === undefined || !statement.withEvent || statement.isEventSent || !isOver(statement.status)) return;
    const { account } = this.#options;
    const last = statement.parts.at(-1);
    await account.emit({
      source: "aws.redshift-data",
      detailType: "Redshift Data Statement Status Change",
      resources: [
        this.#cluster(id)?.definition.arn ??
          `arn:aws:redshift:${account.region}:${account.accountId}:cluster:${statement.clusterIdentifier}`,
      ],
      detail: {
        principal: statement.owner.arn,
        statementName: statement.name ?? "",
        statementId: statement.id,
        redshiftQueryId: last?.queryId ?? -1,
        state: statement.status,
        rows: last?.rows ?? -1,
        expireAt: Math.floor(statement.createdAt / 1000) + KEPT_SECONDS,
      },
    });
    this.#options.store.save({ ...this.#statement(id), isEventSent: true });
  }
}

function summary(result: StatementResult): Partial<Part> {
  return {
    rows: result.rows,
    queryId: result.queryId,
    hasResult: result.result !== undefined,
    resultBytes: result.result === undefined ? 0 : byteLength(result.result),
  };
}
