import type { Contract } from "../../../contract/contract.js";
import type { Inspection } from "../../../planning/inspection.js";
import { contractOf, preparationOf } from "../fixture.js";
import type { Event } from "./history.js";
import type { HistoryModel } from "./history-model.js";
import { Model, type Outcome, type Row, type Rules } from "./model.js";
import { modelOf } from "./models.js";
import { type Attempt, type StepOutcome, stepsOf, type TestWarehouse } from "./test-warehouse.js";

/** Plays a history in the warehouse and in the model, side by side. */

export interface Variant extends Rules {
  readonly strategy: "merge" | "delete_insert";
}

/** The table of the model as a contract. */
export function contractFor(rules: Variant, dataset = "orders"): Contract {
  const { mode, deletes, strategy, isOrdered } = rules;
  if (mode === "history") return historyFor(rules, dataset);
  const upsert = {
    key: ["id", "part"],
    strategy,
    ...(isOrdered ? { order_by: "version" } : {}),
    ...(deletes === "none" ? {} : { deletes: { column: "op", values: ["D"], action: deletes } }),
  };
  return contractOf({
    ...designOf(dataset),
    load: { mode, ...(mode === "upsert" ? upsert : {}) },
  });
}

const designOf = (dataset: string) => ({
  dataset,
  columns: [
    { name: "id", type: "varchar(8)" },
    { name: "part", type: "smallint" },
    { name: "version", type: "timestamptz" },
    { name: "op", type: "char(1)" },
    { name: "note", type: "super" },
  ],
  table: { name: `sales.${dataset}`, distribution: "even" },
});

const historyFor = ({ deletes, track }: Variant, dataset: string): Contract =>
  contractOf({
    ...designOf(dataset),
    load: {
      ...{ mode: "history", key: ["id", "part"], order_by: "version" },
      ...(track === undefined ? {} : { track }),
      ...(deletes === "none" ? {} : { deletes: { column: "op", values: ["D"] } }),
    },
  });

/** Where a load breaks off before it is taken up again: after so many statements of one of its steps. */
export interface Crash {
  readonly step: number;
  readonly after: number;
}

const timeOf = (version: number) => `2026-01-01 00:00:0${version}`;

/** The rows as the Parquet files have them: UTC times, JSON text. */
const stagedRow = ({ id, part, version, op, note }: Row) => [id, part, timeOf(version), op, jsonOf(note)];
const jsonOf = (note: Row["note"]) => (note === null ? null : JSON.stringify(note));

export const attemptOf = ({ batch, isForced }: Event, execution: string): Attempt => ({
  batch,
  rows: batch.rows.map(stagedRow),
  isForced,
  execution,
});

/** Empties the dataset's place in the warehouse. */
export async function reset(warehouse: TestWarehouse, contract: Contract): Promise<void> {
  await warehouse.as("admin", async (session) => {
    const { schema, name } = contract.table;
    for (const table of [name, `${name}__sluice_previous`])
      await session.run(`DROP TABLE IF EXISTS ${schema}.${table}`);
    await session.run(`DROP TABLE IF EXISTS sluice.statements_${contract.dataset}`);
    for (const table of ["loads", "lock"]) await session.run(`DELETE FROM sluice.${table}_${contract.dataset}`);
  });
}

/** One load, broken off where the crash says and then redriven from the step that broke. */
export async function loadWithCrash(
  warehouse: TestWarehouse,
  contract: Contract,
  attempt: Attempt,
  crash?: Crash,
  found?: Inspection,
) {
  const plan = await warehouse.plan(contract, attempt, found);
  for (const step of preparationOf(plan)) await warehouse.run(step, attempt);
  let outcome: StepOutcome | undefined;
  for (const [index, step] of stepsOf(plan).entries()) {
    if (crash?.step === index) await warehouse.run(step, attempt, crash.after);
    outcome = await warehouse.run(step, attempt);
    if (outcome?.outcome !== "done") break;
  }
  if (outcome === undefined) throw new TypeError("the load has no step");
  return outcome;
}

/** The last result of a load is its counts. */
export function asOutcome(outcome: StepOutcome): Outcome | { readonly outcome: string } {
  if (outcome.outcome !== "done") return { outcome: outcome.outcome === "refused" ? outcome.error : outcome.outcome };
  const [inserted = -1, updated = -1, deleted = -1, outdated = -1, removed = -1] = (
    outcome.results.at(-1)?.rows[0] ?? []
  )
    // Of the report are those before.
    .slice(4)
    .map(Number);
  return { outcome: "loaded", counts: { inserted, updated, deleted, outdated, removed } };
}

const text = (rows: readonly (readonly unknown[])[]) => rows.map((row) => JSON.stringify(row)).sort();

const valuesOf = ({ id, part, version, op, note }: Row, place: string) => [
  ...[id, part, timeOf(version), op, jsonOf(note), place],
];

/** The table of a model as `tableOf` gives the warehouse's. */
export const modelTable = (model: Model | HistoryModel, hasMark: boolean) =>
  text(
    model instanceof Model
      ? model.table.map(({ place, isDeleted, ...row }) => [...valuesOf(row, place), ...(hasMark ? [isDeleted] : [])])
      : model.table.map(({ row, place, from, to }) => [
          ...valuesOf(row, place),
          ...[timeOf(from), to === null ? null : timeOf(to), to === null],
        ]),
  );

export async function tableOf(warehouse: TestWarehouse, contract: Contract): Promise<string[]> {
  const times = ["valid_from", "valid_to"].map((name) => `, CAST(${name} AT TIME ZONE 'UTC' AS varchar(32))`);
  const mark =
    contract.load.mode === "history"
      ? `${times.join("")}, is_current`
      : contract.load.deletes?.action === "soft"
        ? ", is_deleted"
        : "";
  const rows = await warehouse.query(
    "sluice_reader",
    `SELECT id, part, CAST(version AT TIME ZONE 'UTC' AS varchar(32)), op, JSON_SERIALIZE(note), sluice_batch${mark}
     FROM ${contract.table.schema}.${contract.table.name}`,
  );
  return text(rows);
}

export async function ledgerOf(warehouse: TestWarehouse, contract: Contract): Promise<string[]> {
  const rows = await warehouse.query(
    "sluice_reader",
    `SELECT batch_id, revision, place FROM sluice.loads WHERE dataset = '${contract.dataset}'`,
  );
  return text(rows);
}

export const modelLedger = (model: Pick<Model, "ledger">) =>
  text(model.ledger.map(({ batchId, revision, place }) => [batchId, revision, place]));

/** What was different, or undefined. */
export interface Difference {
  readonly at: number;
  readonly found: unknown;
  readonly expected: unknown;
}

/**
 * Plays a history, compares each outcome with its counts, and at the end table and ledger.
 * @param crashes one a load, or none
 */
export async function play(
  warehouse: TestWarehouse,
  variant: Variant,
  history: readonly Event[],
  crashes: readonly (Crash | undefined)[] = [],
): Promise<Difference | undefined> {
  const contract = contractFor(variant);
  await reset(warehouse, contract);
  const model = modelOf(variant);
  // Once the table is there, nothing that an inspection looks at changes any more.
  let inspection: Inspection | undefined;
  for (const [at, event] of history.entries()) {
    const expected = model.load(event.batch, event.isForced);
    const attempt = attemptOf(event, `execution-${at}`);
    const outcome = asOutcome(await loadWithCrash(warehouse, contract, attempt, crashes[at], inspection));
    if (at === 0) inspection = await warehouse.inspect(contract);
    const found = withoutLostAnswer(outcome, expected, crashes[at]);
    if (JSON.stringify(found) !== JSON.stringify(expected)) return { at, found, expected };
  }
  const found = { table: await tableOf(warehouse, contract), ledger: await ledgerOf(warehouse, contract) };
  const expected = { table: modelTable(model, variant.deletes === "soft"), ledger: modelLedger(model) };
  return JSON.stringify(found) === JSON.stringify(expected) ? undefined : { at: history.length, found, expected };
}

/** A load whose commit was not seen is loaded already when it is taken up again. */
function withoutLostAnswer(found: ReturnType<typeof asOutcome>, expected: Outcome, crash: Crash | undefined) {
  return crash !== undefined && found.outcome === "already_loaded" && expected.outcome === "loaded" ? expected : found;
}
