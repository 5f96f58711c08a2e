import { type Change, stops } from "../../../contract/evolution/change.js";
import { compareDeclarations } from "../../../contract/evolution/compare.js";
import type { Project } from "../../../contract/read.js";
import { type Session, type SessionOptions, withSession } from "../../account/session.js";
import { otherDeclarations } from "./declarations.js";
import { deployedContracts } from "./deployed.js";
import { withTableSizes } from "./table-size.js";

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
  const changes =
    against === deployed
      ? await withSession(options, (session) => sinceDeployed(project, session))
      : await since(project, against);
  return { changes, stops: changes.some(stops) };
}

/** What growing a table costs is known where the table is. */
async function sinceDeployed({ project, contracts }: Project, session: Session): Promise<readonly Change[]> {
  const other = { project: undefined, contracts: await deployedContracts(session) };
  return withTableSizes(session, contracts, compareDeclarations(other, { project, contracts }));
}

async function since({ folder, project, contracts }: Project, against: string): Promise<readonly Change[]> {
  const other = await otherDeclarations(folder, against);
  const { only } = other;
  const compared = contracts.filter(({ dataset }) => only === null || only.has(dataset));
  return compareDeclarations(other, { project, contracts: compared });
}
