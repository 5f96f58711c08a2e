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
  const { contracts, findings } = readProject(folder);
  expect(findings).toEqual([]);
  const list = join(folder, "keys.txt");
  writeFileSync(list, "2026-11-22 05:00:00     53120 shop/orders/2026/11/22/05/a.csv\ns3://bucket/shop/_SUCCESS\n");
  const checked = await checkKeys(contracts, list);
  expect(keyTable(checked.keys)).toMatch(/shop\/orders\/2026\/11\/22\/05\/a\.csv/);
  expect(checked.findings.map(describeFinding)).toEqual([
    expect.stringMatching(
      /^datasets\/orders\.yaml:1 path: .*'sales\/\{partition:yyyy\/MM\/dd\/HH\}\/\*\.csv', which matches none of these keys.*such as 'shop\/orders\/2026\/11\/22\/05\/a\.csv'/s,
    ),
  ]);
  writeFileSync(list, "sales/2026/11/22/05/a.csv\n");
  expect((await checkKeys(contracts, list)).findings).toEqual([]);
  writeFileSync(list, "\n");
  await expect(checkKeys(contracts, list)).rejects.toThrow(/keys\.txt contains no keys\. Write one key per line/);
  await expect(checkKeys(contracts, join(folder, "none.txt"))).rejects.toThrow(/none\.txt cannot be read/);
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
