import type { Command } from "commander";
import { Refusal } from "../../contract/refusals.js";
import { lockHolders } from "../../planning/diagnosis.js";
import { readInspection } from "../../planning/inspection.js";
import { NothingToRollBack, rollback } from "../../planning/rollback.js";
import type { Step } from "../../planning/step.js";
import { inspection as inspectionOf } from "../../sql/inspect.js";
import { openTarget, type Session, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { CommandFailed, exitCodes } from "../output/exit-codes.js";
import { complain, print, printJson } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";
import { runStatements } from "../warehouse/run-statements.js";
import type { SetExit } from "./command.js";

/** `sluice rollback <dataset>`: the table that the last swap put aside takes its place again. */
export function addRollback(program: Command, setExit: SetExit): void {
  const command = program.command("rollback");
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset of the project")
    .action(async (dataset: string, options: AccountOptions & JsonOption) => {
      const target = openTarget(options);
      findContract(target.project.contracts, dataset);
      await withTarget(target, options, async (session) => {
        const outcome = await rollBack(session, dataset, new Date());
        if (outcome.outcome === "refused") {
          complain(`${outcome.error}: ${outcome.message}`);
          setExit(exitCodes.refused);
        }
        if (options.json) printJson({ dataset, ...outcome });
        else if (outcome.outcome !== "refused")
          print(`${dataset}: the previous table is back; the replaced one is kept.`);
      });
    });
}

/** A refusal is an answer. @throws CommandFailed when there is nothing to roll back */
function plan(work: () => Step) {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return { outcome: "refused" as const, error: error.name, message: error.message };
    if (error instanceof NothingToRollBack) throw new CommandFailed(error.message);
    throw error;
  }
}

/** @throws UsageWrong, CommandFailed */
export async function rollBack(session: Session, dataset: string, now: Date) {
  const contract = findContract(session.project.contracts, dataset);
  // The name of both executions and of the ledger's row: what is sent twice runs once.
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const revision = `rollback-${stamp}`;
  const question = inspectionOf(contract);
  const found = await runStatements(session, `${revision}-${dataset}-inspect`, question);
  if (found.outcome !== "done") throw new CommandFailed(`${question.label}: ended as ${found.outcome}`);
  const inspection = readInspection(found.results);
  const step = plan(() => rollback(contract, inspection, revision));
  if ("error" in step) return step;
  const outcome = await runStatements(session, `${revision}-${dataset}`, step, {
    lock: lockHolders({ contract }),
    copy: null,
  });
  return outcome.outcome === "refused"
    ? { outcome: outcome.outcome, error: outcome.error, message: outcome.message }
    : { outcome: "rolled_back" as const, revision };
}
