import { existsSync, lstatSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";

/** The cluster's body cannot be started on this machine. The message says why and what to do. */
export class WarehouseUnavailable extends Error {
  override readonly name = "WarehouseUnavailable";
}

/** PostgreSQL refuses to run as root, and initdb wants an account that has a passwd entry: `nobody`. */
const NOBODY = { uid: 65534, gid: 65534 } as const;

export const isRoot: boolean = process.getuid?.() === 0;

/** The identity that PostgreSQL's processes take: empty means our own. */
export const serverIdentity: { readonly uid?: number; readonly gid?: number } = isRoot ? NOBODY : {};

/** A Unix socket's path may have about 107 bytes; some systems' temporary folders alone are that long. */
const LONGEST_BASE = 60;

/** Where sockets, throw-away data and the cache lie. Root's own TMPDIR may be closed to `nobody`, /tmp is not. */
function temporaryRoot(): string {
  const own = tmpdir();
  return (isRoot || own.length > LONGEST_BASE) && existsSync("/tmp") ? "/tmp" : own;
}

/** A new folder, readable by the server's identity. The caller gives it away with `giveToServer`. */
export function makeTemporaryFolder(prefix: string): string {
  return mkdtempSync(path.join(temporaryRoot(), prefix));
}

/** The cache of this user: binaries and templates, shared by all projects and runs. */
export function cacheFolder(): string {
  const { uid } = userInfo();
  const folder = path.join(temporaryRoot(), `local-account-postgres-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || (uid >= 0 && found.uid !== uid)) {
    throw new WarehouseUnavailable(
      `${folder} belongs to somebody else; remove it, or set TMPDIR to a folder of your own`,
    );
  }
  return folder;
}
