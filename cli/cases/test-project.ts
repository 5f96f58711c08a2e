import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stateFolder } from "../project/project.js";

const declarations = ["sluice.yaml", "datasets", "aggregates"];

/**
 * A copy of the project's declarations with a local account of its own, so that cases never touch what the project's account
 * holds. It stays between two runs: the next one finds its templates made and its warehouse prepared.
 */
export function makeTestProject(folder: string): string {
  const copy = join(stateFolder(folder), "test");
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(copy)) {
    if (name !== ".sluice") rmSync(join(copy, name), { recursive: true });
  }
  for (const name of declarations) {
    if (existsSync(join(folder, name))) cpSync(join(folder, name), join(copy, name), { recursive: true });
  }
  return copy;
}
