import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { describeFinding, readDatasetText } from "../../contract/read.js";
import { openTarget, withTarget } from "../account/session.js";
import { unifiedDiff } from "../adopt/diff.js";
import { edited } from "../adopt/edit.js";
import { gatherEvidence } from "../adopt/evidence.js";
import { type Proposals, proposalsOf } from "../adopt/proposals.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { CommandFailed } from "../output/exit-codes.js";
import { print, printJson, say } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";

interface AdoptOptions extends AccountOptions, JsonOption {
  readonly loads: number;
  readonly write?: boolean;
}

const usualLoads = 20;

/** `sluice adopt <dataset>`: what the last loads met that the contract does not have, as a change of its file. */
export function addAdopt(program: Command): void {
  const command = program.command("adopt");
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset of the project")
    .option("--loads <number>", "how many of the newest loads to look through", loadsOf, usualLoads)
    .option("--write", "write the change to datasets/<dataset>.yaml instead of only showing it")
    .action(adopt);
}

function loadsOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("write a number of loads, such as 20");
  return Number(text);
}

async function adopt(dataset: string, options: AdoptOptions): Promise<void> {
  const target = openTarget(options);
  const contract = findContract(target.project.contracts, dataset);
  const evidence = await withTarget(target, options, (session) => gatherEvidence(session, contract, options.loads));
  const found = proposalsOf(contract, evidence);
  const file = fileOf(target.project.folder, dataset);
  const diff = found.proposals.length === 0 ? "" : change(target.project.folder, file, found, options.write === true);
  const isWritten = options.write === true && diff !== "";
  if (options.json) return printJson({ dataset, file, ...found, diff, written: isWritten });
  for (const { column, because } of found.proposals) say(`${column}: ${because}.`);
  for (const note of found.notes) say(note);
  if (evidence.batches === 0) say(`There is no report of a load of '${dataset}' yet.`);
  else if (diff === "") say(`Nothing to adopt from the last ${evidence.batches} batch(es).`);
  if (diff !== "") print(diff);
  if (isWritten) say(`${file} was changed. Review it, then run: sluice check --against deployed, and sluice deploy.`);
  else if (diff !== "") say("Nothing was changed. --write makes this change.");
}

/** The dataset's file, from the project's folder: a name may end in .yml. */
function fileOf(folder: string, dataset: string): string {
  const names = [`datasets/${dataset}.yaml`, `datasets/${dataset}.yml`];
  const found = names.find((name) => existsSync(join(folder, name)));
  if (found !== undefined) return found;
  throw new CommandFailed(
    `The file of '${dataset}' is not named ${names.join(" or ")}: rename it, then run this again.`,
  );
}

/** The change as a diff, once it is known to leave a sound contract. @throws CommandFailed */
function change(folder: string, file: string, { proposals }: Proposals, writes: boolean): string {
  const path = join(folder, file);
  const before = readFileSync(path, "utf8");
  const after = edited(before, proposals);
  if (after === undefined) {
    const wanted = proposals.map((each) => (each.kind === "type" ? `${each.column}: type ${each.to}` : each.entry));
    throw new CommandFailed(
      `${file} is written in a way that cannot be changed line by line (an alias, a merge key). Change it by hand: ${wanted.join("; ")}.`,
    );
  }
  const known = new Set(errorsOf(before, file).map(({ path: place, found }) => `${place} ${found}`));
  const errors = errorsOf(after, file).filter(({ path: place, found }) => !known.has(`${place} ${found}`));
  if (errors.length > 0) {
    throw new CommandFailed(
      `The proposed change would not pass sluice check: ${errors.map(describeFinding).join("; ")}`,
    );
  }
  if (writes) writeFileSync(path, after);
  return unifiedDiff(before, after, file);
}

const errorsOf = (text: string, file: string) =>
  readDatasetText(text, file).findings.filter(({ severity }) => severity === "error");
