import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "@jest/globals";

// The tutorial's own commands, as they stand in its blocks. TUTORIAL=whole also runs those of the local account, which
// take two minutes; its data without a load is read here all the same.
const text = readFileSync(new URL("../../docs/tutorial.md", import.meta.url), "utf8");
const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, command = ""]) => command);
const isWhole = process.env.TUTORIAL === "whole";
const bin = fileURLToPath(new URL("../../bin/sluice.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sluice-tutorial-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One shell for all of them, as a person has it; after each command its exit code. */
function run(all: readonly string[]) {
  const script = [
    `sluice() { ${JSON.stringify(process.execPath)} ${JSON.stringify(bin)} "$@"; }`,
    ...all.map((command, index) => `${command}echo "[${index}: $?]"`),
  ];
  const { stdout } = spawnSync("bash", ["-c", script.join("\n")], { cwd: folder, encoding: "utf8" });
  return stdout;
}

test("at most ten commands", () => {
  expect(commands.length).toBeGreaterThan(5);
  expect(commands.length).toBeLessThanOrEqual(10);
});

test("they do what the tutorial says", () => {
  const chosen = commands.filter((command) => isWhole || !command.includes("--local"));
  const output = run(chosen);
  const failed = [...output.matchAll(/\[(\d+): ([1-9]\d*)\]/g)].map(([, index, code]) => [chosen[Number(index)], code]);
  expect(output).toContain("datasets/rides.yaml");
  expect(output).toContain("2 dataset(s), no findings.");
  if (!isWhole) return expect(failed).toEqual([]);
  expect(failed).toEqual([["sluice load rides rides-2026-11-22.csv --partition 2026-11-22 --local\n", "2"]]);
  expect(output).toMatch(/rides 2026-11-21: loaded\n {2}read 5, written 5/);
  expect(output).toMatch(/^Harbour +2 +4\.25$/m);
  expect(output).toMatch(/wrong_type +minutes .*eleven/);
}, 600_000);

test("the contract that it infers is the one it tells of", () => {
  const contract = readFileSync(join(folder, "bikes", "datasets", "rides.yaml"), "utf8");
  expect(contract).toContain('{ type: csv, delimiter: ";", quotes: strict }');
  expect(contract).toContain('{ name: started, type: timestamp, parse: "dd/MM/yyyy HH:mm" }');
  expect(contract).toContain("{ name: member, type: boolean }");
  expect(contract).toContain("load: { mode: upsert, key: [ride_id], order_by: changed_at }");
});
