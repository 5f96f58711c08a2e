import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Contract } from "../../../contract/contract.js";
import { batchId, placeOf } from "../../../contract/layout.js";
import { preparationOf } from "../fixture.js";
import { attemptOf, contractFor, ledgerOf, modelLedger, modelTable, reset, tableOf, type Variant } from "./disorder.js";
import type { Event } from "./history.js";
import { Model, type Row } from "./model.js";
import { modelOf } from "./models.js";
import { type Attempt, type StepOutcome, stepsOf, TestWarehouse } from "./test-warehouse.js";

/** Eight loads of one table and eight of others at once, under both isolation levels. */

const plain = { isOrdered: true, deletes: "soft", strategy: "merge" } as const;
const upsert: Variant = { mode: "upsert", ...plain };
const others = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `other_${n}`);

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open(["orders", ...others].map((dataset) => contractFor(upsert, dataset)));
});
afterAll(() => warehouse?.stop());

/** Batches that touch the same keys with other versions. */
function eventOf(n: number): Event {
  const partition = `2026-11-22T0${n}`;
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  const rows = ["a", "b", "c", "d"].map(
    (key, i): Row => ({
      id: key,
      part: 1,
      version: 1 + ((n * 3 + i * 5) % 7),
      op: (n + i) % 4 === 0 ? "D" : "U",
      note: `${n}`,
    }),
  );
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id), rows },
    isForced: false,
  };
}

/** As run-statements: what passes by itself is tried again. */
async function loadWithRetries(variant: Variant, dataset: string, attempt: Attempt): Promise<StepOutcome> {
  const contract = contractFor(variant, dataset);
  const plan = await warehouse.plan(contract, attempt);
  for (const step of preparationOf(plan)) await tryAgain(() => warehouse.run(step, attempt), 0);
  let outcome: StepOutcome | undefined;
  for (const step of stepsOf(plan)) {
    outcome = await tryAgain(() => warehouse.run(step, attempt), 0);
    if (outcome?.outcome !== "done") break;
  }
  if (outcome === undefined) throw new TypeError("no step");
  return outcome;
}

async function tryAgain<Result>(work: () => Promise<Result>, attempt: number): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isTransient = error instanceof Object && "message" in error && /\b10(18|23)\b/.test(String(error.message));
    if (!isTransient || attempt > 8) throw error;
    return tryAgain(work, attempt + 1);
  }
}

describe.each(["SNAPSHOT", "SERIALIZABLE"])("under %s isolation", (level) => {
  beforeAll(() => warehouse.query("admin", `ALTER DATABASE analytics ISOLATION LEVEL ${level}`));

  test("upserts of one table and of others end as if one came after the other", async () => {
    const events = [1, 2, 3, 4, 5, 6, 7, 8].map(eventOf);
    const contract = contractFor(upsert);
    for (const dataset of ["orders", ...others]) await reset(warehouse, contractFor(upsert, dataset));
    const model = new Model(upsert);
    for (const event of events) model.load(event.batch, false);

    const outcomes = await Promise.all([
      ...events.map((event, n) => loadWithRetries(upsert, "orders", attemptOf(event, `one-${n}`))),
      ...others.map((dataset, n) => loadWithRetries(upsert, dataset, attemptOf(eventOf(n), `other-${n}`))),
    ]);

    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["done"]));
    // Order decides nothing: each key ends with its greatest version, then place.
    expect(await tableOf(warehouse, contract)).toEqual(modelTable(model, true));
    expect(await ledgerOf(warehouse, contract)).toEqual(modelLedger(model));
  });

  test("histories of one table end as if one load came after the other", async () => {
    const variant: Variant = { mode: "history", ...plain, deletes: "close" };
    const contract = contractFor(variant);
    await reset(warehouse, contract);
    const events = [0, 1, 2, 3, 4, 5, 6, 7].map(eventOf);
    const model = modelOf(variant);
    for (const event of events) model.load(event.batch, false);
    // The first of them all make the tables at once.
    const outcomes = await Promise.all(
      events.map((event, n) => loadWithRetries(variant, "orders", attemptOf(event, `one-${n}`))),
    );
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["done"]));
    expect(await tableOf(warehouse, contract)).toEqual(modelTable(model, false));
    expect(await ledgerOf(warehouse, contract)).toEqual(modelLedger(model));
  });

  test.each(["replace", "truncate", "swap"] as const)(
    "refreshes by %s: the newest place is the table",
    async (mode) => {
      const variant: Variant = { mode, ...plain, deletes: "none" };
      const contract = contractFor(variant);
      await reset(warehouse, contract);
      const events = [0, 1, 2, 3, 4].map(eventOf);
      const [first, ...rest] = events;
      if (first === undefined) throw new TypeError("no event");
      await warehouse.load(contract, attemptOf(first, "first"));
      const outcomes = await Promise.all(
        rest.map((event, n) => loadWithRetries(variant, "orders", attemptOf(event, `one-${n}`))),
      );
      const newest = new Model(variant);
      for (const event of rest.slice(-1)) newest.load(event.batch, false);
      expect(await tableOf(warehouse, contract)).toEqual(modelTable(newest, false));
      const refused = outcomes.flatMap((outcome) => (outcome.outcome === "refused" ? [outcome.error] : []));
      expect(new Set([...refused, "Superseded"])).toEqual(new Set(["Superseded"]));
      expect(await ledgerOf(warehouse, contract)).toHaveLength(5 - refused.length);
    },
  );

  test("the same revision sent eight times at once is loaded once", async () => {
    const contract = contractFor({ ...upsert, mode: "append", deletes: "none" });
    await reset(warehouse, contract);
    await warehouse.load(contract, attemptOf(eventOf(0), "first"));
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) =>
        loadWithRetries({ ...upsert, mode: "append", deletes: "none" }, "orders", attemptOf(eventOf(1), `${n}`)),
      ),
    );
    const count = (wanted: string) => outcomes.filter(({ outcome }) => outcome === wanted).length;
    expect([count("done"), count("already_loaded")]).toEqual([1, 7]);
    expect(await tableOf(warehouse, contract)).toHaveLength(8);
  });
});

describe("two loads that prepare one table at the same moment", () => {
  const variant: Variant = { mode: "append", ...plain, deletes: "none" };
  const base = contractFor(variant);
  /** The contract with an id of so many bytes, and with these columns more. */
  const revised = (bytes: number, ...added: readonly string[]): Contract => ({
    ...base,
    columns: base.columns
      .map((column) =>
        column.name === "id" ? { ...column, type: { name: "varchar", length: bytes } as const } : column,
      )
      .concat(base.columns.slice(-1).flatMap((column) => added.map((name) => ({ ...column, name })))),
  });
  const attempt = (n: number, added = 0): Attempt => {
    const made = attemptOf(eventOf(n), `attempt-${n}`);
    return { ...made, rows: made.rows.map((row) => [...row, ...Array.from({ length: added }, () => '"more"')]) };
  };
  const shape = async () =>
    (await warehouse.inspect(base)).columns
      .map(({ name, type }) => `${name} ${type}`)
      .filter((text) => !/^(?:part|version|op|note|sluice_)/.test(text));

  beforeEach(async () => {
    await reset(warehouse, base);
    expect(await warehouse.load(base, attempt(0))).toMatchObject({ outcome: "done" });
  });

  test("both change it in the same way: both load", async () => {
    const contract = revised(20, "more", "most");
    const attempts = [attempt(1, 2), attempt(2, 2)];
    const plans = await Promise.all(attempts.map((one) => warehouse.plan(contract, one)));
    const outcomes = await Promise.all(
      plans.map((plan, n) => tryAgain(() => warehouse.follow(plan, attempts[n] ?? attempt(1, 2)), 0)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(await shape()).toEqual(["id character varying(20)", "more super", "most super"]);
  });

  test("each adds a column of its own and widens to another size: the greater size stays, whoever is refused goes on anew", async () => {
    const contracts = [revised(12, "more"), revised(20, "more", "most")] as const;
    const attempts = [attempt(1, 1), attempt(2, 2)] as const;
    const plans = await Promise.all(
      contracts.map((contract, n) => warehouse.plan(contract, attempts[n] ?? attempts[0])),
    );
    // The newer contract's comes first, and the older contract's was planned before that.
    const [older, newer] = plans;
    if (older === undefined || newer === undefined) throw new TypeError("no plan");
    expect(await warehouse.follow(newer, attempts[1])).toMatchObject({ outcome: "done" });
    expect(await warehouse.follow(older, attempts[0])).toEqual({
      outcome: "refused",
      error: "SchemaDrift",
      message: expect.stringContaining("column id was to be widened to 12 bytes, but already has 20"),
    });
    expect(await shape()).toEqual(["id character varying(20)", "more super", "most super"]);
    // A new execution of it finds more room than it asks for. What the newer contract added it does not know.
    await expect(warehouse.plan(contracts[0], attempts[0])).rejects.toMatchObject({ name: "SchemaDrift" });
    expect(await warehouse.load(revised(12, "more", "most"), attempt(1, 2))).toMatchObject({ outcome: "done" });
  });

  test("an older contract's widening after a newer one's addition, and the other way round", async () => {
    const [wide, more] = [revised(20), revised(8, "more")];
    const plans = { wide: await warehouse.plan(wide, attempt(1)), more: await warehouse.plan(more, attempt(2, 1)) };
    expect(await warehouse.follow(plans.more, attempt(2, 1))).toMatchObject({ outcome: "done" });
    expect(await warehouse.follow(plans.wide, attempt(1))).toMatchObject({ outcome: "done" });
    expect(await shape()).toEqual(["id character varying(20)", "more super"]);
  });

  test("the same column with two types: the second is refused by name", async () => {
    const asText = revised(8, "more");
    const columns = asText.columns.map((column) =>
      column.name === "more" ? { ...column, type: { name: "varchar", length: 40 } as const } : column,
    );
    const plans = [
      await warehouse.plan(asText, attempt(1, 1)),
      await warehouse.plan({ ...asText, columns }, attempt(2, 1)),
    ];
    const [first, second] = plans;
    if (first === undefined || second === undefined) throw new TypeError("no plan");
    expect(await warehouse.follow(first, attempt(1, 1))).toMatchObject({ outcome: "done" });
    expect(await warehouse.follow(second, attempt(2, 1))).toMatchObject({
      error: "SchemaDrift",
      message: expect.stringContaining("column more was to be added as character varying(40), but now exists as super"),
    });
  });
});
