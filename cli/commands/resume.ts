import type { Command } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { print, printJson, say } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";
import { nextRuns } from "../schedules/next-runs.js";
import { resume, scheduleOf } from "../schedules/pauses.js";

const shownRuns = 3;

/** `sluice resume <dataset>`: its schedule starts loads again, from its next planned time on. */
export function addResume(program: Command): void {
  const command = program.command("resume");
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset whose schedule is paused")
    .action(async (dataset: string, options: AccountOptions & JsonOption) => {
      const target = openTarget(options);
      const contract = findContract(target.project.contracts, dataset);
      const schedule = scheduleOf(contract);
      await withTarget(target, options, async (session) => {
        const before = await resume(session, contract);
        const next = nextRuns(schedule, new Date(), shownRuns);
        if (options.json) return printJson({ dataset, wasPaused: before !== null, next });
        if (before === null) return print(`${dataset} is not paused. Its next runs: ${next.join(", ")}`);
        print(`${dataset}: its schedule runs again. Its next runs: ${next.join(", ")}`);
        say(`A run looks back as far as schedule.lag. Load partitions before that with:
sluice backfill ${dataset} --from <partition> --to <partition>${target.flags}`);
      });
    });
}
