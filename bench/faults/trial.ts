import { isBeyondRedrive } from "../../contract/failures.js";
import {
  batchId,
  dataFolder,
  executionName,
  landingFolder,
  partitionAt,
  placeOf,
  rerunName,
  revisionOf,
} from "../../contract/layout.js";
import { isRefusalName } from "../../contract/refusals.js";
import { markOf } from "../../functions/deliveries/quiet-execution.js";
import { isShape } from "../../local/call/input.js";
import type { HistoryModel } from "../../test/planning/warehouse/history-model.js";
import { Model, type Revision, type Row } from "../../test/planning/warehouse/model.js";
import { modelOf } from "../../test/planning/warehouse/models.js";
import type { MatrixAccount } from "./matrix-account.js";
import { baseRows, fileOf, signOf, timeOf, trialRows, type Variant } from "./variants.js";

/** One batch on its way, and how it went. */
export interface Loaded {
  readonly revision: Revision;
  readonly name: string;
  /** The input of its execution. */
  readonly input: string;
  readonly redrives: number;
  readonly reruns: number;
  /** Somebody had to start it: no event did. */
  readonly isStartedByHand: boolean;
  /** How it ended before anybody helped, and the cause. */
  readonly first: string;
  readonly firstCause: string | undefined;
}

const firstPartition = Date.UTC(2026, 0, 1);
const hour = 3_600_000;

/** Delivers batches of one dataset, sees each to its end as an operator would, and compares with the model. */
export class Subject {
  readonly #account: MatrixAccount;
  readonly variant: Variant;
  #model: Model | HistoryModel;
  #base: Revision | undefined;
  #next = 0;

  constructor(account: MatrixAccount, variant: Variant) {
    this.#account = account;
    this.variant = variant;
    this.#model = modelOf(variant);
  }

  /** Loads the first batch, and keeps what the warehouse is then. */
  async prepare(): Promise<string | undefined> {
    const { revision } = await this.load(baseRows);
    this.#base = revision;
    await this.#account.sql("CREATE SCHEMA IF NOT EXISTS keep");
    for (const table of this.#tables()) {
      await this.#account.sql(`CREATE TABLE keep.${table.split(".")[1]} AS SELECT * FROM ${table}`);
    }
    return this.difference();
  }

  /** Puts the warehouse back to what it was after the first batch. */
  async reset(): Promise<void> {
    if (this.#base === undefined) throw new TypeError("prepare comes first");
    await this.#account.sql(
      this.#tables()
        .map((table) => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM keep.${table.split(".")[1]}`)
        .join(";"),
    );
    this.#model = modelOf(this.variant);
    this.#model.load(this.#base, false);
  }

  /** Where a load of the dataset leaves anything. */
  #tables(): readonly string[] {
    const { dataset, mode } = this.variant;
    return [
      ...[`sales.${dataset}`, `sluice.loads_${dataset}`],
      ...(mode === "history" ? [`sluice.statements_${dataset}`] : []),
    ];
  }

  /** The next partition's batch: delivered, followed, redriven or started anew until it is loaded.
   * @param onFailure called before anybody helps: what was wrong has passed by then
   * @param mostHelp how many redrives and new executions may be needed */
  async load(
    rows: readonly Row[] = trialRows,
    onFailure: () => Promise<void> = async () => {},
    mostHelp = 3,
  ): Promise<Loaded> {
    const delivered = await this.#deliver(rows);
    const { revision, input } = delivered;
    let { name } = delivered;
    let [redrives, reruns, first, isStartedByHand] = [0, 0, "", false];
    let firstCause: string | undefined;
    for (let help = 0; ; ) {
      const ended = await this.#account.ended(name);
      if (ended === "crashed") {
        first ||= "crashed";
        await this.#account.restart();
        continue;
      }
      if (first === "") firstCause = ended?.cause;
      first ||= ended === undefined ? "not started" : `${ended.status} ${ended.error ?? ""}`.trim();
      if (ended?.status === "SUCCEEDED") {
        this.#model.load(revision, false);
        return { revision, name, input, redrives, reruns, isStartedByHand, first, firstCause };
      }
      if (help++ === mostHelp) {
        throw new Error(`${name} is not loaded after ${mostHelp} redrives: ${JSON.stringify(ended)}`);
      }
      await onFailure();
      if (ended === undefined) {
        isStartedByHand = true;
        await this.#account.start(name, input);
      } else if (isRefusalName(ended.error ?? "") || isBeyondRedrive(ended.error ?? "")) {
        name = rerunName(delivered.name, 2 + reruns++);
        await this.#account.start(name, input);
      } else {
        redrives++;
        await this.#account.redrive(name);
      }
    }
  }

  async #deliver(rows: readonly Row[]) {
    const { dataset, arrival } = this.variant;
    // Time goes on by schedules there, not by trials.
    const time = arrival === "quiet" ? await this.#account.nextHour() : new Date(firstPartition + this.#next++ * hour);
    const partition = partitionAt(time, "hour");
    const folder = landingFolder(dataset, partition);
    const Bucket = this.#account.bucket("landing");
    const Body = Buffer.from(fileOf(rows));
    const name = "rows.json";
    const file = { url: `s3://${Bucket}/${folder}${name}`, folder, name, bytes: Body.length, rows: rows.length };
    const sign = signOf(this.variant, file);
    const Key = sign?.key ?? `${folder}${name}`;
    if (sign !== undefined) await this.#account.call("s3", "PutObject", { Bucket, Key: `${folder}${name}`, Body });
    const last = { Bucket, Key, Body: sign === undefined ? Body : Buffer.from(sign.body) };
    // The process may die of the event before it answers; what was put is there all the same.
    await this.#account.call("s3", "PutObject", last).catch((error: unknown) => {
      if (!this.#account.hasCrashed) throw error;
    });
    const { VersionId, ETag, LastModified } = await this.#account.read("s3", "HeadObject", { Bucket, Key });
    const versionId = String(VersionId);
    if (!(LastModified instanceof Date)) throw new TypeError("an object without a time");
    const id =
      arrival === "quiet"
        ? batchId(dataset, partition)
        : batchId(dataset, partition, arrival === "marker" ? folder : Key);
    const more = arrival === undefined ? {} : { partition, batch: id };
    const etag = String(ETag);
    // S3's lists know whole seconds.
    const lastModified = new Date(Math.floor(LastModified.getTime() / 1000) * 1000);
    const object = { key: Key, etag, contentLength: Body.length, lastModified };
    // What is quiet is named by its time and its key: another file of that second makes another set.
    const version = arrival === "quiet" ? { etag: Key, versionId: null } : { etag, versionId };
    const revision = revisionOf({ lastModified: LastModified, ...version, ordinal: 0 });
    return {
      revision: { partition, batchId: id, revision, place: placeOf(partition, revision, id), rows },
      name:
        arrival === "quiet"
          ? executionName(dataset, partition, "", markOf([object]))
          : executionName(dataset, partition, Key, versionId),
      input: JSON.stringify({ dataset, manifest: { bucket: Bucket, key: Key, versionId }, ...more }),
    };
  }

  /** What differs from the model in table, ledger and lake; undefined when nothing does. */
  async difference(loaded?: Loaded): Promise<string | undefined> {
    const { dataset, deletes, mode } = this.variant;
    const times = ", CAST(valid_from AS varchar) AS valid_from, CAST(valid_to AS varchar) AS valid_to, is_current";
    const mark = mode === "history" ? times : deletes === "soft" ? ", is_deleted" : "";
    const found = await this.#account.sql(
      `SELECT id, part, CAST(version AS varchar) AS version, op, note, sluice_batch AS place${mark} FROM sales.${dataset}`,
    );
    const table = compare("table", found, expectedRows(this.#model, deletes === "soft"));
    if (table !== undefined) return table;
    const ledger = await this.#account.sql(`SELECT batch_id, revision, place FROM sluice.loads_${dataset}`);
    const rows = this.#model.ledger.map(({ batchId: batch_id, revision, place }) => ({ batch_id, revision, place }));
    return compare("ledger", ledger, rows) ?? (loaded === undefined ? undefined : await this.#lake(loaded));
  }

  /** What the ledger counts of the last load, as the model counts it. */
  async countsDiffer({ revision }: Loaded): Promise<string | undefined> {
    const { dataset } = this.variant;
    const found = await this.#account.sql(
      `SELECT inserted, updated, deleted, outdated, removed FROM sluice.loads_${dataset} WHERE revision = '${revision.revision}'`,
    );
    const numbers = found.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])),
    );
    const fresh = modelOf(this.variant);
    if (this.#base !== undefined) fresh.load(this.#base, false);
    const outcome = fresh.load(revision, false);
    return outcome.outcome === "loaded" ? compare("counts", numbers, [{ ...outcome.counts }]) : undefined;
  }

  /** Readers of the lake see the files of one run, whole. */
  async #lake({ revision }: Loaded): Promise<string | undefined> {
    const Prefix = dataFolder(this.variant.dataset, revision.partition, revision.batchId);
    const listed = await this.#account.call("s3", "ListObjectsV2", {
      Bucket: this.#account.bucket("processed"),
      Prefix,
    });
    const objects: readonly unknown[] = Array.isArray(listed.Contents) ? listed.Contents : [];
    const files = objects.filter((each) => isShape(each) && String(each.Key).endsWith(".parquet")).length;
    return files === 1 ? undefined : `lake: ${files} files of the batch, expected 1`;
  }
}

/** The rows of a model as the table's columns name them. */
function expectedRows(model: Model | HistoryModel, hasMark: boolean): readonly object[] {
  const plain = ({ id, part, version, op, note }: Row, place: string) => ({
    ...{ id, part, version: timeOf(version), op, note, place },
  });
  if (model instanceof Model) {
    return model.table.map(({ place, isDeleted, ...row }) => ({
      ...plain(row, place),
      ...(hasMark ? { is_deleted: isDeleted } : {}),
    }));
  }
  return model.table.map(({ row, place, from, to }) => ({
    ...plain(row, place),
    ...{ valid_from: timeOf(from), valid_to: to === null ? null : timeOf(to), is_current: to === null },
  }));
}

function compare(what: string, found: readonly object[], expected: readonly object[]): string | undefined {
  const [a, b] = [found, expected].map((rows) => rows.map((row) => JSON.stringify(row)).sort());
  return JSON.stringify(a) === JSON.stringify(b)
    ? undefined
    : `${what}: found ${a?.join(" ")}, expected ${b?.join(" ")}`;
}
