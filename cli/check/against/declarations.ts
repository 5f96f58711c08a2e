import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Contract } from "../../../contract/contract.js";
import type { Declarations } from "../../../contract/evolution/compare.js";
import { describeFinding, readDatasetText, readProject } from "../../../contract/read.js";
import { CommandFailed, UsageWrong } from "../../output/exit-codes.js";
import { writeCommitted } from "./git.js";

/** What a project is compared with; of a single file only its dataset. */
export interface Other extends Declarations {
  /** The datasets that are compared; null: all. */
  readonly only: ReadonlySet<string> | null;
}

/**
 * Reads the declarations that `--against` names: a folder with sluice.yaml, a dataset's file, a pinned contract.json, or a
 * commit of the project's repository.
 * @throws UsageWrong, CommandFailed when what is named cannot be read by this version
 */
export async function otherDeclarations(project: string, against: string): Promise<Other> {
  if (existsSync(against) && statSync(against).isFile()) return fromFile(against);
  if (existsSync(join(against, "sluice.yaml"))) return { ...fromFolder(against, against), only: null };
  const folder = mkdtempSync(join(tmpdir(), "sluice-against-"));
  try {
    await writeCommitted(project, against, folder);
    return { ...fromFolder(folder, against), only: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fromFolder(folder: string, shown: string): Declarations {
  const { project, contracts, findings } = readProject(folder);
  const datasets = join(folder, "datasets");
  const files = existsSync(datasets) ? readdirSync(datasets).filter((name) => /\.ya?ml$/.test(name)) : [];
  if (project !== undefined && contracts.length === files.length) return { project, contracts };
  const error = findings.find(({ severity }) => severity === "error");
  throw new CommandFailed(
    `The project at ${shown} cannot be read by this version of Sluice, so nothing can be compared with it: ${
      error === undefined ? "a dataset's file is unreadable." : describeFinding(error)
    }`,
  );
}

function fromFile(path: string): Other {
  const contract = path.endsWith(".json") ? fromPinned(path) : fromDataset(path);
  return { project: undefined, contracts: [contract], only: new Set([contract.dataset]) };
}

function fromDataset(path: string): Contract {
  const { contract, findings } = readDatasetText(readFileSync(path, "utf8"), basename(path));
  if (contract !== undefined) return contract;
  const error = findings.find(({ severity }) => severity === "error");
  throw new UsageWrong(
    `${path} cannot be compared with: ${error === undefined ? "it is not a dataset's file." : describeFinding(error)}`,
  );
}

/** A compiled contract, as executions pin it. */
function fromPinned(path: string): Contract {
  const contract = pinnedContract(readFileSync(path, "utf8"));
  if (contract !== undefined) return contract;
  throw new UsageWrong(
    `${path} is not a contract.json from a run folder. Pass such a file, a dataset's file, or a folder.`,
  );
}

/** @returns undefined for a text that this version cannot read as one */
export function pinnedContract(text: string): Contract | undefined {
  try {
    return Contract.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
