import { compileContract } from "../../../contract/compile.js";
import type { Contract } from "../../../contract/contract.js";
import { DatasetFile } from "../../../contract/schema.js";
import { lookForQuiet } from "../../../functions/find-quiet-partitions/quiet.js";
import { consequencesOf, type Execution } from "../../../functions/start-load/execution.js";
import { validateManifest } from "../../../functions/validate-manifest/validate.js";
import { BatchFile } from "../../../run-folder/batch.js";
import { MemoryStore } from "../memory-store.js";
import type { Arrival, Deed } from "./model.js";

/** Random deliveries, told to start-load as S3 tells: repeated, late, out of order; and what becomes of them. */

const base = Date.UTC(2026, 10, 20) / 1000;
const dateOf = (time: number) => new Date(time * 1000);

/** The same numbers every time (mulberry32). */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit: number) => Math.floor(next() * limit),
    chance: (share: number) => next() < share,
    pick: <T>(items: readonly T[]): T => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
  };
}
type Random = ReturnType<typeof randomOf>;

const arrivals: Readonly<Record<Arrival, unknown>> = {
  manifest: "manifest",
  marker: { marker: "*.done" },
  control: { marker: "*.ctl", control: { format: { type: "csv" }, file: "file", bytes: "bytes" } },
  each_file: "each_file",
  quiet: { quiet: "10m", every: "5m", window: "1d" },
};

export const contractOf = (arrival: Arrival): Contract =>
  compileContract(
    DatasetFile.parse({
      dataset: "sales",
      source: "shop",
      partition: "day",
      path: "in/{partition:yyyy-MM-dd}/*.csv",
      arrival: arrivals[arrival],
      format: { type: "csv" },
      columns: [{ name: "id", type: "varchar(40)" }],
      table: { name: "shop.sales" },
      load: { mode: "append" },
    }),
  );

/** What a producer does in a while: files, written over now and then, and signs that they are complete. */
export function randomDeeds(random: Random, arrival: Arrival): readonly Deed[] {
  const deeds: Deed[] = [];
  let time = base + 3600;
  let rows = 0;
  const there = new Map<string, Set<string>>();
  const count = 4 + random.below(12);
  for (let deed = 0; deed < count; deed++) {
    // Many things happen in one second, since S3's times have no more.
    time += random.chance(0.3) ? 0 : 1 + random.below(random.chance(0.2) ? 3000 : 20);
    const partition = `2026-11-${random.pick(["18", "19", "20"])}`;
    const folder = `in/${partition}/`;
    const files = there.get(folder) ?? new Set<string>();
    there.set(folder, files);
    const hasSigns = arrival !== "each_file" && arrival !== "quiet";
    if (hasSigns && random.chance(0.35)) {
      const name = random.pick(["a", "b"]);
      const named = [...files].filter(() => random.chance(0.8));
      // The next thing that happens there happens later: the sign is put when the files are.
      deeds.push({ kind: "sign", time, folder, name, files: named });
      time += 1;
    } else if (hasSigns && files.size > 0 && random.chance(0.1)) {
      const file = random.pick([...files]);
      files.delete(file);
      deeds.push({ kind: "remove", time, folder, file });
      time += 1;
    } else {
      const file = `f${random.below(4)}.csv`;
      files.add(file);
      deeds.push({ kind: "put", time, partition, folder, file, row: `row ${String(rows++).padStart(4, "0")}` });
    }
  }
  return deeds;
}

interface Event {
  readonly due: number;
  readonly key: string;
  readonly versionId: string | null;
}

/** What the ledger and the lake hold at the end. */
export interface Outcome {
  readonly rows: readonly string[];
  readonly batches: number;
  /** Executions that were started, and how many names they had. */
  readonly executions: number;
  readonly refused: readonly string[];
}

/** Plays a history in the order of time; whatever is told late or twice is told so. */
export class Account {
  readonly #store = new MemoryStore();
  readonly #contract: Contract;
  readonly #random: Random;
  readonly #arrival: Arrival;
  readonly #events: Event[] = [];
  /** Executions that were started and have not run yet. */
  readonly #waiting: { readonly execution: Execution; readonly due: number }[] = [];
  readonly #names = new Set<string>();
  /** The newest loaded revision of each batch. */
  readonly #ledger = new Map<string, BatchFile>();
  readonly #refused: string[] = [];

  constructor(arrival: Arrival, random: Random) {
    this.#arrival = arrival;
    this.#contract = contractOf(arrival);
    this.#random = random;
  }

  async play(deeds: readonly Deed[]): Promise<Outcome> {
    let last = base;
    for (const deed of deeds) {
      await this.#until(deed.time, last);
      last = deed.time;
      this.#do(deed);
    }
    // Long enough for every late event, and for quiet to come.
    await this.#until(last + 20_000, last);
    const batches = [...this.#ledger.values()];
    const rows = batches.flatMap(({ files }) =>
      files.map(({ key, version_id }) => this.#store.textOf("landing", key, version_id)),
    );
    return { rows: rows.sort(), batches: batches.length, executions: this.#names.size, refused: this.#refused };
  }

  #do(deed: Deed): void {
    const { folder, time } = deed;
    if (deed.kind === "remove") {
      this.#store.markDeleted("landing", folder + deed.file, dateOf(time));
      return;
    }
    const key = deed.kind === "put" ? folder + deed.file : `${folder}${deed.name}.${this.#ending()}`;
    const { versionId } = this.#store.put(
      "landing",
      key,
      deed.kind === "put" ? deed.row : this.#signOf(deed),
      dateOf(time),
    );
    const tells = 1 + (this.#random.chance(0.3) ? 1 + this.#random.below(2) : 0);
    for (let tell = 0; tell < tells; tell++) {
      const delay = 1 + this.#random.below(this.#random.chance(0.3) ? 4000 : 10);
      this.#events.push({ due: time + delay, key, versionId });
    }
  }

  #ending(): string {
    return this.#arrival === "manifest" ? "manifest.json" : this.#arrival === "control" ? "ctl" : "done";
  }

  #signOf({ folder, files }: Extract<Deed, { kind: "sign" }>): string {
    if (this.#arrival === "manifest") {
      return JSON.stringify({ entries: files.map((file) => ({ url: `s3://landing/${folder}${file}` })) });
    }
    return this.#arrival === "control" ? `file,bytes\n${files.map((file) => `${file},8\n`).join("")}` : "";
  }

  /** Everything that is due up to a time, but not at it. */
  async #until(end: number, begin: number): Promise<void> {
    const looks: number[] = [];
    for (let look = Math.ceil((begin + 1) / 300) * 300; this.#arrival === "quiet" && look < end; look += 300)
      looks.push(look);
    for (;;) {
      const event = this.#next(this.#events, end);
      const run = this.#next(this.#waiting, end);
      const look = looks[0];
      const soonest = Math.min(event?.due ?? end, run?.due ?? end, look ?? end);
      if (soonest >= end) return;
      if (look === soonest) {
        looks.shift();
        await this.#look(soonest);
      } else if (event?.due === soonest) {
        this.#events.splice(this.#events.indexOf(event), 1);
        await this.#tell(event);
      } else if (run !== undefined) {
        this.#waiting.splice(this.#waiting.indexOf(run), 1);
        await this.#run(run.execution);
      }
    }
  }

  #next<T extends { readonly due: number }>(items: readonly T[], end: number): T | undefined {
    return items.filter(({ due }) => due < end).toSorted((a, b) => a.due - b.due)[0];
  }

  async #tell({ due, key, versionId }: Event): Promise<void> {
    const landed = { bucket: "landing", key, versionId, version: versionId ?? "" };
    const { executions, late } = await consequencesOf(this.#store, { sales: this.#contract }, landed, dateOf(due));
    for (const each of late) this.#store.put("processed", each, "{}", dateOf(due));
    for (const execution of executions) this.#start(execution, due);
  }

  async #look(time: number): Promise<void> {
    const buckets = { landing: "landing", processed: "processed" };
    const start = async (execution: Execution) => this.#start(execution, time);
    // A new process each time: nothing is remembered but what S3 holds.
    await lookForQuiet({ store: this.#store, buckets, now: dateOf(time), known: new Map(), start }, this.#contract);
  }

  /** As Step Functions: a name that was taken starts nothing. */
  #start(execution: Execution, time: number): void {
    if (this.#names.has(execution.name)) return;
    this.#names.add(execution.name);
    this.#waiting.push({ execution, due: time + this.#random.below(this.#random.chance(0.2) ? 2000 : 5) });
    // Somebody starts it once more by hand, or a redrive repeats it.
    if (this.#random.chance(0.2)) this.#waiting.push({ execution, due: time + this.#random.below(6000) });
  }

  async #run({ name, input }: Execution): Promise<void> {
    const inspection = (_: Contract, label: string) => ({
      statements: [],
      transaction: true,
      label,
      timeoutSeconds: 1,
    });
    const buckets = { landing: "landing", processed: "processed" };
    const deployment = { source: "shop", buckets, contracts: { sales: this.#contract }, inspection };
    const request = { force: false, ...JSON.parse(input), execution: { id: "arn", name } };
    try {
      const { batch } = await validateManifest(this.#store, deployment, request);
      const text = this.#store.text("processed", batch.batchFile.replace("s3://processed/", ""));
      const loaded = BatchFile.parse(JSON.parse(text ?? ""));
      const known = this.#ledger.get(loaded.batch_id);
      // The guard of the load: an older revision is superseded, an equal one loaded already.
      if (known === undefined || loaded.place > known.place) this.#ledger.set(loaded.batch_id, loaded);
      else if (loaded.place === known.place) this.#compare(known, loaded);
    } catch (error) {
      this.#refused.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }

  /** One revision is the same files, whoever reads it. */
  #compare(one: BatchFile, other: BatchFile): void {
    if (JSON.stringify(one.files) !== JSON.stringify(other.files))
      this.#refused.push(`${one.place} is two sets of files`);
  }
}
