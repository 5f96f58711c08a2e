import { rmSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parseColumnType } from "../../contract/column-type.js";
import type { ChangeClass } from "../../contract/evolution/change.js";
import { compareDeclarations } from "../../contract/evolution/compare.js";
import { growth } from "../../contract/evolution/growth.js";
import { readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

/** A project's declarations with pieces of its files replaced. */
function declared(file: keyof typeof soundProject, edits: readonly (readonly [string, string])[]) {
  const text = edits.reduce((done, [from, to]) => {
    expect(done).toContain(from);
    return done.replace(from, to);
  }, soundProject[file] as string);
  const folder = writeProject({ ...soundProject, [file]: text });
  try {
    const { project, contracts, findings } = readProject(folder);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    return { project, contracts };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sound = declared("datasets/orders.yaml", []);

/** The changes that an edit of the dataset's file makes: path and class. */
function changes(...edits: readonly (readonly [string, string])[]) {
  return compareDeclarations(sound, declared("datasets/orders.yaml", edits)).map(({ path, class: kind }) => [
    path,
    kind,
  ]);
}

const amount = '{ name: amount, type: "decimal(10,2)" }';
const edits: readonly (readonly [what: string, from: string, to: string, path: string, kind: ChangeClass])[] = [
  ["a description", amount, `${amount.slice(0, -2)}, description: gross }`, "columns.amount.description", "harmless"],
  ["a check removed", "checks:\n  positive: amount is null or amount > 0\n", "", "checks.positive", "harmless"],
  ["a column optional", amount, `${amount.slice(0, -2)}, optional: true }`, "columns.amount.optional", "harmless"],
  ["more rejects allowed", "table:", "rejects: { max: 5 }\ntable:", "rejects", "harmless"],
  [
    "the default path spelt out",
    "partition: hour",
    "partition: hour\npath: 'orders/{partition:yyyy/MM/dd/HH}/**'",
    "path",
    "harmless",
  ],
  ["a snapshot", "order_by: placed_at }", "order_by: placed_at, snapshot: before }", "load.snapshot", "harmless"],
  ["a column added", amount, `${amount}\n  - { name: vat, type: integer }`, "columns.vat", "planned"],
  ["digits added", "decimal(10,2)", "decimal(12,4)", "columns.amount.type", "planned"],
  ["digits lost", "decimal(10,2)", "decimal(10,4)", "columns.amount.type", "needs a decision"],
  ["a narrower type", "decimal(10,2)", "decimal(8,2)", "columns.amount.type", "needs a decision"],
  ["another type", '"decimal(10,2)"', "varchar(20)", "columns.amount.type", "needs a decision"],
  ["a check added", "checks:", "checks:\n  known: op in ('A', 'D')", "checks.known", "needs a decision"],
  [
    "a check of batches added",
    "checks:",
    "batch_checks:\n  one: { unique: [id] }\nchecks:",
    "batch_checks.one",
    "needs a decision",
  ],
  [
    "a required column",
    amount,
    `${amount.slice(0, -2)}, required: true }`,
    "columns.amount.required",
    "needs a decision",
  ],
  ["read otherwise", amount, `${amount.slice(0, -2)}, from: total }`, "columns.amount.from", "needs a decision"],
  ["another partition", "partition: hour", "partition: day", "partition", "needs a decision"],
  [
    "another path",
    "partition: hour",
    "partition: hour\npath: 'in/{partition:yyyy-MM-dd-HH}/*'",
    "path",
    "needs a decision",
  ],
  ["another arrival", "partition: hour", "partition: hour\narrival: each_file", "arrival", "needs a decision"],
  ["another key", "key: [id], order_by", "key: [id, op], order_by", "load.key", "needs a decision"],
  ["another order", ", order_by: placed_at", "", "load.order_by", "needs a decision"],
  ["another mode", "mode: upsert", "mode: append", "load.mode", "needs a decision"],
  ["another sort key", "sort: [placed_at]", "sort: [id]", "table.sort", "needs a decision"],
  ["a column removed", `  - { name: op, type: char(1) }\n`, "", "columns.op", "breaks readers"],
  ["the table renamed", "name: shop.orders", "name: shop.all_orders", "table.name", "breaks readers"],
  [
    "deletes, which mark rows",
    "order_by: placed_at }",
    "order_by: placed_at, deletes: { column: op, values: [D] } }",
    "load.deletes",
    "needs a decision",
  ],
];

test.each(edits)("%s", (_, from, to, path, kind) => {
  expect(changes([from, to])).toContainEqual([path, kind]);
});

test("nothing changed: no changes", () => {
  expect(changes()).toEqual([]);
});

test("a column that is not loaded any more is one removed, and the other way round it is one added", () => {
  const without = declared("datasets/orders.yaml", [["type: char(1) }", "type: char(1), load: false }"]]);
  expect(compareDeclarations(sound, without)).toMatchObject([{ path: "columns.op.load", class: "breaks readers" }]);
  expect(compareDeclarations(without, sound)).toMatchObject([{ path: "columns.op.load", class: "planned" }]);
});

test("a new reason in 'breaks' accepts what the change does; an old one does not", () => {
  const removal = ["  - { name: op, type: char(1) }\n", ""] as const;
  const reason = ["load: {", "breaks: nobody reads op\nload: {"] as const;
  const accepted = compareDeclarations(sound, declared("datasets/orders.yaml", [removal, reason]));
  expect(accepted.filter(({ path }) => path === "columns.op")).toMatchObject([{ isAccepted: true }]);
  const kept = declared("datasets/orders.yaml", [reason]);
  const again = compareDeclarations(kept, declared("datasets/orders.yaml", [removal, reason]));
  expect(again).toMatchObject([{ path: "columns.op", isAccepted: false }]);
});

test("environments turned on rename resources, unless their prefix is empty", () => {
  const turnedOn = (prefix: string) =>
    compareDeclarations(
      sound,
      declared("sluice.yaml", [["region: eu-west-1\n", `region: eu-west-1\nenvironments: { prod: { ${prefix} } }\n`]]),
    );
  expect(turnedOn("")).toMatchObject([{ file: "sluice.yaml", path: "environments", class: "needs a decision" }]);
  expect(turnedOn('prefix: ""')).toMatchObject([{ path: "environments", class: "harmless" }]);
});

test("a dataset that is gone breaks its readers; a new one is harmless", () => {
  const none = { ...sound, contracts: [] };
  expect(compareDeclarations(sound, none)).toMatchObject([{ path: "dataset", class: "breaks readers" }]);
  expect(compareDeclarations(none, sound)).toMatchObject([{ path: "dataset", class: "harmless" }]);
});

const steps: readonly (readonly [from: string, to: string, step: ReturnType<typeof growth>])[] = [
  ["smallint", "integer", "grows"],
  ["smallint", "bigint", "grows"],
  ["integer", "smallint", "narrower"],
  ["bigint", "bigint", "same"],
  ["real", "double precision", "grows"],
  ["double precision", "real", "narrower"],
  ["decimal(10,2)", "decimal(12,2)", "grows"],
  ["decimal(10,2)", "decimal(12,4)", "grows"],
  ["decimal(10,2)", "decimal(11,4)", "loses digits"],
  ["decimal(10,4)", "decimal(10,2)", "loses digits"],
  ["decimal(10,4)", "decimal(9,3)", "narrower"],
  ["varchar(10)", "varchar(11)", "grows"],
  ["varchar(11)", "varchar(10)", "narrower"],
  ["char(1)", "char(2)", "other"],
  ["integer", "decimal(18,0)", "other"],
  ["integer", "real", "other"],
  ["date", "timestamp", "other"],
];

test.each(steps)("%s to %s: %s", (from, to, step) => {
  const [before, after] = [parseColumnType(from), parseColumnType(to)];
  if (!("type" in before) || !("type" in after)) throw new TypeError("no type");
  expect(growth(before.type, after.type)).toBe(step);
});
