import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { main } from "../../../cli/main.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const dataset = `dataset: orders
source: web
partition: day
format: { type: csv }
columns:
  - { name: id, type: integer, required: true }
  - { name: amount, type: "decimal(8,2)" }
rejects: { max: 1 }
table: { name: web.orders }
load: { mode: append }
`;

const project = writeProject({ ...soundProject, "datasets/orders.yaml": dataset });
const folder = mkdtempSync(join(tmpdir(), "sluice-try-"));

async function attempt(text: string) {
  const file = join(folder, "orders.csv");
  writeFileSync(file, text);
  let out = "";
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((piece) => {
      if (stream === "stdout") out += String(piece);
      return true;
    }),
  );
  const exit = await main(["node", "sluice", "try", "orders", file, "--project", project, "--json"]);
  for (const spy of spies) spy.mockRestore();
  return { exit, ...JSON.parse(out) };
}

test("try shows what a load would make of a file: rows as typed, rejects with their reasons", async () => {
  expect(await attempt("id,amount\n1,2.5\n2,x\n")).toMatchObject({
    exit: 0,
    outcome: "loaded",
    counts: { read: 2, written: 1, deduplicated: 0, rejected: 1 },
    rows: [{ id: 1, amount: "2.50" }],
    rejects: [{ reason: "wrong_type", column: "amount", record_number: 2 }],
  });
});

test("try refuses as a load would: too many rejects, a header without a column", async () => {
  expect(await attempt("id,amount\nx,1\ny,2\n")).toMatchObject({
    exit: 2,
    outcome: "refused",
    error: "TooManyRejected",
    message: expect.stringContaining("2 of 2 records are rejected; the contract allows 1"),
  });
  expect(await attempt("id\n1\n")).toMatchObject({ exit: 2, error: "StructureChanged" });
});
