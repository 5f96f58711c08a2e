import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { packageFolder } from "../package-folder.js";
import { lockFile, type Machine, wheelsOf } from "./wheels.js";

/** The archive of the Lambda convert-batch: the core, and the wheels that it imports, for the Lambda's processor. */

const jobs = join(packageFolder, "glue-jobs");
const core = "partition_to_parquet";
const lock = lockFile("requirements-lambda.txt");

/** Of the archive, unpacked. Lambda takes 250 MB, layers included. */
const limitBytes = 240 * 1024 * 1024;

/** The archive cannot be made. The message says what is too large. */
export class LambdaArchiveImpossible extends Error {
  override readonly name = "LambdaArchiveImpossible";
}

/**
 * Writes what the archive holds into a folder.
 * @param machine whose wheels it gets; undefined: none. The local account has those of its own environment, and a template can
 * be looked at without.
 * @param mostBytes how large it may be.
 * @returns a digest of everything that the archive follows from.
 * @throws LambdaArchiveImpossible, WheelsUnavailable
 */
export function writeLambdaArchive(folder: string, machine: Machine | undefined, mostBytes = limitBytes): string {
  mkdirSync(folder, { recursive: true });
  if (machine !== undefined) cpSync(unpackedWheels(machine), folder, { recursive: true });
  const files = filesUnder(join(jobs, core)).filter((path) => path.endsWith(".py"));
  for (const path of files) cpSync(path, join(folder, path.slice(jobs.length + 1)));
  cpSync(lock, join(folder, "requirements.txt"));
  const bytes = filesUnder(folder).reduce((sum, path) => sum + statSync(path).size, 0);
  if (bytes > mostBytes) {
    throw new LambdaArchiveImpossible(
      `The archive of convert-batch has ${bytes} bytes unpacked; at most ${mostBytes} are allowed, because Lambda takes 250 MB. Leave out of glue-jobs/requirements-lambda.txt what the core does not import, or prune more.`,
    );
  }
  const hash = createHash("sha256")
    .update(`${machine ?? "none"}\0${pruned.join()}\0`)
    .update(readFileSync(lock));
  for (const path of files)
    hash
      .update(`${path.slice(jobs.length)}\0`)
      .update(readFileSync(path))
      .update("\0");
  return hash.digest("hex");
}

const unpackedWheels = (machine: Machine) =>
  wheelsOf({
    name: "lambda",
    lock,
    machine,
    of: "the Lambda convert-batch",
    by: "install",
    salt: pruned.join(),
    finish: prune,
  });

/** What the core never imports: paths inside the archive, `*` within a name. */
const pruned = [
  "bin",
  "numpy/_core/include",
  "numpy/_core/lib",
  "numpy/_core/tests",
  "numpy/*/tests",
  "numpy/f2py",
  "numpy/testing",
  "numpy/tests",
  "lxml/includes",
  "lxml/isoschematron",
  "pyarrow/_azurefs.*",
  "pyarrow/_dataset_parquet_encryption.*",
  "pyarrow/_flight.*",
  "pyarrow/_gcsfs.*",
  "pyarrow/_hdfs.*",
  "pyarrow/_parquet_encryption.*",
  "pyarrow/_pyarrow_cpp_tests.*",
  "pyarrow/conftest.py",
  "pyarrow/include",
  "pyarrow/libarrow_flight.*",
  "pyarrow/libarrow_python_flight.*",
  "pyarrow/libarrow_python_parquet_encryption.*",
  "pyarrow/src",
  "pyarrow/tests",
] as const;

function prune(folder: string): void {
  for (const pattern of pruned)
    for (const path of matching(folder, pattern.split("/"))) rmSync(path, { recursive: true });
  const files = filesUnder(folder);
  for (const path of files) if (/\.(pyi|pyx|pxd|pxi|h|hpp|c|cpp)$/.test(path)) rmSync(path);
  for (const path of doubledLibraries(files)) rmSync(path);
}

function matching(folder: string, [step = "", ...rest]: readonly string[]): readonly string[] {
  const pattern = new RegExp(`^${step.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .flatMap((name) => (rest.length === 0 ? [join(folder, name)] : matching(join(folder, name), rest)));
}

/** A wheel has no links: `libx.so`, `libx.so.2500` and `libx.so.2500.1.0` are one library three times, and it is the second
 * that others are linked to. */
function doubledLibraries(files: readonly string[]): readonly string[] {
  return files.filter((path) => {
    const [, name, version] = /^(.+\.so)((?:\.\d+)*)$/.exec(path) ?? [];
    if (name === undefined || version === undefined) return false;
    const versions = files.flatMap((other) => (other.startsWith(`${name}.`) ? [other.slice(name.length)] : []));
    return version === ""
      ? versions.length > 0
      : version.split(".").length > 2 && versions.some((other) => version.startsWith(`${other}.`));
  });
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.split(sep).includes("__pycache__"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
