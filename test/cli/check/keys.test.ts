import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { checkKeys, keyTable } from "../../../cli/check/keys.js";
import { describeFinding, readProject } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const orders = soundProject["datasets/orders.yaml"];
const withPath = (path: string) => orders.replace("partition: hour", `partition: hour\npath: "${path}"`);

test("a path that none of the bucket's keys fits is an error, with one of the keys as the remedy", async () => {
  const folder = writeProject({
    ...soundProject,
    "datasets/orders.yaml": withPath("sales/{partition:yyyy/MM/dd/HH}/*.csv"),
  });
  const project = readProject(folder);
  expect(project.findings).toEqual([]);
  const list = join(folder, "keys.txt");
  writeFileSync(list, "s3://bucket/shop/_SUCCESS\n2026-11-22 05:00:00     53120 shop/orders/2026/11/22/05/a.csv\n");
  const checked = await checkKeys(project, list);
  expect(keyTable(checked.keys)).toMatch(/shop\/orders\/2026\/11\/22\/05\/a\.csv/);
  expect(checked.findings.map(describeFinding)).toEqual([
    "datasets/orders.yaml:4 path: found 'sales/{partition:yyyy/MM/dd/HH}/*.csv', which matches none of these keys; expected a path that matches keys of the bucket. Write it in the form of the keys, such as 'shop/orders/2026/11/22/05/a.csv'.",
  ]);
  writeFileSync(list, "sales/2026/11/22/05/a.csv\n");
  expect((await checkKeys(project, list)).findings).toEqual([]);
  writeFileSync(list, "\n");
  await expect(checkKeys(project, list)).rejects.toThrow(/keys\.txt contains no keys\. Write one key per line/);
  await expect(checkKeys(project, join(folder, "none.txt"))).rejects.toThrow(/none\.txt cannot be read/);
});

test("keys of one bucket of several: what the others' datasets lack is said once, without another's key as the remedy", async () => {
  const refunds = withPath("erp/{partition:yyyy-MM-dd-HH}/*.csv")
    .replace("dataset: orders", "dataset: refunds")
    .replace("source: web", "source: erp")
    .replace("shop.orders", "shop.refunds");
  const lines = orders
    .replace("dataset: orders", "dataset: lines")
    .replace("partition: hour", "deliveries: orders")
    .replace("shop.orders", "shop.lines");
  const project = readProject(
    writeProject({
      "sluice.yaml": `${soundProject["sluice.yaml"]}  erp: { landing: create }\n`,
      "datasets/orders.yaml": withPath("sales/{partition:yyyy/MM/dd/HH}/*.csv"),
      "datasets/lines.yaml": lines,
      "datasets/refunds.yaml": refunds,
    }),
  );
  expect(project.findings).toEqual([]);
  const list = join(project.folder, "keys.txt");
  writeFileSync(list, "erp/2026-11-22-05/_SUCCESS\nerp/2026-11-22-05/a.csv\n");
  const checked = await checkKeys(project, list);
  expect(checked.findings.map(describeFinding)).toEqual([
    "datasets/orders.yaml:4 path: found 'sales/{partition:yyyy/MM/dd/HH}/*.csv', which matches none of these keys; expected a path that matches keys of the bucket. Every file in the list belongs to another dataset: correct the path, or if its files are in another bucket, add their keys to the list.",
  ]);
});

test("two paths that one key could fit are an error, which shows such a key", () => {
  const other = withPath("sales/{partition:yyyy/MM/dd/HH}/{shop}-*.csv")
    .replace("dataset: orders", "dataset: returns")
    .replace("shop.orders", "shop.returns");
  const folder = writeProject({
    ...soundProject,
    "datasets/orders.yaml": withPath("sales/{partition:yyyy/MM/dd/HH}/*.csv"),
    "datasets/returns.yaml": other,
  });
  expect(readProject(folder).findings.map(describeFinding)).toEqual([
    "datasets/returns.yaml:4 path: found a path that matches the key 'sales/1111/11/11/11/x-.csv', and the path in datasets/orders.yaml matches it too; expected keys that belong to one dataset. Make one of the paths narrower, or write 'deliveries: orders' if both datasets read the same files.",
  ]);
});
