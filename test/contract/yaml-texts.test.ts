import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseDocument } from "yaml";
import { readProject } from "../../contract/read.js";
import { keepTexts } from "../../contract/yaml-texts.js";

/** What becomes of a dataset with these lines: the compiled columns, or what is said about it. */
function read(columns: string, format = "{ type: csv }", rest = "") {
  const folder = mkdtempSync(join(tmpdir(), "texts-"));
  mkdirSync(join(folder, "datasets"));
  writeFileSync(
    join(folder, "sluice.yaml"),
    "name: p\nregion: eu-west-1\nwarehouse: { create: { nodeType: ra3.large, nodes: 2, database: d } }\nsources: { shop: { landing: create } }\n",
  );
  writeFileSync(
    join(folder, "datasets/things.yaml"),
    `dataset: things\nsource: shop\npartition: day\nformat: ${format}\n${rest}columns:\n  - { name: id, type: integer }\n${columns}\nload: { mode: append }\ntable: { name: shop.things }\n`,
  );
  const { contracts, findings } = readProject(folder);
  return { column: contracts[0]?.columns[1], findings };
}

describe("constants keep the text that was written", () => {
  test.each([
    ["varchar(40)", "007", "007"],
    ["varchar(40)", "1.10", "1.10"],
    ["varchar(40)", "0x1F", "0x1F"],
    ["varchar(40)", "1e3", "1e3"],
    ["varchar(40)", "TRUE", "TRUE"],
    ["varchar(40)", "true", true],
    ["varchar(40)", "5", 5],
    ["varchar(40)", "2026-11-29", "2026-11-29"],
    ["varchar(40)", "12:30:45", "12:30:45"],
    ["decimal(38,0)", "12345678901234567890", "12345678901234567890"],
    ["bigint", "9007199254740993", "9007199254740993"],
    ["decimal(5,2)", "1.10", "1.10"],
    ["integer", "007", "007"],
  ])("%s %s", (type, written, expected) => {
    for (const key of ["value", "default"] as const) {
      const from = key === "default" ? ", from: c" : "";
      const { column, findings } = read(`  - { name: c, type: "${type}", ${key}: ${written}${from} }`);
      expect(findings).toEqual([]);
      expect(column?.[key]).toBe(expected);
    }
  });

  test.each([
    ["integer", "0x1F"],
    ["bigint", "9223372036854775808"],
    ["double precision", "1e400"],
    ["double precision", ".inf"],
    ["real", "1e39"],
    ["decimal(5,2)", "0o17"],
  ])("%s cannot hold %s", (type, written) => {
    const { findings } = read(`  - { name: c, type: "${type}", value: ${written} }`);
    expect(findings).toMatchObject([{ path: "columns[1].value", found: expect.stringContaining(written) }]);
  });
});

describe("where a text must stand in quotes, the remedy says so", () => {
  test.each([
    ["  - { name: c, type: varchar(9), null: [~] }", "'~'"],
    ["  - { name: c, type: varchar(9), null: [NULL] }", "'NULL'"],
    ["  - { name: c, type: varchar(9), null: [1.0] }", "'1.0'"],
    ["  - { name: c, type: varchar(9), value: ~ }", "'~'"],
    ["  - name: c\n    type: varchar(9)\n    from: #id", "reads nothing here"],
    ["  - { name: c, type: varchar(9), from: 1.10 }", "'1.10'"],
    ["  - { name: c, type: varchar(9), from: @id }", "such as '@id'"],
    ["  - { name: c, type: varchar(9), from: * }", "must be quoted"],
    ["  - name: c\n    type: varchar(9)\n    from: key[@k='a: b']", "must be quoted"],
  ])("%s", (column, remedy) => {
    const { findings } = read(column);
    expect(findings.map((finding) => finding.remedy).join("\n")).toContain(remedy);
  });

  test.each([
    ["{ type: csv, delimiter: \\t }", 'delimiter: "\\t"'],
    ["\n  type: csv\n  delimiter: |", "'|'"],
    ["{ type: csv, delimiter: , }", "Put the text in quotes"],
    ["{ type: csv, footer: 2026 }", "'2026'"],
    ["{ type: csv, quote: ' }", "must be quoted"],
  ])("format: %s", (format, remedy) => {
    const { findings } = read("  - { name: c, type: varchar(9) }", format);
    expect(findings.map((finding) => finding.remedy).join("\n")).toContain(remedy);
  });
});

const keysOf = (text: string): unknown => {
  const document = parseDocument(text);
  keepTexts(document);
  return document.toJSON();
};

describe("the key null", () => {
  test("needs no quotes, in either style", () => {
    expect(keysOf("columns:\n  - { name: a, null: [NA] }\ndefaults:\n  null: ['-']\n")).toEqual({
      columns: [{ name: "a", null: ["NA"] }],
      defaults: { null: ["-"] },
    });
  });

  test("leaves values and other empty keys alone", () => {
    expect(keysOf("a: null\n~: 1\n")).toEqual({ a: null, "": 1 });
  });
});
