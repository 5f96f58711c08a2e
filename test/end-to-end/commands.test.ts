import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Delivered } from "../../examples/demo/deliver.js";
import { testConsole } from "./console.js";
import { Loads } from "./loads.js";
import { ordersProject } from "./project.js";
import { testReruns } from "./reruns.js";
import { left, RunningAccount, sluice, written } from "./running-account.js";
import { testSecrets } from "./secrets.js";

jest.setTimeout(600_000);

/** Loads of a source of its own, by the commands that a person types, from the first to the last. */

const project = ordersProject();
let account: RunningAccount;
let loads: Loads;

beforeAll(async () => {
  account = await RunningAccount.start(project);
  loads = new Loads(project, account);
});

afterAll(async () => {
  await account?.stop();
  rmSync(project, { recursive: true, force: true });
});

describe("a load through the command", () => {
  const file = (name: string, lines: readonly object[]) => {
    const path = join(project, name);
    writeFileSync(path, lines.map((line) => JSON.stringify(line)).join("\n"));
    return path;
  };
  const load = async (path: string, ...more: readonly string[]) => {
    const where = ["--project", project, "--local", "--json", "--partition", "2026-11-22T05"];
    const { code, out, said } = await sluice("load", "orders", path, ...where, ...more);
    return { code, said, result: JSON.parse(out || "null") };
  };

  test("loaded is exit 0, refused is exit 2 and changes nothing", async () => {
    const good = { shop: "A", number: 1, amount: 9.5, changed_at: "2026-11-22T05:01:00Z" };
    const loaded = await load(file("good.json", [good, { ...good, number: 2 }]));
    expect(loaded).toMatchObject({ code: 0, result: { outcome: "loaded", counts: { read: 2, inserted: 2 } } });
    const refused = await load(file("bad.json", [{ ...good, amount: null }]));
    expect(refused).toMatchObject({
      code: 2,
      result: { outcome: "refused", error: "TooManyRejected", counts: { read: 1, rejected: 1, inserted: null } },
    });
    const { rows } = await loads.query("select shop, number, cast(amount as varchar(16)) from sales.orders order by 2");
    expect(rows).toEqual([
      ["A", 1, "9.50"],
      ["A", 2, "9.50"],
    ]);
    const { out } = await sluice("rejects", "orders", "--project", project, "--local", "--json");
    expect(JSON.parse(out)).toMatchObject([{ reason: "missing_required", column: "amount", record_number: 1 }]);
  });

  test("status lists what became of the loads", async () => {
    const { out } = await sluice("status", "orders", "--project", project, "--local", "--json");
    const ended = { started: expect.stringMatching(/Z$/), ended: expect.stringMatching(/Z$/) };
    const manifest = expect.stringMatching(/^s3:.*_manifest\.json$/);
    expect(JSON.parse(out)).toMatchObject([
      { outcome: "refused", ...ended, manifest },
      { outcome: "loaded", ...ended, manifest },
    ]);
  });

  test("what a refused revision rejected is told by its execution, also after a corrected one is loaded", async () => {
    const where = ["--project", project, "--local", "--json"];
    const hour = ["--partition", "2026-11-22T04"];
    const record = { shop: "A", number: 4, amount: 9.5, changed_at: "2026-11-22T04:01:00Z" };
    const refused = await load(file("fourth.json", [{ ...record, amount: null }]), ...hour);
    const { execution } = refused.result;
    expect((await load(file("fourth.json", [record]), ...hour)).result).toMatchObject({ outcome: "loaded" });
    expect(JSON.parse((await sluice("rejects", "orders", ...hour, ...where)).out)).toEqual([]);
    const { out } = await sluice("rejects", "--execution", execution, ...where);
    expect(JSON.parse(out)).toMatchObject([{ reason: "missing_required", column: "amount", record_number: 1 }]);
  });
});

testReruns(project, () => ({ account, loads }));

testConsole(project, () => ({ loads }));

describe("bad input ends in a refusal by name, with what to do, and changes nothing", () => {
  const put = async (Key: string, Body: string): Promise<Delivered> => {
    const Bucket = account.bucket("erp", "landing");
    const { VersionId } = await account.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    return { bucket: Bucket, key: Key, versionId: VersionId ?? null };
  };
  const hour = "orders/2026/11/22/06/";
  const manifest = (...entries: readonly object[]) => JSON.stringify({ entries });
  const url = (name: string) => `s3://${account.bucket("erp", "landing")}/${name}`;

  const cases: [string, string, string, () => string, RegExp][] = [
    [
      "a folder of no dataset",
      "DatasetUnknown",
      "order/2026/11/22/06/_manifest.json",
      () => manifest(),
      /did you mean 'orders'/,
    ],
    ["a manifest that is no JSON", "ManifestInvalid", `${hour}1.manifest.json`, () => "files: []", /is not JSON/],
    [
      "a missing file",
      "FileMissing",
      `${hour}2.manifest.json`,
      () => manifest({ url: url(`${hour}gone.json`) }),
      /do not exist/,
    ],
    [
      "a file outside its folder",
      "ManifestInvalid",
      `${hour}3.manifest.json`,
      () => manifest({ url: url("orders/2026/11/22/05/good.json") }),
      /outside the manifest's folder/,
    ],
    [
      "another length",
      "FileMismatch",
      `${hour}4.manifest.json`,
      () => manifest({ url: url(`${hour}a.json`), meta: { content_length: 1 } }),
      /content_length is 1/,
    ],
  ];

  test.each(cases)("%s: %s", async (_name, error, key, body, message) => {
    const before = await loads.ledgerRows();
    await put(`${hour}a.json`, '{"shop":"A","number":3,"amount":1,"changed_at":"2026-11-22T06:00:00Z"}\n');
    const result = await loads.follow("erp", key.split("/")[0] ?? "", await put(key, body()));
    expect(result).toMatchObject({ outcome: "refused", error });
    expect(result.message).toMatch(message);
    expect(await loads.ledgerRows()).toEqual(before);
  });
});

// Last: they look at all that the others left.
testSecrets(project, () => written);

test("neither the account nor a command left anything in the temporary folder", async () => {
  expect(await account.stop()).toBe(0);
  expect(left()).toEqual([]);
});
