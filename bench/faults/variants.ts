import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Row, Rules } from "../../test/planning/warehouse/model.js";

/** The datasets of the fault matrix: every load mode, over one table that the in-memory model knows. */
export interface Variant extends Rules {
  readonly dataset: string;
  readonly load: string;
  readonly catalogue: "crawler" | "partition";
  /** What completes a delivery; a manifest where nothing is said. */
  readonly arrival?: Arrival;
  /** By the Glue job where nothing is said. */
  readonly engine?: "auto" | "lambda";
  /** What the column `note` is where it is no plain text. */
  readonly note?: string;
}
export type Arrival = "marker" | "control" | "each_file" | "quiet";

const ordered = { isOrdered: true, deletes: "none" } as const;
const plain = { isOrdered: false, deletes: "none" } as const;

export const variants: readonly Variant[] = [
  {
    dataset: "merged",
    mode: "upsert",
    ...ordered,
    load: "{ mode: upsert, key: [id, part], order_by: version }",
    catalogue: "partition",
  },
  {
    dataset: "deleted_inserted",
    mode: "upsert",
    isOrdered: true,
    deletes: "soft",
    load: "{ mode: upsert, key: [id, part], order_by: version, strategy: delete_insert, deletes: { column: op, values: [D], action: soft } }",
    catalogue: "partition",
  },
  { dataset: "appended", mode: "append", ...plain, load: "{ mode: append }", catalogue: "crawler" },
  {
    dataset: "historic",
    mode: "history",
    isOrdered: true,
    deletes: "close",
    load: "{ mode: history, key: [id, part], order_by: version, deletes: { column: op, values: [D] } }",
    catalogue: "partition",
  },
  { dataset: "replaced", mode: "replace", ...plain, load: "{ mode: replace }", catalogue: "partition" },
  {
    dataset: "truncated",
    mode: "truncate",
    ...plain,
    load: "{ mode: truncate, lock_wait: 1s }",
    catalogue: "partition",
  },
  {
    dataset: "swapped",
    mode: "swap",
    ...plain,
    load: "{ mode: swap, snapshot: before, lock_wait: 1s }",
    catalogue: "partition",
  },
  {
    dataset: "by_lambda",
    mode: "append",
    ...plain,
    load: "{ mode: append }",
    catalogue: "partition",
    engine: "lambda",
  },
  {
    dataset: "by_auto",
    mode: "upsert",
    ...ordered,
    load: "{ mode: upsert, key: [id, part], order_by: version }",
    catalogue: "partition",
    engine: "auto",
  },
  ...(["marker", "control", "each_file"] as const).map(
    (arrival): Variant => ({
      dataset: `by_${arrival}`,
      mode: "append",
      ...plain,
      load: "{ mode: append }",
      catalogue: "partition",
      engine: "lambda",
      arrival,
    }),
  ),
];

/** A dataset of which no event tells that it is complete: an account with a schedule never comes to rest, so it has its own. */
export const byQuiet: Variant = {
  dataset: "by_quiet",
  mode: "append",
  ...plain,
  load: "{ mode: append }",
  catalogue: "partition",
  engine: "lambda",
  arrival: "quiet",
};

const arrivals = {
  marker: "{ marker: _SUCCESS }",
  control: '{ marker: "*.ctl", control: { format: { type: csv }, file: file, rows: rows, bytes: bytes } }',
  each_file: "each_file",
  quiet: "{ quiet: 10m, every: 10m, window: 1h }",
} as const satisfies Record<Arrival, string>;

/** The key of what starts the load of a folder's delivery, and what it holds. */
export function signOf(
  { arrival }: Pick<Variant, "arrival">,
  file: {
    readonly url: string;
    readonly folder: string;
    readonly name: string;
    readonly bytes: number;
    readonly rows: number;
  },
): { readonly key: string; readonly body: string } | undefined {
  const { url, folder, name, bytes, rows } = file;
  switch (arrival) {
    case undefined: {
      const meta = { content_length: bytes, record_count: rows };
      return { key: `${folder}_manifest.json`, body: JSON.stringify({ entries: [{ url, mandatory: true, meta }] }) };
    }
    case "marker":
      return { key: `${folder}_SUCCESS`, body: "" };
    case "control":
      return { key: `${folder}all.ctl`, body: `file,rows,bytes\n${name},${rows},${bytes}\n` };
    case "each_file":
    case "quiet":
      return undefined;
  }
}

export const projectName = "matrix";
export const source = "shop";

const datasetFile = ({ dataset, load, catalogue, engine, arrival, note }: Variant) => `dataset: ${dataset}
source: ${source}
partition: hour
${arrival === undefined ? "" : `path: "${dataset}/{partition:yyyy/MM/dd/HH}/*.json"\narrival: ${arrivals[arrival]}\n`}format: { type: json, lines: true }
columns:
  - { name: id, type: varchar(8) }
  - { name: part, type: smallint }
  - { name: version, type: timestamp }
  - { name: op, type: char(1) }
  - { name: note, type: ${note ?? "varchar(40)"} }
table: { name: sales.${dataset}, distribution: even }
load: ${load}
catalogue: ${catalogue}
engine: ${engine ?? "glue"}
`;

/** Writes the project into a folder. @param copies how many datasets of each variant (a soak wants several). */
export function writeProject(folder: string, datasets: readonly Variant[] = variants): void {
  mkdirSync(join(folder, "datasets"), { recursive: true });
  const declaration = `name: ${projectName}
region: eu-central-1
warehouse: { create: { database: analytics } }
sources:
  ${source}: { landing: create, processed: create, concurrency: 4 }
`;
  writeFileSync(join(folder, "sluice.yaml"), declaration);
  for (const variant of datasets) {
    writeFileSync(join(folder, "datasets", `${variant.dataset}.yaml`), datasetFile(variant));
  }
}

const row = (id: string, part: number, version: number, op = "U", note = `${id} ${version}`): Row => ({
  ...{ id, part, version, op },
  note,
});

/** What the table holds before a trial. */
export const baseRows: readonly Row[] = [row("a", 1, 2), row("a", 2, 2), row("b", 1, 2), row("c", 1, 4)];

/** What a trial loads: one row new, one newer, one older, one deleted, one that stays. */
export const trialRows: readonly Row[] = [row("d", 1, 1), row("a", 1, 3), row("c", 1, 3), row("b", 1, 3, "D")];

export const timeOf = (version: number): string => `2026-01-01 00:00:0${version}`;

/** The file that a producer delivers. */
export const fileOf = (rows: readonly Row[]): string =>
  rows
    .map(({ id, part, version, op, note }) => `${JSON.stringify({ id, part, version: timeOf(version), op, note })}\n`)
    .join("");
