import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { EngineChoice } from "../../contract/engine.js";
import { packageFolder } from "../../package-folder.js";
import { stateFolder } from "../project/project.js";

/** The example's own folder. */
export const exampleProject = join(packageFolder, "examples", "demo");

/** A copy of the example in which every dataset has this engine. @returns its folder */
export function projectWith(engine: EngineChoice): string {
  const folder = join(stateFolder(exampleProject), "projects", engine);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ["sluice.yaml", "aggregates", "datasets"]) {
    cpSync(join(exampleProject, part), join(folder, part), { recursive: true });
  }
  for (const name of readdirSync(join(folder, "datasets"))) {
    const file = join(folder, "datasets", name);
    const document = parseDocument(readFileSync(file, "utf8"));
    document.set("engine", engine);
    writeFileSync(file, String(document));
  }
  return folder;
}
