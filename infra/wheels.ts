import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../package-folder.js";
import { cacheFolder, environmentPython } from "./python.js";

/** The processor that compiled wheels are for. */
export type Machine = "aarch64" | "x86_64";

/** From the newest down: Lambda's python3.13 and Glue 6.0 have glibc 2.34. */
export const systems = [
  "manylinux_2_28",
  "manylinux_2_27",
  "manylinux_2_26",
  "manylinux_2_24",
  "manylinux_2_17",
  "manylinux2014",
];

/** The wheels of a lock file cannot be had. The message says why, and what to do. */
export class WheelsUnavailable extends Error {
  override readonly name = "WheelsUnavailable";
}

export interface WheelsOptions {
  /** The folder in the cache is called `<name>-wheels-<machine>-<digest>`. */
  readonly name: string;
  /** Lists packages with exact versions and the digests of their wheels. */
  readonly lock: string;
  readonly machine: Machine;
  /** Whose packages they are, for messages. */
  readonly of: string;
  /** `install` unpacks them, `download` leaves them as files. */
  readonly by: "install" | "download";
  /** What `finish` depends on: another text is another folder. */
  readonly salt?: string;
  /** The last touch before the folder is taken into the cache. */
  readonly finish: (folder: string) => void;
}

export const lockFile = (name: string) => join(packageFolder, "glue-jobs", name);

/**
 * A folder of the cache with the wheels of a lock file, for CPython 3.13 on Linux: fetched once for each state of the lock, and
 * each refused by pip unless the lock has its digest.
 * @throws WheelsUnavailable
 */
export function wheelsOf(options: WheelsOptions): string {
  const { name, lock, machine, salt = "", finish } = options;
  const digest = createHash("sha256").update(readFileSync(lock)).update(salt).digest("hex");
  const folder = join(cacheFolder(), `${name}-wheels-${machine}-${digest.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const building = `${folder}.${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  try {
    fetchWheels(building, options);
    finish(building);
    if (!existsSync(folder)) renameSync(building, folder);
    return folder;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** By pip alone, without Docker: wheels are not run, only fetched or unpacked. */
function fetchWheels(target: string, { lock, machine, of, by }: WheelsOptions): void {
  const own = environmentPython();
  const python = existsSync(own) ? own : "python3";
  process.stderr.write(`fetching the Python packages of ${of} (once) ...\n`);
  const { status, error } = spawnSync(
    python,
    [
      ...["-m", "pip", by, "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"],
      ...["--require-hashes", "--only-binary=:all:", "--python-version", "3.13", "--implementation", "cp"],
      ...["cp313", "abi3", "none"].flatMap((abi) => ["--abi", abi]),
      ...systems.flatMap((system) => ["--platform", `${system}_${machine}`]),
      ...(by === "install" ? ["--no-compile", "--target", target] : ["--dest", target]),
      ...["--requirement", lock],
    ],
    { stdio: ["ignore", 2, 2] },
  );
  if (status === 0) return;
  const why = error === undefined ? "see pip's message above" : error.message;
  throw new WheelsUnavailable(
    `The Python packages of ${of} could not be fetched by ${python} (${why}). It takes Python with pip and access to a package index, once: afterwards they are in ${cacheFolder()}. To look at the templates without them: sluice synth --no-wheels.`,
  );
}
