import type { Command } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { print, printJson, say } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";
import { nextRuns } from "../schedules/next-runs.js";
import { pause, scheduleOf } from "../schedules/pauses.js";

interface PauseOptions extends AccountOptions, JsonOption {
  readonly reason?: string;
}

/** `sluice pause <dataset>`: its schedule starts no load until it is resumed, whatever is deployed meanwhile. */
export function addPause(program: Command): void {
  const command = program.command("pause");
  withJson(withAccount(command))
    .argument("<dataset>", "a dataset with a schedule")
    .option("--reason <text>", "why, for whoever finds it paused")
    .action(async (dataset: string, options: PauseOptions) => {
      const target = openTarget(options);
      const contract = findContract(target.project.contracts, dataset);
      const schedule = scheduleOf(contract);
      await withTarget(target, options, async (session) => {
        const now = new Date();
        const made = { pausedAt: now.toISOString(), reason: options.reason ?? null };
        const before = await pause(session, contract, made);
        const { pausedAt, reason } = before ?? made;
        if (options.json) return printJson({ dataset, pausedAt, reason, wasPaused: before !== null });
        const why = reason === null ? "" : `: ${reason}`;
        if (before !== null) return print(`${dataset} is paused already, since ${pausedAt}${why}`);
        const [next] = nextRuns(schedule, now, 1);
        print(`${dataset}: its schedule is paused${next === undefined ? "" : `, from the run of ${next} on`}${why}`);
        say(`Loads that run go on, and files that arrive with a manifest are loaded. Resume it with:
sluice resume ${dataset}${target.flags}`);
      });
    });
}
