import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { main } from "../../../cli/main.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const written = { stdout: "", stderr: "" };

beforeEach(() => {
  for (const stream of ["stdout", "stderr"] as const) {
    written[stream] = "";
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

const run = (folder: string, ...args: readonly string[]) =>
  main(["node", "sluice", "export", ...args, "--project", folder]);

test("stdout has the document, stderr what it does not say", async () => {
  const folder = writeProject(soundProject);
  expect(await run(folder, "orders", "--to", "odcs")).toBe(0);
  expect(written.stdout).toMatch(/^# Open Data Contract Standard v3\.1\.0/);
  expect(written.stderr).toMatch(/^orders\.odcs\.yaml: odcs cannot express these[\s\S]* {2}load\.mode: upsert\n/);
});

test("nothing is written over or beside a file that is there, unless --overwrite says so", async () => {
  const second = soundProject["datasets/orders.yaml"]
    .replace("dataset: orders", "dataset: refunds")
    .replace("shop.orders", "shop.refunds");
  const folder = writeProject({ ...soundProject, "datasets/refunds.yaml": second });
  const output = join(folder, "docs");
  expect(await run(folder, "--all", "--to", "markdown", "--output", output)).toBe(0);
  const [mine, other] = [join(output, "refunds.md"), join(output, "orders.md")];
  writeFileSync(mine, "my own");
  writeFileSync(other, "");
  expect(await run(folder, "--all", "--to", "markdown", "--output", output)).toBe(64);
  expect(written.stderr).toContain("refunds.md exists already");
  expect([readFileSync(mine, "utf8"), readFileSync(other, "utf8")]).toEqual(["my own", ""]);
  expect(await run(folder, "--all", "--to", "markdown", "--output", output, "--overwrite")).toBe(0);
  expect(readFileSync(mine, "utf8")).toMatch(/^# refunds\n/);
});

test("a folder is no file, and a file no folder", async () => {
  const folder = writeProject(soundProject);
  expect(await run(folder, "orders", "--to", "odcs", "--overwrite", "--output", folder)).toBe(64);
  expect(written.stderr).toContain(`${folder} is a folder. Name a file with --output.`);
  const file = join(folder, "sluice.yaml");
  expect(await run(folder, "--all", "--to", "odcs", "--overwrite", "--output", file)).toBe(64);
  expect(written.stderr).toContain(`${file} is a file. Name a folder with --output.`);
  expect(readFileSync(file, "utf8")).toBe(soundProject["sluice.yaml"]);
});

test.each<[string, readonly string[], string]>([
  ["no dataset", ["--to", "dbt"], "Name one dataset, or all with --all."],
  ["a dataset and --all", ["orders", "--all", "--to", "dbt"], "Name one dataset, or all with --all."],
  ["several files on stdout", ["--all", "--to", "odcs"], "Give a folder for them with --output."],
  ["an unknown dataset", ["ordres", "--to", "odcs"], "Did you mean 'orders'?"],
  ["no format", ["orders"], "--to <format>"],
  ["an unknown format", ["orders", "--to", "avro"], "odcs, dbt, json-schema, markdown"],
])("%s is wrong usage", async (_, args, message) => {
  const folder = writeProject(soundProject);
  expect(await run(folder, ...args)).toBe(64);
  expect(written.stderr).toContain(message);
  expect(existsSync(join(folder, "docs"))).toBe(false);
});
