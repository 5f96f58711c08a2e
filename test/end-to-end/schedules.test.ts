import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import type { Shape } from "../../local/call/call.js";
import { VirtualClock } from "../../local/call/virtual-clock.js";
import { soundProject, writeProject } from "../contract/projects.js";

/** Schedules, composed manifests and the overdue watch, from the templates, on a virtual clock. The loads themselves and the
 * warehouse are stood in for: a load succeeds at once, the ledger has no rows. */

const START = Date.parse("2026-11-24T05:00:00Z");
const at = (time: string) => Date.parse(`2026-11-24T${time}:00Z`);

const project = {
  ...soundProject,
  // With a key: who may use it is asked at every call.
  "sluice.yaml": soundProject["sluice.yaml"].replace("landing: create", "kms: true"),
  "datasets/orders.yaml": soundProject["datasets/orders.yaml"].concat(
    'schedule: { cron: "20 * * * ? *", lag: 1h, settle: 10m, manifests: composed }\n',
    "expect: { every: 1h, within: 90m }\n",
  ),
};

const Template = z.looseObject({ Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) });
const Machine = z.looseObject({ StateMachineName: z.string() });

/** Puts machines of one state in the place of those that need Spark or a warehouse. */
function standIn(file: string, outputs: Readonly<Record<string, unknown>>): void {
  const template = Template.parse(JSON.parse(readFileSync(file, "utf8")));
  for (const resource of Object.values(template.Resources)) {
    const machine = Machine.safeParse(resource.Properties);
    const Output = machine.success ? outputs[machine.data.StateMachineName] : undefined;
    if (!machine.success || Output === undefined) continue;
    const States = { "It is done": { Type: "Succeed", Output } };
    const DefinitionString = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "It is done", States });
    resource.Properties = { ...machine.data, DefinitionString, DefinitionSubstitutions: {} };
  }
  writeFileSync(file, JSON.stringify(template));
}

let folder = "";
let account: OpenAccount;
const clock = new VirtualClock(START, START);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-schedules-"));
  const files = writeProject(project);
  synthesize(files, join(folder, "cdk.out"), { validate: false });
  rmSync(files, { recursive: true, force: true });
  standIn(join(folder, "cdk.out", "shop-warehouse.template.json"), {
    "shop-run-statements": { outcome: "done", results: [{ rows: [] }] },
  });
  standIn(join(folder, "cdk.out", "shop-web.template.json"), {
    "shop-web-load-partition": { outcome: "loaded", input: "{% $states.input %}" },
  });
  account = await openAccount({ assemblyFolder: join(folder, "cdk.out"), stateFolder: join(folder, "state"), clock });
});
afterAll(async () => {
  await account?.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = (service: "s3" | "states", operation: string, input: Shape) =>
  account.call({ service, operation, input, principal: account.root });
const bucket = (kind: string) => `shop-web-${kind}-000000000000-eu-west-1`;
const put = (key: string) => call("s3", "PutObject", { Bucket: bucket("landing"), Key: key, Body: Buffer.from("{}") });

async function executions(machine: string) {
  const stateMachineArn = `arn:aws:states:eu-west-1:000000000000:stateMachine:${machine}`;
  const { executions: found } = await call("states", "ListExecutions", { stateMachineArn });
  const list = z.array(z.looseObject({ name: z.string(), status: z.string() })).parse(found);
  return list.map(({ name, status }) => `${name} ${status}`).sort();
}

function subjects(): readonly string[] {
  const lines = readFileSync(join(folder, "state", "sns", "messages.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => /Sluice: [^"]*/.exec(line)?.[0] ?? line);
}

const loads = () => executions("shop-web-load-partition");

async function versionsOf(key: string): Promise<number> {
  const { Versions } = await call("s3", "ListObjectVersions", { Bucket: bucket("processed"), Prefix: key });
  return z.array(z.unknown()).parse(Versions ?? []).length;
}

describe("some hours of a scheduled dataset whose producer writes no manifests", () => {
  test("files that are still at the planned time are loaded; those that are not wait for the next run", async () => {
    await clock.runTo(at("05:40"));
    await put("orders/2026/11/24/05/a.csv");
    await clock.runTo(at("06:15"));
    await put("orders/2026/11/24/05/b.csv");
    await clock.runTo(at("06:25"));
    expect(await loads()).toEqual([]);
    await put("orders/2026/11/24/06/a.csv");
    await clock.runTo(at("07:25"));
    expect(await loads()).toEqual([
      expect.stringMatching(/^orders-2026112405-[0-9a-f]{12} SUCCEEDED$/),
      expect.stringMatching(/^orders-2026112406-[0-9a-f]{12} SUCCEEDED$/),
    ]);
    expect(await executions("shop-web-scheduled-load")).toEqual(
      ["05", "06", "07"].map((hour) => `orders-20261124T${hour}2000Z SUCCEEDED`),
    );
    expect(await versionsOf("manifests/orders/2026/11/24/05/")).toBe(1);
  });

  test("a file that comes later makes a new revision, once; what did not change is not loaded again", async () => {
    await put("orders/2026/11/24/06/late.csv");
    await clock.runTo(at("08:25"));
    expect(await versionsOf("manifests/orders/2026/11/24/06/")).toBe(2);
    const after = await loads();
    expect(after.filter((name) => name.startsWith("orders-2026112406-"))).toHaveLength(2);
    await clock.runTo(at("10:25"));
    expect(await loads()).toEqual(after);
  });

  test("a schedule that is paused starts nothing, and what is in its reach once it is resumed", async () => {
    const before = await executions("shop-web-scheduled-load");
    const mark = { Bucket: bucket("processed"), Key: "paused/orders.json" };
    await call("s3", "PutObject", { ...mark, Body: Buffer.from('{"pausedAt":"2026-11-24T10:30:00Z","reason":null}') });
    await put("orders/2026/11/24/10/a.csv");
    await clock.runTo(at("11:25"));
    expect(await executions("shop-web-scheduled-load")).toEqual(before);
    await call("s3", "DeleteObject", mark);
    await clock.runTo(at("12:25"));
    expect(await executions("shop-web-scheduled-load")).toEqual([...before, "orders-20261124T122000Z SUCCEEDED"]);
    expect((await loads()).filter((name) => name.startsWith("orders-2026112410-"))).toHaveLength(1);
  });

  test("a partition that is overdue raises one alarm, and is taken back with one message", async () => {
    // 05 was overdue from 06:30 to its run at 07:20; 06 came in time; of 07 nothing came by 08:30.
    expect(subjects().filter((subject) => /T0[567]/.test(subject))).toEqual([
      "Sluice: orders 2026-11-24T05: overdue",
      "Sluice: orders 2026-11-24T05: no longer overdue",
      "Sluice: orders 2026-11-24T07: overdue",
    ]);
  });
});
