import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { useOwnSchema } from "../../contract/own-schema.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { packageFolder } from "../../package-folder.js";
import { UsageWrong } from "../output/exit-codes.js";

/** True in the repository, false in a package that was installed: npm never packs the lock. */
export const isRepository = existsSync(join(packageFolder, "package-lock.json"));

/** What Node runs as `sluice`. */
export const program = join(packageFolder, isRepository ? "." : "..", "bin", "sluice.js");

/**
 * The project that a command is about: its SQL names that one's schema.
 * @param environment whose keys are laid over sluice.yaml; `local` is the file itself
 * @throws UsageWrong when the folder holds no project; ProjectInvalid with every error of the declarations.
 */
export function openProject(folder: string, environment: string | undefined): SoundProject {
  const project = readSoundProject(projectFolder(folder), environment);
  useOwnSchema(project.project.warehouse.schema);
  return project;
}

/** The project's folder as an absolute path. @throws UsageWrong */
export function projectFolder(folder: string): string {
  const absolute = resolve(folder);
  if (existsSync(join(absolute, "sluice.yaml"))) return absolute;
  throw new UsageWrong(
    `${absolute} does not contain a sluice.yaml. Pass the project's folder with --project, or create a project with sluice init.`,
  );
}

/** Where the local account and what is made for it live. */
export const stateFolder = (folder: string) => join(folder, ".sluice");

const declarations = ["sluice.yaml", "datasets", "aggregates"];
const product = [
  "contract",
  "functions",
  "glue-jobs",
  "infra",
  "planning",
  "run-folder",
  "sql",
  "state-machines",
  "package-lock.json",
];

/** A digest of everything that the templates follow from: the project's declarations and Sluice's own files. */
export function synthesisDigest(folder: string): string {
  const hash = createHash("sha256");
  for (const [root, names] of [
    [folder, declarations],
    [packageFolder, product],
  ] as const) {
    for (const path of names.flatMap((name) => filesUnder(join(root, name)))) {
      hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
    }
  }
  return hash.digest("hex");
}

/** The file itself, or every file under the folder, without what Python leaves behind. */
function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
