import { describe, expect, test } from "@jest/globals";
import { unifiedDiff } from "../../../cli/adopt/diff.js";
import { edited } from "../../../cli/adopt/edit.js";
import type { Evidence } from "../../../cli/adopt/evidence.js";
import { type Proposal, proposalsOf } from "../../../cli/adopt/proposals.js";
import { readDatasetText } from "../../../contract/read.js";

const file = `# Orders of the shop.
dataset: orders
source: web
partition: day
format: { type: json }
columns:
  - { name: id, type: integer }                       # the key
  - { name: amount, type: "decimal(5,2)", on_error: rescue }
  - name: note
    type: varchar(10)   # short
    on_error: rescue
  - { name: due, type: date, on_error: rescue }   # last

# below the columns
unknown_columns: rescue
table: { name: shop.orders }
load: { mode: upsert, key: [id] }
`;

function contractOf(text = file) {
  const { contract, findings } = readDatasetText(text, "datasets/orders.yaml");
  if (contract === undefined) throw new TypeError(JSON.stringify(findings));
  return contract;
}

const evidence: Evidence = {
  batches: 3,
  unknown: new Map([
    ["Colour", 7],
    ["ship-to", 2],
    ["id2", 0],
  ]),
  values: new Map([
    ["Colour", ["red", "green"]],
    ["ship-to", [{ kind: "nested", text: '{"city":"Oslo"}' }]],
  ]),
  misfits: new Map([
    [
      "amount",
      { records: 4, codes: ["out_of_range", "not_exact"], needs: { bytes: 9, digits: 6, scale: 3, others: 0 } },
    ],
    ["note", { records: 2, codes: ["too_long"], needs: { bytes: 31, digits: 0, scale: 0, others: 2 } }],
    ["due", { records: 1, codes: ["wrong_type"], needs: { bytes: 5, digits: 0, scale: 0, others: 1 } }],
    ["gone", { records: 1, codes: ["wrong_type"], needs: { bytes: 5, digits: 0, scale: 0, others: 1 } }],
  ]),
};

test("rescued values ask for wider types, unknown names for columns; what no type takes is said", () => {
  const { proposals, notes } = proposalsOf(contractOf(), evidence);
  expect(proposals.map((each) => (each.kind === "type" ? [each.column, each.from, each.to] : each.entry))).toEqual([
    ["amount", "decimal(5,2)", "decimal(9,3)"],
    ["note", "varchar(10)", "varchar(50)"],
    "{ name: colour, from: Colour, type: varchar(8) }",
    "{ name: ship_to, from: ship-to, type: super }",
    "{ name: id2, type: varchar(256) }",
  ]);
  expect(proposals.map(({ because }) => because)).toEqual([
    "4 records had values that do not fit decimal(5,2) (out_of_range, not_exact), but fit this type",
    "2 records had values that do not fit varchar(10) (too_long), but fit this type",
    "'Colour' is not in the contract: 7 records had it; typed by 2 of its values",
    "'ship-to' is not in the contract: 2 records had it; typed by 1 of its values",
    "'id2' is not in the contract: it occurred in the last 3 loads; look at its type: none of its values were kept (unknown_columns: rescue keeps them)",
  ]);
  expect(notes).toEqual([
    "due: 1 record had values that do not fit date (wrong_type) or any wider type. Look at them: SELECT _rescued.errors.due FROM shop.orders.",
  ]);
});

test("a name that the contract has already gets another, and one that is asked for already is not proposed", () => {
  const { proposals } = proposalsOf(contractOf(file.replace("name: due,", "name: due, from: tag,")), {
    ...evidence,
    misfits: new Map(),
    unknown: new Map([
      ["Note", 1],
      ["tag", 1],
      ["it's [a] name", 1],
    ]),
    values: new Map(),
  });
  expect(proposals).toMatchObject([
    { column: "note_2", entry: "{ name: note_2, from: Note, type: varchar(256) }" },
    {
      column: "it_s_a_name",
      entry: `{ name: it_s_a_name, from: "['it\\\\'s [a] name']", type: varchar(256) }`,
    },
  ]);
});

test("a column of a CSV header is optional: older files lack it", () => {
  const { proposals } = proposalsOf(contractOf(file.replace("type: json", "type: csv")), {
    ...evidence,
    misfits: new Map(),
    unknown: new Map([["Colour", 7]]),
  });
  expect(proposals).toMatchObject([{ entry: "{ name: colour, from: Colour, type: varchar(8), optional: true }" }]);
});

const integers: readonly (readonly [type: string, digits: number, expected: string | undefined])[] = [
  ["smallint", 5, "integer"],
  ["smallint", 12, "bigint"],
  ["integer", 10, "bigint"],
  ["integer", 25, undefined],
  ["integer", 3, undefined],
];
test.each(integers)("%s that has met %d digits: %s", (type, digits, expected) => {
  const contract = contractOf(file.replace('"decimal(5,2)"', type));
  const met = { records: 1, codes: ["out_of_range"], needs: { bytes: digits, digits, scale: 0, others: 0 } };
  const { proposals } = proposalsOf(contract, { ...evidence, unknown: new Map(), misfits: new Map([["amount", met]]) });
  expect(proposals.map((each) => (each.kind === "type" ? each.to : each.entry))).toEqual(
    expected === undefined ? [] : [expected],
  );
});

describe("the file is changed where it must be, and nowhere else", () => {
  const { proposals } = proposalsOf(contractOf(), evidence);

  test("its comments and layout stay; the result is what was proposed", () => {
    const after = edited(file, proposals) ?? "";
    expect(unifiedDiff(file, after, "datasets/orders.yaml")).toBe(`--- a/datasets/orders.yaml
+++ b/datasets/orders.yaml
@@ -5,11 +5,14 @@
 format: { type: json }
 columns:
   - { name: id, type: integer }                       # the key
-  - { name: amount, type: "decimal(5,2)", on_error: rescue }
+  - { name: amount, type: "decimal(9,3)", on_error: rescue }
   - name: note
-    type: varchar(10)   # short
+    type: varchar(50)   # short
     on_error: rescue
   - { name: due, type: date, on_error: rescue }   # last
+  - { name: colour, from: Colour, type: varchar(8) }
+  - { name: ship_to, from: ship-to, type: super }
+  - { name: id2, type: varchar(256) }
 
 # below the columns
 unknown_columns: rescue`);
    expect(contractOf(after).columns.map(({ name }) => name)).toEqual([
      ...["id", "amount", "note", "due", "colour", "ship_to", "id2"],
      "_rescued",
    ]);
  });

  test("columns in flow style, a block at the end, no line break behind it", () => {
    const entry: Proposal = {
      kind: "column",
      column: "x",
      entry: "{ name: x, type: integer }",
      records: 1,
      because: "",
    };
    const flow = "columns: [{ name: id, type: integer }]\n";
    expect(edited(flow, [entry])).toBe("columns: [{ name: id, type: integer }, { name: x, type: integer }]\n");
    expect(edited("columns:\n- name: id\n  type: integer", [entry])).toBe(
      "columns:\n- name: id\n  type: integer\n- { name: x, type: integer }\n",
    );
    expect(edited("columns: *others\n", [entry])).toBeUndefined();
  });

  test("a type that stands bare gets quotes where its comma asks for them", () => {
    const grown: Proposal = { kind: "type", column: "a", from: "", to: "decimal(9,3)", records: 1, because: "" };
    expect(edited("columns:\n  - name: a\n    type: decimal(5,2)\n", [grown])).toBe(
      'columns:\n  - name: a\n    type: "decimal(9,3)"\n',
    );
  });
});

test("a diff of nothing is empty; two changes far from each other are two hunks", () => {
  const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  expect(unifiedDiff(lines.join("\n"), lines.join("\n"), "f")).toBe("");
  const changed = lines.with(1, "first").with(18, "second");
  const diff = unifiedDiff(lines.join("\n"), changed.join("\n"), "f");
  expect(diff.match(/^@@ .*$/gm)).toEqual(["@@ -1,5 +1,5 @@", "@@ -16,5 +16,5 @@"]);
});
