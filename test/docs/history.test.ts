import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { batchId, placeOf } from "../../contract/layout.js";
import { readDatasetText } from "../../contract/read.js";
import { TestWarehouse } from "../planning/warehouse/test-warehouse.js";

/** The page about histories: its contract, its three files in the order in which they come, its table, its questions. */

const page = readFileSync(new URL("../../docs/history.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text = ""]) => text);
const partitions = [...page.matchAll(/--partition (\S+)`/g)].map(([, partition = ""]) => partition);

const { contract, findings } = readDatasetText(blocks("yaml")[0] ?? "", "datasets/customers.yaml");
if (contract === undefined) throw new Error(JSON.stringify(findings));

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open([contract]);
});
afterAll(() => warehouse?.stop());

const query = (sql: string) => warehouse.query("sluice_reader", sql);

test("the example loads without a finding, and ends in the table that the page shows", async () => {
  expect(findings).toEqual([]);
  const files = blocks("csv");
  expect(files).toHaveLength(partitions.length);
  for (const [at, file] of files.entries()) {
    const [, ...lines] = file.trim().split("\n");
    const partition = partitions[at] ?? "";
    const id = batchId(contract.dataset, partition, "manifest.json");
    const revision = "20260304T060000Z-0000-1a2b3c4d";
    const rows = lines.map((line) => line.replace(/T(\d\d:)/, " $1").split(","));
    const attempt = { batch: { partition, batchId: id, revision, place: placeOf(partition, revision, id) }, rows };
    expect(await warehouse.load(contract, attempt)).toMatchObject({ outcome: "done" });
  }
  const [head = "", , ...rows] = [...page.matchAll(/^\| (?:customer_id \||-|\d).*$|^\|---\|---\|---\|.*$/gm)]
    .map(([line]) => line)
    .slice(0, 6);
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
  const found = await query(`SELECT ${cells(head).join(", ")} FROM crm.customers ORDER BY customer_id, valid_from`);
  expect(found.map((row) => row.map((value) => (value === null ? "" : String(value))))).toEqual(rows.map(cells));
});

test("its questions have their answers", async () => {
  const [sql = ""] = blocks("sql");
  const [now = "", then = ""] = sql.split(";");
  expect(await query(now)).toEqual([[1, "Oslo", "pro"]]);
  expect((await query(then)).map(String).sort()).toEqual(["1,Bergen,pro", "2,Lagos,basic"]);
});
