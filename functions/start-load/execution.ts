import { executionName, readLandedKey } from "../../contract/layout.js";
import type { LandedManifest } from "./s3-event.js";

export interface Execution {
  readonly name: string;
  /** JSON text; the same manifest gives the same bytes, so that a repeated start is the same start (A1.4, A1.7). */
  readonly input: string;
}

/**
 * The execution that loads a landed manifest. It never refuses: a key that is in no dataset's partition folder gets an
 * execution too, in which validate-manifest says what is wrong, so that nobody waits for a load that never began.
 */
export function executionOf(manifest: LandedManifest): Execution {
  const { bucket, key, versionId } = manifest;
  const landed = readLandedKey(key, "hour") ?? readLandedKey(key, "day");
  const dataset = landed?.dataset ?? key.split("/", 1)[0] ?? "";
  return {
    name: executionName(dataset, landed?.partition ?? "", key, manifest.version),
    input: JSON.stringify({ dataset, manifest: { bucket, key, ...(versionId === null ? {} : { versionId }) } }),
  };
}
