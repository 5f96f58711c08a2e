import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../../contract/layout.js";
import { preparationOf } from "../fixture.js";
import {
  asOutcome,
  attemptOf,
  contractFor,
  ledgerOf,
  modelLedger,
  modelTable,
  reset,
  tableOf,
  type Variant,
} from "./disorder.js";
import type { Event } from "./history.js";
import type { Row } from "./model.js";
import { modelOf } from "./models.js";
import { stepsOf, TestWarehouse } from "./test-warehouse.js";

/** A load is broken off before and after each of its statements, and redriven from the step that broke. Every fifth
 * place, and each commit whose answer is lost, unless SLUICE_ALL_CRASHES=1 asks for all. */
const isTried = (place: number, isCommit: boolean) =>
  process.env.SLUICE_ALL_CRASHES === "1" || isCommit || place % 5 === 0;

const plain = { isOrdered: true, deletes: "none", strategy: "merge" } as const;
const variants: readonly Variant[] = [
  { mode: "upsert", ...plain, deletes: "soft" },
  { mode: "upsert", ...plain, deletes: "hard", strategy: "delete_insert" },
  { mode: "history", ...plain, deletes: "close" },
  ...(["append", "replace", "truncate", "swap"] as const).map((mode) => ({ mode, ...plain })),
];

function event(partition: string, rows: readonly Row[]): Event {
  const id = batchId("orders", partition, "manifest.json");
  const revision = "20261123T060000Z-0000-1a2b3c4d";
  return {
    batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id), rows },
    isForced: false,
  };
}

const row = (id: string, version: number, op = "U"): Row => ({ id, part: 1, version, op, note: "n" });
const before = event("2026-11-22T04", [row("a", 1), row("b", 3), row("c", 1), row("d", 1)]);
const after = event("2026-11-22T05", [row("a", 2), row("b", 2), row("c", 2, "D"), row("e", 1)]);

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contractFor({ mode: "append", ...plain })]);
});
afterAll(() => warehouse?.stop());

describe("a load that is broken off and redriven is the load that was not", () => {
  test.each(variants.map((variant) => [Object.values(variant).join(" "), variant] as const))(
    "%s",
    async (_, variant) => {
      const contract = contractFor(variant);
      const model = modelOf(variant);
      model.load(before.batch, false);
      const expected = model.load(after.batch, false);
      const attempt = attemptOf(after, "second");
      const first = attemptOf(before, "first");
      await reset(warehouse, contract);
      const firstPlan = await warehouse.plan(contract, first);
      await warehouse.follow(firstPlan, first);
      const steps = stepsOf(await warehouse.plan(contract, attempt));
      let places = 0;
      for (const [
        step,
        {
          statements: { length: statements },
        },
      ] of steps.entries()) {
        // One more than there are statements: the commit happened, and nobody saw it.
        for (let at = 0; at <= statements + 1; at++) {
          if (!isTried(at + step, at > statements)) continue;
          await reset(warehouse, contract);
          await warehouse.follow(firstPlan, first);
          for (const done of steps.slice(0, step)) await warehouse.run(done, attempt);
          const [broken, ...rest] = steps.slice(step);
          if (broken === undefined) throw new TypeError("no step");
          await warehouse.run(broken, attempt, at);
          let outcome = await warehouse.run(broken, attempt);
          for (const following of rest) outcome = await warehouse.run(following, attempt);
          const where = `step ${step}, after statement ${at}`;
          const isLostAnswer = rest.length === 0 && at > statements;
          expect([where, outcome && asOutcome(outcome)]).toEqual([
            where,
            isLostAnswer ? { outcome: "already_loaded" } : expected,
          ]);
          expect([where, await tableOf(warehouse, contract)]).toEqual([
            where,
            modelTable(model, variant.deletes === "soft"),
          ]);
          expect([where, await ledgerOf(warehouse, contract)]).toEqual([where, modelLedger(model)]);
          places++;
        }
      }
      expect(places).toBeGreaterThan(3);
    },
    600_000,
  );

  test("the preparation of a table", async () => {
    const { mode, deletes } = { mode: "upsert", deletes: "soft" } as const;
    const contract = contractFor({ ...plain, mode, deletes });
    const narrow = {
      ...contract,
      columns: contract.columns
        .filter(({ name }) => name !== "note")
        .map((column) =>
          column.name === "id" ? { ...column, type: { name: "varchar", length: 4 } as const } : column,
        ),
      load: { ...contract.load, deletes: null },
    };
    const narrowAttempt = { ...attemptOf(before, "first"), rows: attemptOf(before, "").rows.map((r) => r.slice(0, 4)) };
    // Two statements widen a column, seven add two in one call under the locks; one more than there are: nobody saw the commit.
    for (const [step, at] of [
      [0, 1],
      [0, 3],
      [1, 6],
      [1, 8],
    ] as const) {
      await reset(warehouse, contract);
      await warehouse.load(narrow, narrowAttempt);
      const attempt = attemptOf(after, "second");
      const plan = await warehouse.plan(contract, attempt);
      const steps = preparationOf(plan);
      expect(steps.map(({ statements, transaction }) => [statements.length, transaction])).toEqual([
        [2, false],
        [7, true],
      ]);
      for (const done of steps.slice(0, step)) await warehouse.run(done, attempt);
      const [broken, ...rest] = steps.slice(step);
      if (broken === undefined) throw new TypeError("no step");
      await warehouse.run(broken, attempt, at);
      for (const again of [broken, ...rest]) {
        expect(await warehouse.run(again, attempt)).toMatchObject({ outcome: "done" });
      }
      const outcome = await warehouse.follow({ ...plan, widen: null, prepare: null }, attempt);
      expect(asOutcome(outcome)).toEqual({
        outcome: "loaded",
        counts: { inserted: 1, updated: 1, deleted: 1, outdated: 1, removed: 0 },
      });
      expect(preparationOf(await warehouse.plan(contract, attempt))).toEqual([]);
    }
  });
});
