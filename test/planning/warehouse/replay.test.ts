import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { batchId, placeOf, replayRevision } from "../../../contract/layout.js";
import { contractOf } from "../fixture.js";
import { type Attempt, type StepOutcome, stepsOf, TestWarehouse, type Value } from "./test-warehouse.js";

/**
 * Rows that were rejected when their batch was loaded, and are added to it later: the table is that of a right first load,
 * whatever came in between. The expectation is made from the rows alone, by what the contract page says of each mode.
 */

const day = (n: number) => `2026-01-${String(n).padStart(2, "0")}`;
const columns = [
  { name: "id", type: "varchar(8)" },
  { name: "version", type: "integer" },
  { name: "amount", type: "decimal(9,2)" },
  { name: "note", type: "varchar(40)" },
];
const modes = {
  upsert: { mode: "upsert", key: ["id"], order_by: "version", conflicts: "last" },
  upsert_by_delete: { mode: "upsert", key: ["id"], order_by: "version", strategy: "delete_insert" },
  append: { mode: "append", key: ["id"], order_by: "version", conflicts: "last" },
  history: { mode: "history", key: ["id"], order_by: "at", conflicts: "last" },
};
type Mode = keyof typeof modes;
const dated = columns.map((column) => (column.name === "version" ? { name: "at", type: "date" } : column));
const checks = { one_note: { unique: ["note"] }, many: { sql: "count(*) > 0 and :previous_rows is null" } };
const contractFor = (mode: Mode, more = {}) =>
  contractOf({
    dataset: `r_${mode}`,
    columns: mode === "history" ? dated : columns,
    table: { name: `sales.r_${mode}` },
    load: modes[mode],
    ...more,
  });
const contracts = Object.fromEntries((Object.keys(modes) as Mode[]).map((mode) => [mode, contractFor(mode)]));
const checked = contractFor("append", {
  dataset: "r_checked",
  table: { name: "sales.r_checked" },
  batch_checks: checks,
});

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([...Object.values(contracts), checked]);
});
afterAll(() => warehouse?.stop());
beforeEach(reset);
async function reset(): Promise<void> {
  for (const { dataset, table, load } of [...Object.values(contracts), checked]) {
    await warehouse.query("admin", `DROP TABLE IF EXISTS ${table.schema}.${table.name}`);
    if (load.mode === "history") await warehouse.query("admin", `DROP TABLE IF EXISTS sluice.statements_${dataset}`);
    await warehouse.query("admin", `DELETE FROM sluice.loads_${dataset}`);
  }
}

type Row = readonly [id: string, order: number, amount: string, note: string];
interface Batch {
  readonly hour: number;
  readonly first: readonly Row[];
  /** Those that pass later. */
  readonly later: readonly Row[];
}

const placed = (mode: string, hour: number, revision = "20261123T060000Z-0000-1a2b3c4d") => {
  const partition = `2026-11-22T${String(hour).padStart(2, "0")}`;
  const id = batchId(`r_${mode}`, partition, "manifest.json");
  return { partition, batchId: id, revision, place: placeOf(partition, revision, id) };
};
const values = (mode: string, rows: readonly Row[]): readonly (readonly Value[])[] =>
  rows.map(([id, order, ...rest]) => [id, mode === "history" ? day(order) : order, ...rest]);
const loadOf = (mode: string, { hour, first }: Batch): Attempt => ({
  batch: placed(mode, hour),
  rows: values(mode, first),
});
const replayOf = (mode: string, { hour, later }: Batch, n = 1, execution = `replay-${n}`): Attempt => {
  const batch = placed(mode, hour);
  return {
    batch: { ...batch, revision: replayRevision(batch.revision, n) },
    rows: values(mode, later),
    isReplay: true,
    execution,
  };
};

/** A batch as a right first load has it: a later row in the place of the first one of its identity. */
function right(mode: Mode, { first, later }: Batch): readonly Row[] {
  const identity = ([id, order]: Row) => (mode === "history" ? `${id} ${order}` : id);
  return [...new Map([...first, ...later].map((row) => [identity(row), row])).values()];
}

/** The rows of the table, by the contract page: key, order, amount, note; of a history valid_to and is_current too. */
function expected(mode: Mode, batches: readonly Batch[]): string[] {
  const every = [...batches]
    .sort((a, b) => a.hour - b.hour)
    .flatMap((batch) => right(mode, batch).map((row) => ({ row, hour: batch.hour })));
  if (mode === "append") return every.map(({ row }) => row.join(" ")).sort();
  const byKey = new Map<string, Map<number, Row>>();
  // Of equal order the greater place wins: it comes last here.
  for (const { row } of every) byKey.set(row[0], (byKey.get(row[0]) ?? new Map<number, Row>()).set(row[1], row));
  return [...byKey.values()]
    .flatMap((said) => {
      const inOrder = [...said.values()].sort((a, b) => a[1] - b[1]);
      const newest = inOrder.at(-1);
      if (mode !== "history") return newest === undefined ? [] : [newest.join(" ")];
      const versions = inOrder.filter(
        (row, at) => at === 0 || row.slice(2).join() !== inOrder[at - 1]?.slice(2).join(),
      );
      return versions.map((row, at) => {
        const next = versions[at + 1];
        return [row[0], day(row[1]), row[2], row[3], next === undefined ? "open" : day(next[1])].join(" ");
      });
    })
    .sort();
}

async function found(mode: Mode): Promise<string[]> {
  const names =
    mode === "history"
      ? "id, valid_from, amount, note, COALESCE(CAST(valid_to AS varchar), 'open')"
      : "id, version, amount, note";
  return (await warehouse.query("admin", `SELECT ${names} FROM sales.r_${mode}`)).map((row) => row.join(" ")).sort();
}

/** Pseudo-random numbers, the same for a seed. */
function random(seed: number) {
  let state = seed * 2_654_435_761 + 1;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function batchesOf(mode: Mode, chance: (below: number) => number): Batch[] {
  return Array.from({ length: 1 + chance(4) }, (_, hour): Batch => {
    const first: Row[] = [];
    const later: Row[] = [];
    for (let key = 0; key < 6; key++) {
      const row = (order: number): Row => [`k${key}`, order, `${chance(3)}.00`, `n${chance(3)}`];
      const order = 1 + chance(5);
      const fate = chance(4);
      if (fate === 0) continue;
      if (fate !== 2) first.push(row(order));
      if (fate === 2) later.push(row(order));
      // One that was rejected, and is newer than the one that was written, or follows it in the file.
      if (fate === 3) later.push(row(mode === "history" ? order + chance(2) : order + chance(3)));
    }
    return { hour, first, later };
  });
}

/** Every fourth place, what is around the commit, and all of them in the long form. */
const isTried = (at: number, statements: number) =>
  process.env.SLUICE_ALL_CRASHES === "1" || at >= statements || at % 4 === 0;

const done = (outcome: StepOutcome) => {
  expect(outcome).toMatchObject({ outcome: "done" });
};

const seeds = Array.from({ length: process.env.SLUICE_LONG === undefined ? 2 : 150 }, (_, seed) => seed);
describe.each(Object.keys(modes) as Mode[])("%s", (mode) => {
  const contract = contractFor(mode);

  test.each(seeds)("any order of loads and replays ends in the table of right first loads (%i)", async (seed) => {
    const chance = random(seed + 1);
    const batches = batchesOf(mode, chance);
    // A replay comes behind its load; all else in any order.
    const waiting = batches.flatMap((batch) => [{ batch, isReplay: false }]);
    while (waiting.length > 0) {
      const [next] = waiting.splice(chance(waiting.length), 1);
      if (next === undefined) break;
      const { batch, isReplay } = next;
      done(await warehouse.load(contract, isReplay ? replayOf(mode, batch) : loadOf(mode, batch)));
      if (!isReplay) waiting.push({ batch, isReplay: true });
    }
    expect(await found(mode)).toEqual(expected(mode, batches));
  });

  const batch: Batch = { hour: 3, first: [["a", 1, "1.00", "x"]], later: [["b", 2, "2.00", "y"]] };

  test("twice is once, and the ledger has a row of its own", async () => {
    done(await warehouse.load(contract, loadOf(mode, batch)));
    done(await warehouse.load(contract, replayOf(mode, batch)));
    expect(await warehouse.load(contract, replayOf(mode, batch, 1, "another"))).toEqual({ outcome: "already_loaded" });
    expect(await warehouse.load(contract, loadOf(mode, batch))).toEqual({ outcome: "already_loaded" });
    const rows = `SELECT kind, written, inserted FROM sluice.loads WHERE dataset = '${contract.dataset}' ORDER BY revision`;
    expect(await warehouse.query("sluice_reader", rows)).toEqual([
      ["batch", 1, 1],
      ["replay", 1, 1],
    ]);
    expect(await found(mode)).toHaveLength(2);
  });

  test("a replay follows right behind what it read, or is superseded", async () => {
    const refused = {
      outcome: "refused",
      error: "Superseded",
      message: expect.stringContaining("Start the replay again"),
    };
    const [first, second] = [replayOf(mode, batch), replayOf(mode, batch, 2)];
    done(await warehouse.load(contract, loadOf(mode, { ...batch, hour: 2 })));
    expect(await warehouse.load(contract, first)).toEqual(refused);
    done(await warehouse.load(contract, loadOf(mode, batch)));
    expect(await warehouse.load(contract, second)).toEqual(refused);
    done(await warehouse.load(contract, first));
    const newer = { batch: placed(mode, 3, "20261124T060000Z-0000-1a2b3c4d"), rows: values(mode, batch.first) };
    done(await warehouse.load(contract, newer));
    expect(await warehouse.load(contract, second)).toEqual(refused);
  });

  test("a newer revision takes the place of the replayed rows with the rest, and so does one by force", async () => {
    done(await warehouse.load(contract, loadOf(mode, batch)));
    done(await warehouse.load(contract, replayOf(mode, batch)));
    done(await warehouse.load(contract, { ...loadOf(mode, batch), isForced: true, execution: "again" }));
    const keeps = mode.startsWith("upsert");
    expect(await found(mode)).toHaveLength(keeps ? 2 : 1);
    // What was replayed before is decided anew.
    done(await warehouse.load(contract, replayOf(mode, batch)));
    expect(await found(mode)).toHaveLength(2);
    done(
      await warehouse.load(contract, {
        batch: placed(mode, 3, "20261124T060000Z-0000-1a2b3c4d"),
        rows: values(mode, batch.first),
      }),
    );
    expect(await found(mode)).toHaveLength(keeps ? 2 : 1);
  });

  test("killed at any of its statements and begun again, by a redrive or anew, it is once", async () => {
    const again = [replayOf(mode, batch), replayOf(mode, batch, 1, "another")];
    let statements = 0;
    for (let at = 0; at <= statements + 1; at++) {
      if (at > 0 && !isTried(at, statements)) continue;
      await reset();
      done(await warehouse.load(contract, loadOf(mode, batch)));
      const attempt = replayOf(mode, batch);
      const [step, ...others] = stepsOf(await warehouse.plan(contract, attempt));
      if (step === undefined || others.length > 0) throw new TypeError("a replay is one transaction");
      statements = step.statements.length;
      await warehouse.run(step, attempt, at);
      // One more than there are statements: it is committed, and nobody saw that.
      const isLoaded = at > statements;
      const redriven = await warehouse.run(step, attempt);
      expect([at, redriven?.outcome]).toEqual([at, isLoaded ? "already_loaded" : "done"]);
      for (const each of again) expect(await warehouse.load(contract, each)).toEqual({ outcome: "already_loaded" });
      expect([at, await found(mode)]).toEqual([at, expected(mode, [batch])]);
      const ledger = `SELECT kind, written, inserted FROM sluice.loads WHERE dataset = '${contract.dataset}' ORDER BY revision`;
      expect([at, ...(await warehouse.query("sluice_reader", ledger))]).toEqual([
        at,
        ["batch", 1, 1],
        ["replay", 1, 1],
      ]);
    }
    expect(statements).toBeGreaterThan(5);
  }, 300_000);

  test("with no row left it is noted all the same", async () => {
    done(await warehouse.load(contract, loadOf(mode, batch)));
    done(await warehouse.load(contract, { ...replayOf(mode, batch), rows: [] }));
    expect(await warehouse.load(contract, replayOf(mode, batch))).toEqual({ outcome: "already_loaded" });
  });
});

describe("checks of a batch", () => {
  const first: Row[] = [["a", 1, "1.00", "x"]];

  test("what is said of the whole batch is not asked again; a value that stands in it already is found", async () => {
    const load = (later: Row) => warehouse.load(checked, replayOf("checked", { hour: 1, first, later: [later] }));
    done(await warehouse.load(checked, loadOf("checked", { hour: 1, first, later: [] })));
    expect(await load(["b", 1, "1.00", "x"])).toMatchObject({ outcome: "refused", error: "BatchCheckFailed" });
    done(await load(["b", 1, "1.00", "y"]));
  });
});
