import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { previewFiles } from "../../cli/preview/preview.js";
import type { Contract } from "../../contract/contract.js";
import { explainKey } from "../../contract/explain-key.js";
import { readProject } from "../../contract/read.js";
import { lookForQuiet } from "../../functions/find-quiet-partitions/quiet.js";
import { consequencesOf, type Execution } from "../../functions/start-load/execution.js";
import { validateManifest } from "../../functions/validate-manifest/validate.js";
import { BatchFile } from "../../run-folder/batch.js";
import { writeProject } from "../contract/projects.js";
import { MemoryStore } from "../functions/memory-store.js";

const page = readFileSync(new URL("../../docs/point-it-at-your-bucket.md", import.meta.url), "utf8");

interface Layout {
  readonly keys: readonly string[];
  /** The datasets' files. */
  readonly contracts: readonly string[];
}

const layouts = new Map<string, Layout>(
  [...page.matchAll(/^## (.+)\n[\s\S]*?^```text\n([\s\S]*?)^```\n\n```yaml\n([\s\S]*?)^```$/gm)].map(
    ([, title = "", keys = "", yaml = ""]) => [
      title,
      { keys: keys.trimEnd().split("\n"), contracts: yaml.split(/^---\n/m) },
    ],
  ),
);

const project = `name: own
region: eu-west-1
warehouse:
  create: { nodeType: ra3.large, nodes: 2 }
sources:
  bucket: { landing: { existingBucket: your-bucket } }
`;
const nameOf = (contract: string) => /^dataset: (.+)$/m.exec(contract)?.[1] ?? "";
const folderOf = (contracts: readonly string[]) =>
  writeProject({
    "sluice.yaml": project,
    ...Object.fromEntries(contracts.map((contract) => [`datasets/${nameOf(contract)}.yaml`, contract])),
  });

const landed = new Date("2026-11-22T06:00:00Z");
const now = new Date("2026-11-22T06:30:00Z");

/** Everything that start-load and the look for quiet partitions start when the keys land in this order. */
async function executionsOf(
  store: MemoryStore,
  contracts: Readonly<Record<string, Contract>>,
  keys: readonly string[],
) {
  const started: Execution[] = [];
  for (const key of keys) {
    const versionId = (await store.head("landing", key))?.versionId ?? null;
    const object = { bucket: "landing", key, versionId, version: versionId ?? "" };
    started.push(...(await consequencesOf(store, contracts, object, now)).executions);
  }
  const buckets = { landing: "landing", processed: "processed" };
  const start = async (execution: Execution) => void started.push(execution);
  for (const contract of Object.values(contracts)) {
    await lookForQuiet({ store, buckets, now, known: new Map(), start }, contract);
  }
  return started;
}

async function batchOf(store: MemoryStore, contracts: Readonly<Record<string, Contract>>, { name, input }: Execution) {
  const inspection = (_: Contract, label: string) => ({ statements: [], transaction: true, label, timeoutSeconds: 1 });
  const deployment = {
    source: "bucket",
    buckets: { landing: "landing", processed: "processed" },
    contracts,
    inspection,
  };
  const request = { force: false, ...JSON.parse(input), execution: { id: "arn", name } };
  const { batch } = await validateManifest(store, deployment, request);
  return BatchFile.parse(JSON.parse(store.text("processed", batch.batchFile.replace("s3://processed/", "")) ?? ""));
}

interface Expected {
  /** What lies under each key; the last of them also under the rest. */
  readonly bodies: readonly string[];
  /** Of each batch: dataset, partition, the places of its files in the page's list. */
  readonly batches: readonly (readonly [dataset: string, partition: string, files: readonly number[]])[];
  readonly row: Readonly<Record<string, unknown>>;
}

const cases: readonly (readonly [title: string, expected: Expected])[] = [
  [
    "Spark and Hive",
    {
      bodies: ["order_id,amount\n7,12.5\n"],
      batches: [["sales", "2026-11-22", [0, 1]]],
      row: { order_id: 7, amount: "12.50" },
    },
  ],
  [
    "Amazon Data Firehose",
    {
      bodies: ['{"id":"a","event":"open"}{"id":"b","event":"close"}'],
      batches: [["clicks", "2026-11-22T05", [0, 1]]],
      row: { id: "a", event: "open" },
    },
  ],
  [
    "AWS DMS",
    {
      bodies: ["I,2026-11-22 05:15:00.123,7,a@example.com\n"],
      batches: [
        ["customers", "2026-11-22", [0]],
        ["customers", "2026-11-22", [1]],
      ],
      row: { op: "I", customer_id: 7, email: "a@example.com" },
    },
  ],
  [
    "Snowflake unload",
    {
      bodies: ["ORDER_ID,STATUS\n7,paid\n"],
      batches: [["orders", "2026-11-22", [0, 1]]],
      row: { order_id: 7, status: "paid" },
    },
  ],
  [
    "Airbyte and similar tools",
    {
      bodies: ['{"_airbyte_extracted_at":1795308911000,"_airbyte_data":{"id":"c1","email":"a@example.com"}}\n'],
      batches: [["contacts", "2026-11-22", [0]]],
      row: { contact_id: "c1", email: "a@example.com", extracted_at: "2026-11-22 00:55:11" },
    },
  ],
  [
    "CloudTrail and similar logs",
    {
      bodies: ['{"Records":[{"eventID":"e1","eventName":"GetObject","eventTime":"2026-11-22T05:11:00Z"}]}'],
      batches: [["trail", "2026-11-22", [0]]],
      row: { event_id: "e1", event_name: "GetObject", event_time: "2026-11-22 05:11:00" },
    },
  ],
  [
    "A bank's SFTP drop with a control file",
    {
      bodies: [
        "IBAN;AMOUNT;BOOKED\nDE02;12,50;2026-11-20\n",
        "IBAN;AMOUNT;BOOKED\nDE03;1,00;2026-11-20\n",
        "FILE;RECORDS;SIZE\nSTMT_20261122_001.csv;1;41\nSTMT_20261122_002.csv;1;40\n",
      ],
      batches: [["statements", "2026-11-22", [0, 1]]],
      row: { iban: "DE02", amount: "12.50", booked_on: "2026-11-20" },
    },
  ],
  [
    "One file a day by name",
    {
      bodies: ["sku,quantity\nA,2\n"],
      batches: [
        ["stock", "2026-11-21", [0]],
        ["stock", "2026-11-22", [1]],
      ],
      row: { sku: "A", quantity: 2 },
    },
  ],
  [
    "A spreadsheet by mail",
    {
      bodies: ["Cost centre,Budget\nC1,100\n"],
      batches: [["budget", "2026-11", [0]]],
      row: { cost_centre: "C1", amount: "100.00" },
    },
  ],
  [
    "Several tables from one delivery",
    {
      bodies: ['{"orders":[{"id":7,"placed_at":"2026-11-22T05:00:00Z","lines":[{"line":1,"sku":"A"}]}]}'],
      batches: [
        ["shop_lines", "2026-11-22", [0]],
        ["shop_orders", "2026-11-22", [0]],
      ],
      row: { order_id: 7, line: 1, sku: "A" },
    },
  ],
];

describe("the example of", () => {
  test.each(cases)(
    "%s loads from its keys, with only the contract written",
    async (title, { bodies, batches, row }) => {
      const layout = layouts.get(title);
      if (layout === undefined) throw new Error(`the page has no '${title}'`);
      const { contracts: read, findings } = readProject(folderOf(layout.contracts));
      expect(findings).toEqual([]);
      const contracts = Object.fromEntries(read.map((contract) => [contract.dataset, contract]));
      const store = new MemoryStore();
      for (const [index, key] of layout.keys.entries())
        store.put("landing", key, bodies[index] ?? bodies.at(-1) ?? "", landed);
      const found = [];
      for (const execution of await executionsOf(store, contracts, layout.keys))
        found.push(await batchOf(store, contracts, execution));
      expect(
        found
          .map(({ dataset, partition, files }) => [
            dataset,
            partition,
            files.map(({ key }) => layout.keys.indexOf(key)),
          ])
          .toSorted(),
      ).toEqual(batches.toSorted());

      const first = found.find(({ dataset }) => dataset === batches[0]?.[0]);
      const contract = contracts[first?.dataset ?? ""];
      if (contract === undefined) throw new Error("no contract");
      const file = join(mkdtempSync(join(tmpdir(), "sluice-layouts-")), "file.dat");
      writeFileSync(file, store.text("landing", first?.files[0]?.key ?? "") ?? "");
      const { report, rows } = await previewFiles(contract, [file], 1);
      expect([report.verdict, report.counts.rejected]).toEqual([null, 0]);
      expect(rows[0]).toMatchObject(row);
    },
  );

  test("each is run", () => {
    expect([...layouts.keys()].toSorted()).toEqual(cases.map(([title]) => title).toSorted());
  });

  test("all of them live in one bucket: no key is two datasets', and each has its place or a reason", () => {
    const all = [...layouts.values()];
    const { contracts, findings } = readProject(folderOf(all.flatMap(({ contracts: texts }) => texts)));
    expect(findings).toEqual([]);
    const explained = all.flatMap(({ keys }) => keys).flatMap((key) => explainKey(contracts, key));
    const strangers = explained.filter(({ dataset }) => dataset === null);
    expect(strangers.map(({ key, why }) => [key, why])).toEqual([
      [
        "lake/sales/dt=2026-11-22/.part-00000-5d1f.csv.crc",
        expect.stringContaining("sales expects lake/sales/dt={partition:yyyy-MM-dd}/*.csv, which it leaves at '.part"),
      ],
    ]);
  });
});
