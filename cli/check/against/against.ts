import { type Change, stops } from "../../../contract/evolution/change.js";
import { compareDeclarations } from "../../../contract/evolution/compare.js";
import type { Project } from "../../../contract/read.js";
import { type SessionOptions, withSession } from "../../account/session.js";
import { otherDeclarations } from "./declarations.js";
import { deployedContracts } from "./deployed.js";

export interface Against {
  readonly changes: readonly Change[];
  /** Whether one of them must not pass unseen. */
  readonly stops: boolean;
}

/** The word that means the account. */
const deployed = "deployed";

/**
 * Compares a project with what `--against` names: `deployed` is what the account's datasets were last loaded by.
 * @throws UsageWrong, CommandFailed
 */
export async function checkAgainst(project: Project, against: string, options: SessionOptions): Promise<Against> {
  const other =
    against === deployed
      ? {
          project: undefined,
          contracts: await withSession(options, deployedContracts),
          only: null,
        }
      : await otherDeclarations(project.folder, against);
  const { only } = other;
  const contracts = project.contracts.filter(({ dataset }) => only === null || only.has(dataset));
  const changes = compareDeclarations(other, { project: project.project, contracts });
  return { changes, stops: changes.some(stops) };
}
