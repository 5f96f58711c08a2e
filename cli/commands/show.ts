import type { Command } from "commander";
import { withSession } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { readLife } from "../loads/batch-life.js";
import { isMeant } from "../loads/find-load.js";
import { findLoads } from "../loads/find-loads.js";
import { lifeText } from "../loads/life-text.js";
import { UsageWrong } from "../output/exit-codes.js";
import { print, printJson, terminalWidth } from "../output/terminal.js";

const executionsShown = 20;

/** `sluice show <batch>`: a batch's life: manifest, files, executions, states, counts, SQL, and what to type next. */
export function addShow(program: Command): void {
  const command = program.command("show");
  withJson(withAccount(command))
    .argument("<batch>", "a batch's id (or its beginning), or the name or ARN of an execution")
    .action(async (batch: string, options: AccountOptions & JsonOption) => {
      await withSession(options, async (session) => {
        const executions = await findLoads(session.clients, session.deployment, {
          limit: executionsShown,
          matches: (execution) => isMeant(execution, batch),
        });
        const [newest, ...earlier] = executions;
        if (newest === undefined) {
          throw new UsageWrong(`There is no batch or execution '${batch}'. See: sluice status${session.flags ?? ""}`);
        }
        const life = await readLife(session, newest, earlier);
        if (options.json) printJson(life);
        else print(lifeText(life, terminalWidth()));
      });
    });
}
