import type { Command } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { type BackfillRequest, backfill, planBackfill, rangeOf } from "../loads/backfill.js";
import { exitCodeOf, loadTable } from "../loads/report-load.js";
import { exitCodes } from "../output/exit-codes.js";
import { print, printJson, progress, say } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";
import type { SetExit } from "./command.js";

type BackfillOptions = AccountOptions & JsonOption & Omit<BackfillRequest, "dataset">;

/** `sluice backfill <dataset> --from P --to P`: loads the landed partitions of a range that the ledger does not have. */
export function addBackfill(program: Command, setExit: SetExit): void {
  const command = program.command("backfill");
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset of the project")
    .requiredOption("--from <partition>", "the first hour 2026-11-22T05 or day 2026-11-22, UTC")
    .requiredOption("--to <partition>", "the last one, included")
    .option("--force", "also load what is already in the ledger")
    .action(async (dataset: string, options: BackfillOptions) => {
      const target = openTarget(options);
      rangeOf(findContract(target.project.contracts, dataset), options);
      await withTarget(target, { ...options, willLoad: true }, async (session) => {
        const plan = await planBackfill(session, { ...options, dataset }, new Date());
        say(
          `${dataset}: ${plan.partitions} partition(s), ${plan.found} manifest(s), ${plan.due.length} to load` +
            `${plan.unsettled.length === 0 ? "" : `; not still yet: ${plan.unsettled.join(", ")}`}.`,
        );
        const results = await backfill(session, plan, progress);
        if (options.json) printJson(results);
        else if (results.length > 0) print(loadTable(results));
        const codes = results.map(exitCodeOf);
        setExit([exitCodes.failed, exitCodes.refused].find((code) => codes.includes(code)) ?? exitCodes.done);
      });
    });
}
