import { rmSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { checkProject } from "../../../cli/check/check-project.js";
import { soundProject, writeProject } from "../../contract/projects.js";

/** What `check` finds in a project whose one dataset has this engine and this check, and what it says of the engine. */
async function check(engine: string, sql: string, source = "", asksCore = true) {
  const orders = soundProject["datasets/orders.yaml"]
    .replace("positive: amount is null or amount > 0", `positive: ${JSON.stringify(sql)}`)
    .concat(engine === "" ? "" : `engine: ${engine}\n`);
  const declaration = soundProject["sluice.yaml"].replace("landing: create", `landing: create${source}`);
  const folder = writeProject({ "sluice.yaml": declaration, "datasets/orders.yaml": orders });
  try {
    const { findings, notes } = await checkProject(folder, asksCore);
    return { findings, notes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const plain = "amount is null or amount > 0";
const sparkOnly = "xxhash64(op) <> 0";

test("auto with SQL of the core's list: the size decides", async () => {
  expect(await check("auto", plain)).toEqual({
    findings: [],
    notes: ["orders: the Lambda converts batches up to 256 MB unpacked, Glue larger ones."],
  });
  const limited = await check("{ auto: { max: 64MB } }", plain);
  expect(limited.notes).toEqual(["orders: the Lambda converts batches up to 64 MB unpacked, Glue larger ones."]);
});

test("auto with SQL that needs Spark: Glue, and the check is named", async () => {
  const { findings, notes } = await check("auto", sparkOnly);
  expect(findings).toEqual([]);
  expect(notes).toEqual([
    expect.stringMatching(
      /^orders: Glue converts every batch, because Spark is needed for the check 'positive' \(.*xxhash64/,
    ),
  ]);
});

test("lambda with SQL that needs Spark is an error at its line, with what to do", async () => {
  const { findings } = await check("lambda", sparkOnly);
  expect(findings).toEqual([
    expect.objectContaining({
      severity: "error",
      file: "datasets/orders.yaml",
      path: "checks.positive",
      line: 11,
      found: expect.stringContaining(sparkOnly),
      remedy: expect.stringContaining("'engine: auto'"),
    }),
  ]);
  expect((await check("lambda", plain)).findings).toEqual([]);
});

test("a limit above what the source's Lambda holds is an error; more memory allows it", async () => {
  const { findings } = await check("{ auto: { max: 512MB } }", plain);
  expect(findings).toEqual([expect.objectContaining({ path: "engine.auto.max", found: "512 MB" })]);
  const memory = ", lambda: { memoryMegabytes: 10240 }";
  expect((await check("{ auto: { max: 512MB } }", plain, memory)).findings).toEqual([]);
  const bySource = await check("", plain, ", engine: { auto: { max: 512MB } }");
  expect(bySource.findings).toEqual([expect.objectContaining({ path: "sources.web.engine.auto.max" })]);
});

test("glue, and nothing said, are as they always were: no Python is asked, nothing is noted", async () => {
  expect(await check("glue", sparkOnly)).toEqual({ findings: [], notes: [] });
  expect(await check("", sparkOnly)).toEqual({ findings: [], notes: [] });
});

test.each(["", "auto"])("SQL that fails for every record is an error at its line (engine '%s')", async (engine) => {
  const { findings } = await check(engine, "amount > 0 or 1 / 0 > 0");
  expect(findings).toEqual([
    expect.objectContaining({
      severity: "error",
      path: "checks.positive",
      line: 11,
      found: "'1 / 0', which fails for every record, in: amount > 0 or 1 / 0 > 0",
    }),
  ]);
});

test("a check that gives no truth value is an error", async () => {
  const { findings } = await check("", "amount % 2");
  expect(findings).toEqual([
    expect.objectContaining({ path: "checks.positive", found: expect.stringMatching(/gives decimal/) }),
  ]);
});

test("without Python no SQL is looked at, and a note says which, and what makes Python", async () => {
  const note = /^The SQL of checks and expressions was not checked \(orders\): .*'sluice local up' creates\.$/;
  const unseen = { findings: [], notes: [expect.stringMatching(note)] };
  expect(await check("auto", sparkOnly, "", false)).toEqual(unseen);
  expect(await check("lambda", sparkOnly, "", false)).toEqual(unseen);
  expect(await check("glue", "1 / 0 > amount", "", false)).toEqual(unseen);
  expect(await check("glue", plain, "", false)).toEqual({ findings: [], notes: [] });
});
