import { rmSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { readProject } from "../../contract/read.js";
import { soundProject, writeProject } from "./projects.js";

const [head = "", tail = ""] = soundProject["datasets/orders.yaml"].split(/(?<=name: op[^\n]*\n)/);

/** What `check` says of a contract with so many columns more. */
function findings(count: number, nameOf: (n: number) => string) {
  const more = Array.from(
    { length: count },
    (_, n) => `  - { name: ${nameOf(n)}, from: ${nameOf(n)}, type: varchar(40) }\n`,
  );
  const folder = writeProject({ ...soundProject, "datasets/orders.yaml": `${head}${more.join("")}${tail}` });
  const found = readProject(folder).findings;
  rmSync(folder, { recursive: true, force: true });
  return found.filter(({ path }) => path === "columns");
}

test("more columns than a table can have are refused with their number, Sluice's own among them", () => {
  expect(findings(1500, (n) => `c${n}`)).toEqual([]);
  const [met] = findings(1700, (n) => `c${n}`);
  expect(met).toMatchObject({ severity: "error", expected: expect.stringContaining("1,600") });
  expect(met?.found).toMatch(/17\d\d columns and \d of Sluice's own, 17\d\d in total/);
});

test("names and types that no plan could hand over are refused with their bytes", () => {
  const [met] = findings(1500, (n) => `${"x".repeat(110)}_${n}`);
  expect(met).toMatchObject({ severity: "error", expected: expect.stringContaining("160,000 bytes") });
});
