import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, jest, test } from "@jest/globals";
import { main } from "../../cli/main.js";

const demo = fileURLToPath(new URL("../../examples/demo", import.meta.url));

/** The command line in this process, with what it wrote. */
async function sluice(...args: readonly string[]) {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  try {
    return { status: await main(["node", "sluice", ...args]), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

function project(dataset: string): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
  mkdirSync(join(folder, "datasets"));
  const declared = "name: shop\nregion: eu-west-1\nwarehouse: { create: {} }\nsources: { erp: { landing: create } }\n";
  writeFileSync(join(folder, "sluice.yaml"), declared);
  writeFileSync(join(folder, "datasets", "orders.yaml"), dataset);
  return folder;
}

const orders = `dataset: orders
source: erp
partition: hour
format: { type: json }
columns: [{ name: id, type: integer }]
table: { name: shop.orders }
load: { mode: append }
`;

describe("the command line", () => {
  test("nothing at all shows the help; --version the version", async () => {
    expect(await sluice()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Usage: sluice <command>/) });
    expect(await sluice("--version")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test("check: exit 0 and words on stdout; --json is a list", async () => {
    expect(await sluice("check", "--project", demo)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^4 dataset\(s\), no findings\.\n(?:\w+: the Lambda converts batches up to 256 MB.*\n){3}$/,
      ),
    });
    expect(await sluice("check", "--project", project(orders), "--json")).toMatchObject({ status: 0, stdout: "[]\n" });
  });

  test("check: a breach is named with file, line, found, expected and remedy; exit 2", async () => {
    const folder = project(orders.replace("type: integer", "type: interger").replace("mode:", "mod:"));
    const { status, stdout } = await sluice("check", "--project", folder, "--json");
    expect(status).toBe(2);
    const findings: { line: number; severity: string }[] = JSON.parse(stdout);
    expect(findings.length).toBeGreaterThan(1);
    for (const finding of findings) {
      expect(Object.keys(finding).sort()).toEqual(["expected", "file", "found", "line", "path", "remedy", "severity"]);
      expect(finding).toMatchObject({ file: "datasets/orders.yaml" });
    }
  });

  test("synth stops at a contract with an unknown key", async () => {
    const folder = project(`${orders}colour: red\n`);
    const { status, stderr, stdout } = await sluice("synth", "--project", folder);
    expect(status).toBe(2);
    expect(stderr).toContain("datasets/orders.yaml:8");
    expect(stdout).toBe("");
  });

  test.each([
    ["an unknown command", ["lod"], /unknown command 'lod'/],
    ["an unknown option", ["check", "--fast"], /unknown option '--fast'/],
    ["a missing argument", ["show"], /missing required argument/],
    ["SQL from nowhere", ["query"], /Pass the SQL in quotes/],
    [
      "SQL that begins with a comment is no option",
      ["query", "-- all\nselect 1", "--project", tmpdir()],
      /does not contain a sluice\.yaml/,
    ],
    ["a folder without project", ["check", "--project", tmpdir()], /does not contain a sluice\.yaml/],
    ["a number that is none", ["status", "--limit", "0"], /whole number/],
    ["the lake of a local account", ["query", "select 1", "--lake", "--local", "--project", demo], /no Athena/],
  ])("wrong usage is 64: %s", async (_name, args, message) => {
    const { status, stderr, stdout } = await sluice(...args);
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("the launcher in bin/ runs it as it lies, and ends with its exit code", () => {
    const bin = fileURLToPath(new URL("../../bin/sluice.js", import.meta.url));
    const run = spawnSync(process.execPath, [bin, "check", "--project", project("dataset: 1\n")], { encoding: "utf8" });
    expect(run.status).toBe(2);
    expect(run.stdout).toContain("datasets/orders.yaml");
  });

  test("the launcher writes all of a long result into a pipe before it ends", () => {
    const bin = fileURLToPath(new URL("../../bin/sluice.js", import.meta.url));
    const wrong = Array.from({ length: 900 }, (_, index) => `  - { name: column_${index}, type: none }\n`);
    const folder = project(`dataset: orders\ncolumns:\n${wrong.join("")}`);
    const run = spawnSync(process.execPath, [bin, "check", "--json", "--project", folder], { encoding: "utf8" });
    expect(run.stdout.length > 100_000).toBe(true);
    expect(JSON.parse(run.stdout).at(-1).path).toBe("columns[899].type");
  });

  test("help is exit 0", async () => {
    expect((await sluice("--help")).status).toBe(0);
  });
});
