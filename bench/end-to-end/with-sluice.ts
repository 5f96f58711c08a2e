import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Delivered, deliver } from "../../examples/demo/deliver.js";
import { Loads } from "../../test/end-to-end/loads.js";
import { RunningAccount } from "../../test/end-to-end/running-account.js";
import type { HourlyFile } from "./batches.js";

const declaration = (source: string) => `name: bench
region: eu-central-1
warehouse: { create: { database: bench } }
sources:
  air: { landing: create${source} }
`;

const dataset = `dataset: flights
source: air
partition: hour
format: { type: csv }
columns:
  - { name: id, type: integer }
  - { name: date, type: timestamp }
  - { name: delay, type: smallint }
  - { name: distance, type: integer }
  - { name: origin, type: varchar(3) }
  - { name: destination, type: varchar(3) }
checks:
  distance: distance is null or distance between 0 and 10000
rejects: { max: 1% }
table: { name: air.flights, distribution: key(id), sort: [date] }
load: { mode: upsert, key: [id], order_by: date }
catalogue: partition
`;

/** The local account, through which batches go as on AWS: file, manifest, event, state machines, Glue, COPY, upsert. */
export class Sluice {
  readonly #project: string;
  readonly #account: RunningAccount;
  readonly #loads: Loads;
  readonly #manifests = new Map<string, Delivered>();

  private constructor(project: string, account: RunningAccount) {
    this.#project = project;
    this.#account = account;
    this.#loads = new Loads(project, account, 20);
  }

  /** This build, its batches by whichever engine fits; or another build, in its own tree, as it was. */
  static async start(tree?: string): Promise<Sluice> {
    const project = mkdtempSync(join(tmpdir(), "sluice-bench-"));
    mkdirSync(join(project, "datasets"));
    writeFileSync(join(project, "sluice.yaml"), declaration(tree === undefined ? ", engine: auto" : ""));
    writeFileSync(join(project, "datasets", "flights.yaml"), dataset);
    return new Sluice(project, await RunningAccount.start(project, tree && join(tree, "bin", "sluice.js")));
  }

  /** Delivers one batch and waits until it is loaded. @returns seconds */
  async load({ folder, path, rows }: HourlyFile): Promise<number> {
    const started = performance.now();
    const bucket = this.#account.bucket("air", "landing");
    const files = [{ name: basename(path), body: readFileSync(path, "utf8"), recordCount: rows }];
    const manifest = await deliver(this.#account.clients.s3, bucket, {
      dataset: "flights",
      partition: folder,
      revision: 1,
      files,
    });
    this.#manifests.set(folder, manifest);
    const { outcome, message } = await this.#loads.follow("air", "flights", manifest);
    if (outcome !== "loaded") throw new Error(`${folder} is ${outcome}: ${message}`);
    return (performance.now() - started) / 1000;
  }

  /** What each state of a batch's load took, in seconds, by its name. */
  async states({ folder }: HourlyFile): Promise<ReadonlyMap<string, number>> {
    const manifest = this.#manifests.get(folder);
    if (manifest === undefined) throw new Error(`${folder} was not delivered`);
    const times = await this.#loads.stateTimes("air", "flights", manifest);
    return new Map(times.map(({ state, seconds }) => [state, seconds ?? 0]));
  }

  /** Rows of the table. */
  async count(): Promise<number> {
    const { rows } = await this.#loads.query("select count(*) from air.flights");
    return Number(rows[0]?.[0]);
  }

  async stop(): Promise<void> {
    await this.#account.stop();
    rmSync(this.#project, { recursive: true, force: true });
  }
}
