import type { Command } from "commander";
import type { Finding } from "../../contract/finding.js";
import { describeFinding } from "../../contract/read.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { checkAgainst } from "../check/against/against.js";
import { changesText } from "../check/against/show.js";
import { type BoundaryChecked, checkBoundary } from "../check/boundary.js";
import { checkProject } from "../check/check-project.js";
import { checkKeyPolicy, type KeyPolicyChecked } from "../check/key-policy.js";
import { checkKeys, keyTable } from "../check/keys.js";
import { largeProjectFindings } from "../check/limits.js";
import { exitCodes } from "../output/exit-codes.js";
import { print, printJson } from "../output/terminal.js";
import { chooseEnvironment } from "../project/environment.js";
import { openProject, projectFolder } from "../project/project.js";
import type { SetExit } from "./command.js";

interface CheckOptions extends AccountOptions, JsonOption {
  readonly keys?: string;
  readonly against?: string;
  readonly boundary?: string;
  readonly keyPolicy?: string;
  readonly key?: string;
}

/**
 * `sluice check`: everything that is wrong with the declarations, in one pass; with --keys also whose the keys of a bucket
 * are, with --against what the changes since another version mean.
 */
export function addCheck(program: Command, setExit: SetExit): void {
  const command = program.command("check");
  withJson(withAccount(command))
    .option(
      "--keys <file>",
      "for each key in this file (one per line), show its dataset, partition and batch, or why it has none",
    )
    .option(
      "--against <version>",
      "show what each change since 'deployed', a git commit or branch, a folder or a file means; exit 2 if one breaks readers or needs a decision",
    )
    .option(
      "--boundary <file.json>",
      "say which permissions of the project's roles this permissions boundary forbids; exit 2 if any",
    )
    .option(
      "--key-policy <file.json>",
      "say whom the policy of the project's KMS key shuts out of those that have to use it; exit 2 if any",
    )
    .option("--key <arn>", "with --key-policy: which key, if the project names several")
    .action(async (options: CheckOptions) => setExit(exitCodes[(await check(options)) ? "done" : "refused"]));
}

/** @returns whether all is well */
async function check(options: CheckOptions): Promise<boolean> {
  const checked = await checkProject(projectFolder(options.project));
  const keys = options.keys === undefined ? undefined : await checkKeys(checked, options.keys);
  const found = [...checked.findings, ...(keys?.findings ?? [])];
  const isWhole = !found.some(isError);
  const all = isWhole ? [...found, ...(await largeProjectFindings(checked, environmentOf(options)))] : found;
  const isSound = !all.some(isError);
  // Declarations with errors are not yet what they will be.
  const against =
    options.against === undefined || !isSound ? undefined : await checkAgainst(checked, options.against, options);
  const boundary = isSound ? await boundaryOf(options) : undefined;
  const keyPolicy = isSound ? await keyPolicyOf(options) : undefined;
  const isBounded = [...(boundary?.forbidden ?? []), ...(keyPolicy?.shutOut ?? [])].length > 0;
  if (options.json) {
    const asked = {
      ...(keys && { keys: keys.keys }),
      ...(against && { changes: against.changes }),
      ...(boundary && { forbidden: boundary.forbidden }),
      ...(keyPolicy && { shutOut: keyPolicy.shutOut }),
    };
    printJson(Object.keys(asked).length === 0 ? all : { ...asked, findings: all });
    return isSound && !against?.stops && !isBounded;
  }
  if (keys !== undefined) print(keyTable(keys.keys));
  for (const finding of all) print(`${finding.severity}: ${describeFinding(finding)}`);
  if (all.length === 0) print(`${checked.contracts.length} dataset(s), no findings.`);
  for (const note of checked.notes) print(note);
  if (against !== undefined) print(changesText(against.changes, options.against ?? ""));
  for (const line of [...(boundary?.lines ?? []), ...(keyPolicy?.lines ?? [])]) print(line);
  return isSound && !against?.stops && !isBounded;
}

const isError = ({ severity }: Finding) => severity === "error";
const environmentOf = (options: CheckOptions) => chooseEnvironment(projectFolder(options.project), options);

/** What `--key-policy` asks. */
async function keyPolicyOf(options: CheckOptions): Promise<KeyPolicyChecked | undefined> {
  if (options.keyPolicy === undefined) return undefined;
  const folder = projectFolder(options.project);
  const environment = environmentOf(options);
  const { project } = openProject(folder, environment);
  return checkKeyPolicy(folder, project, environment, options.keyPolicy, options.key);
}

/** What `--boundary` asks. */
async function boundaryOf(options: CheckOptions): Promise<BoundaryChecked | undefined> {
  if (options.boundary === undefined) return undefined;
  const folder = projectFolder(options.project);
  const environment = environmentOf(options);
  return checkBoundary(folder, openProject(folder, environment).project, environment, options.boundary);
}
