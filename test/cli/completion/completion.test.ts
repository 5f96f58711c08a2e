import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { completionScript } from "../../../cli/completion/script.js";
import { createProgram, everyCommand } from "../../../cli/main.js";

const program = await createProgram(() => {});
const demo = fileURLToPath(new URL("../../../examples/demo", import.meta.url));

/** What bash offers for the last of these words, in the demo's folder. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${completionScript(program, "bash")}
COMP_WORDS=(sluice ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _sluice
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: demo, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.trim().split("\n");
}

describe("bash", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["commands", ["ro"], ["rollback"]],
    ["commands of a command", ["local", "re"], ["reset"]],
    ["datasets of the project", ["load", "earth"], ["earthquakes"]],
    ["options", ["query", "--fo"], ["--format"]],
    ["what an option may be", ["query", "--format", "c"], ["csv"]],
    ["what an argument may be", ["completion", "z"], ["zsh"]],
  ])("%s", (_, words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });
});

test.each(["zsh", "fish"] as const)("%s knows every command, and its quotes close", (shell) => {
  const script = completionScript(program, shell);
  for (const command of everyCommand(program)) expect(script).toMatch(new RegExp(`\\b${command.name()}\\b`));
  for (const line of script.split("\n").filter((each) => !each.startsWith("#"))) {
    expect([line, (line.replaceAll("'\\''", "").match(/'/g)?.length ?? 0) % 2]).toEqual([line, 0]);
  }
});
