import { describe, expect, test } from "@jest/globals";
import type { Contract } from "../../contract/contract.js";
import type { Inspection } from "../../planning/inspection.js";
import { commentHash } from "../../planning/inspection.js";
import { contractOf, emptyInspection, inspectionOf, plan, planInput } from "./fixture.js";

const lineage = [
  ["sluice_batch", "character varying(80)"],
  ["sluice_file", "character varying(1024)"],
] as const;
const fitting = [
  ["id", "character varying(8)", true],
  ["version", "integer", true],
  ["amount", "numeric(9,2)"],
  ["note", "character varying(40)"],
  ...lineage,
] as const;

type Found = Parameters<typeof inspectionOf>[1][number];
const without = (...names: readonly string[]) => fitting.filter(([name]) => !names.includes(name));
const changed = (name: string, ...found: readonly [type: string, isNotNull?: boolean]): Found[] =>
  fitting.map((column): Found => (column[0] === name ? [name, ...found] : column));

const prepared = (contract: Contract, columns: readonly Found[], overrides: Partial<Inspection> = {}) =>
  plan(contract, { inspection: inspectionOf(contract, columns, overrides) }).prepare;

function failure(run: () => unknown): { readonly name: string; readonly message: string } {
  try {
    run();
  } catch (error) {
    if (typeof error === "object" && error !== null && "name" in error && "message" in error) {
      return { name: String(error.name), message: String(error.message) };
    }
  }
  throw new TypeError("nothing was thrown");
}

/** The table's own lock, for no longer than the contract's lock_wait. */
const exclusively = [
  "SET statement_timeout TO 600000",
  'LOCK TABLE "sales"."orders"',
  "SET statement_timeout TO 14400000",
];

describe("what a load can do to its table", () => {
  test("a table that fits needs nothing", () => {
    expect(prepared(contractOf(), fitting)).toBeNull();
  });

  test("the order of the columns is free, more room is fine, and so is a column that may be NULL", () => {
    const found = [...changed("note", "character varying(90)"), ["id", "varchar(8)"] as const].slice(1).reverse();
    expect(prepared(contractOf(), found)).toBeNull();
  });

  test("an added column goes to the end, and may be NULL", () => {
    const step = prepared(contractOf(), without("amount"));
    expect(step?.transaction).toBe(true);
    expect(step?.statements.slice(0, 3)).toEqual([
      "SET query_group TO 'sluice'",
      "SET statement_timeout TO 14400000",
      'LOCK TABLE "sluice"."lock_orders"',
    ]);
    expect(step?.statements.slice(3)).toEqual([
      ...exclusively,
      "CALL sluice.add_columns('sales', 'orders', 'amount|decimal(9, 2)|numeric(9,2)\n')",
    ]);
  });

  test("a table that was there before Sluice gets the lineage and the mark of deletes", () => {
    const deletes = { column: "note", values: ["D"] };
    const contract = contractOf({ load: { mode: "upsert", key: ["id"], order_by: "version", deletes } });
    expect(prepared(contract, without("sluice_batch", "sluice_file"))?.statements.slice(3)).toEqual([
      ...exclusively,
      "CALL sluice.add_columns('sales', 'orders', 'is_deleted|boolean DEFAULT FALSE NOT NULL|boolean\nsluice_batch|varchar(80)|character varying(80)\nsluice_file|varchar(1024)|character varying(1024)\n')",
    ]);
  });

  test("a wider VARCHAR is widened, outside of a transaction", () => {
    const { widen, prepare } = plan(contractOf(), {
      inspection: inspectionOf(contractOf(), changed("note", "character varying(10)")),
    });
    expect(widen?.statements).toEqual([
      "CALL sluice.check_width('sales', 'orders', 'note', 40)",
      'ALTER TABLE "sales"."orders" ALTER COLUMN "note" TYPE varchar(40)',
    ]);
    expect(widen?.transaction).toBe(false);
    expect(prepare).toBeNull();
  });

  test.each<readonly [string, Found[], Partial<Inspection>]>([
    ["an integer", changed("version", "smallint", true), {}],
    ["a decimal", changed("amount", "numeric(7,2)"), {}],
    ["a VARCHAR under a bound view", changed("note", "character varying(4)"), { boundView: "sales.daily" }],
    [
      "a VARCHAR whose encoding Redshift does not widen",
      changed("note", "character varying(4)"),
      {
        design: [
          { name: "note", encoding: "bytedict", isDistributionKey: false, sortPosition: 0, identity: "never" as const },
          { name: "version", encoding: "none", isDistributionKey: false, sortPosition: 1, identity: "never" as const },
        ],
      },
    ],
  ])(
    "%s grows by a copy of the table: one transaction, then its views, then the former table goes",
    (_, found, more) => {
      const { widen, prepare, grow } = plan(contractOf(), { inspection: inspectionOf(contractOf(), found, more) });
      expect([widen, prepare]).toEqual([null, null]);
      expect(grow.map(({ transaction }) => transaction)).toEqual([true, true, false]);
      expect(grow[0]?.statements.slice(2, 6)).toEqual(['LOCK TABLE "sluice"."lock_orders"', ...exclusively]);
      expect(grow[2]?.statements).toEqual(['DROP TABLE IF EXISTS "sales"."orders__sluice_outgrown"']);
    },
  );

  test("what is added beside a wider VARCHAR is added under the lock all the same", () => {
    const found = changed("note", "character varying(10)").filter(([name]) => name !== "amount");
    const { widen, prepare } = plan(contractOf(), { inspection: inspectionOf(contractOf(), found) });
    expect(widen?.statements).toHaveLength(2);
    expect(prepare?.transaction).toBe(true);
    expect(prepare?.statements.slice(2)).toEqual([
      'LOCK TABLE "sluice"."lock_orders"',
      ...exclusively,
      "CALL sluice.add_columns('sales', 'orders', 'amount|decimal(9, 2)|numeric(9,2)\n')",
    ]);
  });

  test("descriptions are written where they differ, and only there", () => {
    const columns = [
      { name: "id", type: "varchar(8)", description: "The key." },
      { name: "version", type: "integer", description: "Grows." },
      { name: "amount", type: "decimal(9,2)" },
      { name: "note", type: "varchar(40)" },
    ];
    const comments = new Map([
      ["", commentHash("Orders.")],
      ["id", commentHash("The key.")],
      ["amount", commentHash("by hand")],
    ]);
    const contract = contractOf({ columns, description: "Orders." });
    expect(prepared(contract, fitting, { comments })?.statements.slice(3)).toEqual([
      `COMMENT ON COLUMN "sales"."orders"."version" IS 'Grows.'`,
    ]);
  });

  test("more descriptions than a batch holds are left to the next load", () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ name: `c${n}`, type: "integer", description: `${n}` }));
    const contract = contractOf({ columns: many, load: { mode: "append" }, table: { name: "sales.orders" } });
    const step = plan(contract).prepare;
    expect(step?.statements).toHaveLength(39);
    const found = [...many.map(({ name }): Found => [name, "integer"]), ...lineage];
    const comments = new Map(many.slice(0, 34).map(({ name, description }) => [name, commentHash(description)]));
    expect(prepared(contract, found, { comments })?.statements).toHaveLength(3 + 26);
  });

  test("a swap leaves the table alone: the next one is built from the contract", () => {
    const contract = contractOf({ load: { mode: "swap" } });
    const loose = fitting.map(([name, type]): Found => [name, type]);
    expect(prepared(contract, loose.slice(1))).toBeNull();
  });
});

describe("everything else is SchemaDrift, with column, found, expected and the statement", () => {
  test.each<readonly [string, readonly Found[], Partial<Inspection>, readonly string[]]>([
    [
      "another type",
      changed("amount", "character varying(9)"),
      {},
      ["'amount'", "found: character varying(9)", "expected: decimal(9,2)", 'ALTER TABLE "sales"."orders" ADD COLUMN'],
    ],
    ["another scale", changed("amount", "numeric(9,3)"), {}, ["found: numeric(9,3)", "expected: decimal(9,2)"]],
    ["a type that no contract can name", changed("amount", "geometry"), {}, ["found: geometry"]],
    [
      "a column that the contract does not have",
      [...fitting, ["extra", "integer"]],
      {},
      ["'extra'", "found: integer", 'ALTER TABLE "sales"."orders" DROP COLUMN "extra";'],
    ],
    [
      "NOT NULL where the contract allows NULL",
      changed("note", "character varying(40)", true),
      {},
      ["'note'", "NOT NULL", "required: true"],
    ],
    [
      "a narrow VARCHAR in a key",
      changed("id", "character varying(4)", true),
      { keys: new Map([["id", "orders_pkey"]]) },
      ["'id'", "orders_pkey", 'ALTER TABLE "sales"."orders" DROP CONSTRAINT "orders_pkey";'],
    ],
    [
      "a type that would grow beside an IDENTITY column",
      [...changed("version", "smallint", true), ["n", "bigint", true]],
      {
        design: [
          { name: "n", encoding: "none", isDistributionKey: false, sortPosition: 0, identity: "always" as const },
        ],
      },
      ["'version'", "found: smallint; expected: integer", "IDENTITY column 'n'"],
    ],
    ["digits that would be lost", changed("amount", "numeric(9,1)"), {}, ["would lose digits", "numeric(9,1)"]],
    ["a type that is wider already", changed("version", "bigint", true), {}, ["found: bigint", "expected: integer"]],
  ])("%s", (_, columns, overrides, texts) => {
    const { name, message } = failure(() => prepared(contractOf(), columns, overrides));
    expect(name).toBe("SchemaDrift");
    expect(message).toContain("sales.orders");
    for (const text of texts) expect(message).toContain(text);
  });
});

describe("a warehouse that is not ready is a failure that says what to run", () => {
  const contract = contractOf();
  const target = inspectionOf(contract, fitting).relations.at(-1);
  if (target === undefined) throw new TypeError("no target");
  const sluice = emptyInspection(contract).relations;
  const withTarget = (change: Partial<typeof target>) =>
    inspectionOf(contract, fitting, { relations: [...sluice, { ...target, ...change }] });

  test.each([
    ["no ledger", { ...emptyInspection(contract), relations: [] }, "sluice bootstrap"],
    ["no right to create", { ...emptyInspection(contract), mayCreateTables: false }, "sluice bootstrap"],
    ["no schema", { ...emptyInspection(contract), hasSchema: false }, "sluice bootstrap"],
    [
      "missing privileges",
      withTarget({ owner: "ann", mayUpdate: false, mayDelete: false }),
      "GRANT UPDATE, DELETE ON TABLE sales.orders TO sluice_loader;",
    ],
    ["a view in place of the table", withTarget({ kind: "view" }), "is a view"],
  ])("%s", (_, inspection, text) => {
    const { name, message } = failure(() => plan(contract, { inspection }));
    expect(name).toBe("WarehouseNotReady");
    expect(message).toContain(text);
  });

  test.each(["swap", "truncate"])("a table of another owner cannot be loaded by %s", (mode) => {
    const changedMode = { ...contract, load: { ...contract.load, mode: mode as "swap" } };
    const { name, message } = failure(() => plan(changedMode, { inspection: withTarget({ owner: "ann" }) }));
    expect(name).toBe("WarehouseNotReady");
    expect(message).toContain("ALTER TABLE sales.orders OWNER TO sluice_loader;");
  });

  test("an upsert into a table of another owner is fine while nothing is to be altered", () => {
    expect(plan(contract, { inspection: withTarget({ owner: "ann" }) }).prepare).toBeNull();
  });

  test("a missing schema is created by who may", () => {
    const inspection = { ...emptyInspection(contract), hasSchema: false, mayCreateSchemas: true };
    expect(plan(contract, { inspection }).prepare?.statements[3]).toBe('CREATE SCHEMA IF NOT EXISTS "sales"');
  });
});

describe("a view that is bound to a table that is to be swapped", () => {
  const loose = fitting.map(([name, type]): Found => [name, type]);
  const narrow = loose.map(([name, type]): Found => [name, name === "note" ? "character varying(4)" : type]);
  const planned = (mode: string, columns: readonly Found[]) => {
    const made = contractOf({ load: { mode } });
    return plan(made, { inspection: inspectionOf(made, columns, { boundView: "sales.daily" }) });
  };

  test("refuses a wider column by name", () => {
    const { name, message } = failure(() => planned("swap", narrow));
    expect(name).toBe("DependentViews");
    expect(message).toContain("'note'");
    expect(message).toContain("sales.daily");
  });

  test("is rebuilt by the warehouse otherwise, in one statement however many there are", () => {
    const { branch, ...steps } = planned("swap", loose);
    expect(branch).toBe("swap");
    expect("swap" in steps && steps.swap.statements.filter((sql) => sql.includes("sluice.rebuild_views"))).toHaveLength(
      1,
    );
    expect(planned("replace", loose).branch).toBe("replace");
  });
});

describe("the plan", () => {
  test("has a snapshot when the contract asks for one; a redrive has the same, a rerun one of its own", () => {
    const contract = contractOf({ load: { mode: "append", snapshot: "before" } });
    const made = plan(contract).snapshot;
    expect(made).toEqual({
      identifier: expect.stringMatching(/^sluice-demo-orders-2026-11-22t05-[0-9a-f]{12}$/),
      retentionDays: 14,
      minimumDistanceSeconds: 0,
      when: "before",
    });
    const snapshot = { when: "after", minimum_distance: "6h", retention: "7d" };
    expect(plan(contractOf({ load: { mode: "append", snapshot } })).snapshot).toMatchObject({
      retentionDays: 7,
      minimumDistanceSeconds: 21_600,
    });
    expect(plan(contract).snapshot?.identifier).toBe(made?.identifier);
    const { batchFile } = planInput(contract);
    const rerun = { ...batchFile, execution: `${batchFile.execution}-r2` };
    expect(plan(contract, { batchFile: rerun }).snapshot?.identifier).not.toBe(made?.identifier);
    expect(plan(contractOf()).snapshot).toBeNull();
  });

  test.each([
    ["another view", "create view sales.other as select 1", "sales.other"],
    ["no view", "drop table sales.orders", "begins with"],
  ])("an aggregate's file that makes %s is refused by name", (_, sql, text) => {
    const { name, message } = failure(() =>
      plan(contractOf({ aggregates: ["sales.daily"] }, new Map([["sales.daily", sql]]))),
    );
    expect(name).toBe("AggregateInvalid");
    expect(message).toContain(text);
  });
});
