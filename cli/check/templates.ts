import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "../cdk/limits.js";

/** The templates of a project as an environment means it, without wheels: to be looked at, not to be deployed. */
export async function stacksOf(folder: string, environment: string | undefined): Promise<readonly Stack[]> {
  // The CDK takes a second to load, and few checks need it.
  const { synthesize } = await import("../../infra/synthesize.js");
  const out = mkdtempSync(join(tmpdir(), "sluice-check-"));
  try {
    const { stacks } = synthesize(folder, out, { validate: false, wheels: false, environment });
    return stacks.map(({ stackName: name, template }) => ({ name, template }));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
