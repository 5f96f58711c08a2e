import { literal, render } from "../sql/render.js";
import type { Load } from "./load.js";

/** Redshift notes this much of a file's name (C4.2). */
const notedLength = 256;

/** Who holds the target, for the message of a load that waited in vain. */
export const lockHolders = ({ contract }: Pick<Load, "contract">): string => {
  const { schema, name } = contract.table;
  const minutes = contract.load.lock_wait_seconds / 60;
  const waited = Number.isInteger(minutes) ? `${minutes} min` : `${contract.load.lock_wait_seconds} s`;
  return render("load/lock_holders", {
    schema: literal(schema),
    target: literal(name),
    message: literal(`No exclusive lock on ${schema}.${name} within ${waited}.`),
  }).sql;
};

/** What COPY found wrong with the files of the run; null where there is none to copy. */
export const copyErrors = ({ copyManifest }: Pick<Load, "copyManifest">): string | null =>
  copyManifest === null
    ? null
    : render("load/copy_errors", {
        folder: literal(copyManifest.slice(0, copyManifest.lastIndexOf("/") + 1).slice(0, notedLength)),
      }).sql;
