import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { type Actual, differences, expectedText } from "../../../cli/cases/compare.js";
import { Expected, findCases } from "../../../cli/cases/find-cases.js";
import { junit } from "../../../cli/cases/junit.js";
import { readSoundProject } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const actual: Actual = {
  outcome: "loaded",
  error: null,
  counts: { read: 3, written: 2, rejected: 1 },
  rejects: [{ source_file: "a.csv", record_number: 3, reason: "wrong_type", column: "id", rule: "bigint" }],
  rows: [
    { id: 1, amount: "1.50" },
    { id: 2, amount: null },
  ],
};

describe("what a case expects", () => {
  test("only what it names is looked at: members, and columns of rows and rejects", () => {
    expect(differences({}, actual)).toEqual([]);
    expect(differences({ rows: [{ id: 2 }, { id: 1 }], rejects: [{ reason: "wrong_type" }] }, actual)).toEqual([]);
    expect(differences({ counts: { read: 3 } }, actual)).toEqual([]);
  });

  test.each<[string, Expected, string]>([
    ["outcome", { outcome: "refused" }, 'outcome: expected "refused", found "loaded"'],
    ["a count", { counts: { written: 3 } }, "counts: written: expected 3, found 2"],
    ["a row that is missing", { rows: [{ id: 1 }, { id: 2 }, { id: 3 }] }, "rows: 1 missing (-), 0 not expected (+)"],
    ["a row too many", { rows: [{ id: 1 }] }, "rows: 0 missing (-), 1 not expected (+)"],
    ["one twice", { rows: [{ id: 1 }, { id: 1 }] }, "rows: 1 missing (-), 1 not expected (+)"],
    ["no rows", { rows: [] }, "rows: 0 missing (-), 2 not expected (+)"],
    [
      "NULL is not an absent text",
      {
        rows: [
          { id: 1, amount: "1.50" },
          { id: 2, amount: "" },
        ],
      },
      "rows: 1 missing",
    ],
    ["no rejects", { rejects: [] }, "rejects: 0 missing (-), 1 not expected (+)"],
  ])("%s", (_, expected, line) => {
    expect(differences(expected, actual)[0]).toContain(line.replace("counts: ", ""));
  });

  test("what --write writes is what it reads, and says nothing is otherwise", () => {
    const read = Expected.parse(JSON.parse(expectedText(actual)));
    expect(differences(read, actual)).toEqual([]);
    expect(read.rows).toHaveLength(2);
    // A row a line.
    expect(
      expectedText(actual)
        .split("\n")
        .filter((line) => line.includes('"id":')),
    ).toHaveLength(2);
  });
});

describe("the cases of a project", () => {
  const declare = (files: Readonly<Record<string, string>>) => {
    const folder = writeProject(soundProject);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, "tests", name)), { recursive: true });
      writeFileSync(join(folder, "tests", name), text);
    }
    return { folder, contracts: readSoundProject(folder).contracts };
  };

  test("batches in order, with their partitions, files, manifest and what is expected", () => {
    const { folder, contracts } = declare({
      "orders/late/batches/10/c.csv": "",
      "orders/late/batches/2_2026-11-22T07/b.csv": "",
      "orders/late/batches/1/a.csv": "",
      "orders/late/batches/1/x.manifest.json": "{}",
      "orders/late/expected/1.json": '{"outcome":"loaded"}',
    });
    const [found] = findCases(folder, contracts, ["orders"]);
    expect(found?.name).toBe("orders/late");
    expect(found?.batches.map(({ name, partition }) => [name, partition])).toEqual([
      ["1", "2026-01-01T00"],
      ["2_2026-11-22T07", "2026-11-22T07"],
      ["10", "2026-01-01T02"],
    ]);
    expect(found?.batches.map(({ files }) => files.map((file) => file.slice(-5)))).toEqual([
      ["a.csv"],
      ["b.csv"],
      ["c.csv"],
    ]);
    expect(found?.batches[0]?.manifest).toMatch(/x\.manifest\.json$/);
    expect(found?.batches.map(({ expected }) => expected)).toEqual([{ outcome: "loaded" }, undefined, undefined]);
  });

  test.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    [
      "a folder of no dataset",
      { "ordesr/a/batches/1/a.csv": "" },
      [],
      "not the name of a dataset. The project's datasets are: orders",
    ],
    ["no batch", { "orders/a/readme.md": "" }, [], "has no batches"],
    ["a batch without number", { "orders/a/batches/first/a.csv": "" }, [], "name a batch's folder by its number"],
    ["a broken file", { "orders/a/batches/1/a.csv": "", "orders/a/expected/1.json": "{" }, [], "is not JSON"],
    ["an unknown member", { "orders/a/batches/1/a.csv": "", "orders/a/expected/1.json": '{"row":[]}' }, [], '"row"'],
    ["a name that is none", { "orders/a/batches/1/a.csv": "" }, ["orders/b"], "Known: orders/a"],
  ])("%s is refused with the remedy", (_, files, chosen, sentence) => {
    const { folder, contracts } = declare(files);
    expect(() => findCases(folder, contracts, chosen)).toThrow(sentence);
  });
});

test("the JUnit report is XML whatever a producer wrote, and counts right", () => {
  const text = junit([
    { name: "orders/a", seconds: 1.5, differences: [] },
    { name: "orders/b", seconds: 0.5, differences: ['- {"x":"<&\u0000>"}', "second"] },
    { name: "lines/a", seconds: 1, differences: [] },
  ]);
  expect(XMLValidator.validate(text)).toBe(true);
  const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(text);
  expect(parsed.testsuites).toMatchObject({ tests: "3", failures: "1", time: "3.000" });
  expect(parsed.testsuites.testsuite.map(({ name, tests }: { name: string; tests: string }) => [name, tests])).toEqual([
    ["orders", "2"],
    ["lines", "1"],
  ]);
  expect(text).not.toContain("\u0000");
});
