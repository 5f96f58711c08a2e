import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockFile, wheelsOf } from "./wheels.js";

const lock = lockFile("requirements-glue.txt");

export interface GlueWheels {
  /** What Glue takes as a zip of wheels: `wheels/`, with the wheels and a requirements.txt. */
  readonly folder: string;
  /** Of what it was made from. */
  readonly digest: string;
}

/**
 * The Python packages of the Glue job as a folder that is zipped when it is published: Glue installs from it, and asks no index.
 * @param bare takes the list alone; undefined: the wheels are fetched, unless the cache has them.
 * @throws WheelsUnavailable
 */
export function glueWheels(bare: string | undefined): GlueWheels {
  const text = readFileSync(lock, "utf8");
  const digest = createHash("sha256")
    .update(bare === undefined ? "wheels" : "none")
    .update(text)
    .digest("hex");
  if (bare !== undefined) {
    mkdirSync(join(bare, "wheels"), { recursive: true });
    writeFileSync(join(bare, "wheels", "requirements.txt"), pinsOf(text));
    return { folder: bare, digest };
  }
  const finish = (folder: string) => {
    const files = readdirSync(folder);
    mkdirSync(join(folder, "wheels"));
    for (const file of files) renameSync(join(folder, file), join(folder, "wheels", file));
    writeFileSync(join(folder, "wheels", "requirements.txt"), pinsOf(text));
  };
  const folder = wheelsOf({ name: "glue", lock, machine: "x86_64", of: "the Glue job", by: "download", finish });
  return { folder, digest };
}

/** Without the digests, which pip has checked by then: what Glue's own installer makes of them is not documented. */
const pinsOf = (text: string) =>
  `${[...text.matchAll(/^[A-Za-z0-9._-]+==[^\s\\]+/gm)].map(([pin]) => pin).join("\n")}\n`;
