import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { sluice } from "./running-account.js";

jest.setTimeout(600_000);

/** `sluice test` on the project that `sluice init` makes. */

let project: string;

beforeAll(async () => {
  project = join(mkdtempSync(join(tmpdir(), "sluice-cases-")), "shop");
  await sluice("init", project, "--yes");
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test("cases begin with an empty table, in an account of their own; what differs is told, and is exit 1", async () => {
  const batches = join(project, "tests", "orders", "second", "batches");
  for (const [name, text] of [
    ["1", readFileSync(join(project, "samples", "orders.csv"), "utf8")],
    ["2", "order_id,customer\n1,x\n"],
  ] as const) {
    mkdirSync(join(batches, name), { recursive: true });
    writeFileSync(join(batches, name, "orders.csv"), text);
  }
  const expected = join(batches, "..", "expected");
  mkdirSync(expected);
  writeFileSync(join(expected, "1.json"), '{"outcome":"loaded","counts":{"inserted":7}}');
  writeFileSync(join(expected, "2.json"), '{"outcome":"refused","error":"StructureChanged"}');

  const { code, out } = await sluice("test", "--json", "--junit", join(project, "report.xml"), "--project", project);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject([
    { name: "orders/first-delivery", differences: [] },
    { name: "orders/second", differences: ["batch 1: inserted: expected 7, found 8"] },
  ]);
  expect(readFileSync(join(project, "report.xml"), "utf8")).toContain('tests="2" failures="1"');
});
