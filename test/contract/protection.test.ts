import { describe, expect, test } from "@jest/globals";
import { describeFinding, readProject, readSoundProject } from "../../contract/read.js";
import { targetColumns } from "../../sql/tables.js";
import { soundProject, writeProject } from "./projects.js";

const base = soundProject["datasets/orders.yaml"];
const email = "{ name: email, type: varchar(64), protect: hash }";

/** The findings of the sound dataset with `op` replaced by these columns, and other texts replaced. */
function findings(columns: string, changes: readonly (readonly [string, string])[] = [], project = ""): string[] {
  let text = base.replace("{ name: op, type: char(1) }", columns);
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  const files = { "datasets/orders.yaml": text, "sluice.yaml": `${soundProject["sluice.yaml"]}${project}` };
  return readProject(writeProject({ ...soundProject, ...files })).findings.map(describeFinding);
}
const json = ["format: { type: csv }", "format: { type: json }"] as const;

describe("a protected column", () => {
  test("is compiled with what is written in its place, and may be NULL in the table once it is erased", () => {
    const columns = `${email}\n  - { name: phone, type: varchar(8), protect: { partial: 4 } }\n  - { name: born, type: date, required: true, protect: erase }\n  - { name: op, type: char(1), protect: none }`;
    const folder = writeProject({
      ...soundProject,
      "datasets/orders.yaml": `${base.replace("{ name: op, type: char(1) }", columns)}rejects: { max: 1%, raw: keep }\n`,
    });
    const [contract] = readSoundProject(folder).contracts;
    expect(contract?.columns.slice(3).map(({ protect }) => protect)).toEqual(["hash", { partial: 4 }, "erase", null]);
    expect(contract?.rejects).toEqual({ max_percent: 1, raw: "keep" });
    expect(contract && targetColumns(contract).find(({ name }) => name === "born")?.isRequired).toBe(false);
    expect(readProject(folder).findings.map(describeFinding)).toEqual([
      "datasets/orders.yaml:17 rejects.raw: found raw: keep, although the contract protects columns; expected rejected records without their raw text. Everybody who may read rejected records sees these values in clear. Remove 'raw: keep' unless this is intended.",
    ]);
  });

  test.each<[string, string, string]>([
    [
      "a number",
      "{ name: op, type: bigint, protect: hash }",
      "'op', whose type is too short for a hash; expected varchar(64) or longer",
    ],
    [
      "a short text",
      "{ name: op, type: varchar(63), protect: hash }",
      "Write 'type: varchar(64)' at 'op': the hash is written, not the value.",
    ],
    ["char", "{ name: op, type: char(64), protect: hash }", "'op', whose type is too short for a hash"],
    [
      "too short for its ending",
      "{ name: op, type: varchar(6), protect: { partial: 4 } }",
      "too short for *** and 4 characters; expected varchar(7)",
    ],
    [
      "a constant",
      "{ name: op, value: x, type: varchar(64), protect: hash }",
      "'op', a constant; expected a value that only occurs in the files",
    ],
    ["a file's key", "{ name: op, from: $file, type: varchar(64), protect: hash }", "'op' from $file; expected"],
    [
      "the partition",
      "{ name: op, from: $partition, type: timestamp, protect: erase }",
      "'op' from $partition; expected",
    ],
  ])("cannot be %s", (_, column, finding) => {
    expect(findings(column).join("\n")).toContain(finding);
  });

  test("cannot order, delete, or be a key of which too little is left", () => {
    expect(
      findings(email, [["name: placed_at, type: timestamp", "name: placed_at, type: timestamp, protect: erase"]]).join(
        "\n",
      ),
    ).toContain("'placed_at', which is 'order_by'; expected an order_by without protection");
    expect(findings(email, [["key: [id]", "key: [email]"]])).toEqual([]);
    expect(
      findings("{ name: op, type: varchar(9), protect: { partial: 4 } }", [["key: [id]", "key: [op]"]]).join("\n"),
    ).toContain("'op', a key column; expected 'hash', which keeps keys distinct");
    const deletes = ["order_by: placed_at", "order_by: placed_at, deletes: { column: email, values: [D] }"] as const;
    expect(findings(email, [deletes]).join("\n")).toContain("'email', the column of 'deletes'");
  });

  test.each<[string, string, readonly (readonly [string, string])[]]>([
    ["the same header", "{ name: op, from: email, type: varchar(64) }", []],
    [
      "the same member",
      "{ name: op, from: person.email, type: varchar(64) }",
      [json, ["{ name: email,", "{ name: email, from: person.email,"]],
    ],
    [
      "the object around it",
      "{ name: op, from: person, type: super }",
      [json, ["{ name: email,", "{ name: email, from: person.email,"]],
    ],
    ["the whole record", "{ name: op, from: $value, type: super }", [json]],
    [
      "the element around it",
      "{ name: op, from: ., type: varchar(64) }",
      [["format: { type: csv }", "format: { type: xml, record: order }"]],
    ],
    [
      "an overlapping range",
      "{ name: op, from: '5-9', type: varchar(64) }",
      [
        ["format: { type: csv }", "format: { type: fixed }"],
        ["{ name: email,", "{ name: email, from: '8-20',"],
        ["{ name: id,", "{ name: id, from: '1-1',"],
        ["{ name: placed_at,", "{ name: placed_at, from: '2-2',"],
        ["{ name: amount,", "{ name: amount, from: '3-3',"],
      ],
    ],
    ["it in an expression", "{ name: op, expression: \"concat(email, '!')\", type: varchar(64) }", []],
  ])("asks for a word about another column that reads %s", (_, column, changes) => {
    const both = `${email}\n  - ${column}`;
    const [found, ...more] = findings(both, changes);
    expect(found).toMatch(
      /'op', (which reads what 'email' protects|whose expression names the protected column 'email'); expected its own 'protect', or 'protect: none'/,
    );
    expect(more).toEqual([]);
    expect(findings(both.replace(/ }$/, ", protect: none }"), changes)).toEqual([]);
  });

  test("leaves nothing in clear in _rescued, or check says so", () => {
    expect(findings("{ name: op, type: varchar(64), protect: hash, on_error: rescue }").join("\n")).toContain(
      "'op' with on_error: rescue; expected no clear value in '_rescued'",
    );
    expect(findings(email, [["load:", "unknown_columns: rescue\nload:"]])).toEqual([
      expect.stringContaining(
        "unknown_columns: found values kept in '_rescued', although the contract protects columns",
      ),
    ]);
  });

  test("is asked by no check of a batch for what is not written, and is told of where it merges records", () => {
    const unique = ["load:", "batch_checks: { one: { unique: [op] } }\nload:"] as const;
    const partial = "{ name: op, type: varchar(9), protect: { partial: 4 } }";
    expect(findings(partial, [unique])).toEqual([
      expect.stringContaining("batch_checks.one.unique: found 'op', whose values are replaced by its protection"),
    ]);
    expect(findings("{ name: op, type: varchar(64), protect: hash }", [unique])).toEqual([]);
    const exact = ["{ mode: upsert, key: [id], order_by: placed_at }", "{ mode: append, deduplicate: exact }"] as const;
    expect(findings(partial, [exact])).toEqual([
      expect.stringContaining(
        "found deduplicate: exact with 'op', whose protected values no longer distinguish records",
      ),
    ]);
  });
});

describe("the key", () => {
  test.each<[string, string]>([
    ["protection: { key: arn:aws:s3:::bucket }\n", "the ARN of a secret"],
    ["protection: { local_key: short }\n", "a key has at least 32 bytes"],
    ["protection: { replaces: [old] }\n", "'hash <version of the key>', 'partial <n>', 'erase', or 'clear'"],
  ])("%s is refused", (project, finding) => {
    expect(findings(email, [], project).join("\n")).toContain(finding);
  });

  test("that replaces another one is a new load, and check says so", () => {
    expect(findings(email, [], "protection: { replaces: [hash 0123456789ab] }\n")).toEqual([
      "sluice.yaml:7 protection.replaces: found 'replaces' names 'hash 0123456789ab': tables may still hold such values; expected values of one kind in each column. Old rows never equal those with the new key or protection. Load their batches again, then remove 'replaces'. See docs/protection.md, 'A new key'.",
    ]);
  });
});
