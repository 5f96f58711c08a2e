import "../functions/quiet.js";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { helpExamples } from "../../cli/arguments/help-examples.js";
import { createProgram, everyCommand, main, pathOf } from "../../cli/main.js";
import { machineArn } from "./session.js";

// What people read, as files: read them aloud. GOLDEN=write makes them anew.
const folder = fileURLToPath(new URL("golden", import.meta.url));
const demo = fileURLToPath(new URL("../../examples/demo", import.meta.url));
const machines = ["run-statements", "usgs-load-partition", "atlas-load-partition"].map((name) => `demo-${name}`);

const program = await createProgram(() => {});
const paths = ["", ...everyCommand(program).map(pathOf)];

/** Both streams and the exit code, as a person at a terminal of 80 columns sees them. */
async function run(...args: readonly string[]): Promise<string> {
  let written = "";
  const take = (text: string | Uint8Array) => {
    written += String(text);
    return true;
  };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation(take),
  );
  try {
    const status = await main(["node", "sluice", ...args]);
    const shown = args.map((arg) => (arg === demo ? "examples/demo" : arg === tmpdir() ? "/tmp" : arg));
    const text = written
      .replaceAll(demo, "examples/demo")
      .replaceAll(process.cwd(), "<here>")
      .replaceAll(tmpdir(), "/tmp");
    return `$ sluice ${shown.join(" ")}\n${text.trimEnd()}\n(exit ${status})\n`;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const seen = new Set<string>();

function expectGolden(name: string, text: string): void {
  const file = `${folder}/${name}.txt`;
  seen.add(`${name}.txt`);
  if (process.env.GOLDEN === "write") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}

test.each(paths)("help: sluice %s", async (path) => {
  expectGolden(
    `help${path === "" ? "" : `-${path.replaceAll(" ", "-")}`}`,
    await run(...path.split(" ").filter(Boolean), "--help"),
  );
  expect(helpExamples[path === "" ? "sluice" : path]?.length).toBeGreaterThan(0);
});

describe("wrong usage", () => {
  test.each<[string, readonly string[]]>([
    ["command", ["lod"]],
    ["init", ["init", tmpdir()]],
    ["init-name", ["init", "somewhere-new", "--yes", "--name", "My Shop"]],
    ["infer", ["infer"]],
    ["infer-file", ["infer", "nothing.csv"]],
    ["import", ["import", "nothing.sql", "--from", "ddl"]],
    ["check", ["check", "--project", tmpdir()]],
    ["export", ["export", "--all", "--to", "odcs"]],
    ["synth", ["synth", "--outptu", "x"]],
    ["land", ["land", "--project", demo]],
    ["load", ["load"]],
    ["status", ["status", "--limit", "0"]],
    ["history", ["history"]],
    ["show", ["show"]],
    ["rejects", ["rejects"]],
    ["query", ["query", "select 1", "--format", "xml"]],
    ["rerun", ["rerun"]],
    ["backfill", ["backfill", "earthquakes", "--from", "2026-11-01"]],
    ["rollback", ["rollback"]],
    ["local", ["local", "donw"]],
    ["completion", ["completion", "powershell"]],
  ])("%s", async (name, args) => {
    const text = await run(...args);
    expect(text).toMatch(name === "infer-file" ? /\(exit 2\)\n$/ : /\(exit 64\)\n$/);
    expectGolden(`wrong-${name}`, text);
  });
});

describe("where there is nothing yet", () => {
  const stepFunctions = mockClient(SFNClient);
  const s3 = mockClient(S3Client);

  beforeAll(() => {
    stepFunctions.on(ListStateMachinesCommand).resolves({
      stateMachines: machines.map((name) => ({
        name,
        stateMachineArn: machineArn(name),
        type: "STANDARD",
        creationDate: new Date(0),
      })),
    });
    stepFunctions.on(ListExecutionsCommand).resolves({ executions: [] });
    stepFunctions.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ message: "", $metadata: {} }));
    s3.on(ListObjectsV2Command).resolves({});
  });
  afterAll(() => {
    stepFunctions.restore();
    s3.restore();
  });

  test.each<[string, readonly string[]]>([
    ["status", ["status"]],
    ["history", ["history", "earthquakes", "2026-11-22"]],
    ["history-dataset", ["history", "earthquake"]],
    ["show", ["show", "9f86d081"]],
    ["rejects", ["rejects", "earthquakes"]],
    ["rejects-dataset", ["rejects", "earthquake"]],
    ["rerun", ["rerun", "9f86d081"]],
    ["backfill", ["backfill", "earthquakes", "--from", "2026-11-01", "--to", "2026-11-02"]],
    ["land-file", ["land", "earthquakes", "nothing.json"]],
  ])("%s", async (name, args) => {
    expectGolden(`empty-${name}`, await run(...args, "--project", demo));
  });

  test("not deployed", async () => {
    stepFunctions.on(ListStateMachinesCommand).resolves({ stateMachines: [] });
    expectGolden("empty-not-deployed", await run("status", "--project", demo));
  });
});

test("no file of a command that is gone", () => {
  expect(readdirSync(folder).filter((name) => !seen.has(name))).toEqual([]);
});
