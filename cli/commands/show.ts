import type { Command } from "commander";
import { UsageWrong } from "../exit-codes.js";
import { readLife } from "../loads/batch-life.js";
import { isMeant } from "../loads/find-load.js";
import { findLoads } from "../loads/find-loads.js";
import { lifeText } from "../loads/life-text.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../options.js";
import { withSession } from "../session.js";
import { print, printJson, terminalWidth } from "../terminal.js";

const executionsShown = 20;

/** `sluice show <batch>`: a batch's life: manifest, files, executions, states, counts, SQL, and what to type next. */
export function addShow(program: Command): void {
  const command = program
    .command("show")
    .description("a batch's life: manifest, files, attempts, counts, SQL, what next");
  withJson(withAccount(command))
    .argument("<batch>", "a batch's id (or its beginning), or the name or ARN of an execution")
    .action(async (batch: string, options: AccountOptions & JsonOption) => {
      await withSession(options, async (session) => {
        const executions = await findLoads(session.clients, session.deployment, {
          limit: executionsShown,
          matches: (execution) => isMeant(execution, batch),
        });
        const [newest, ...earlier] = executions;
        if (newest === undefined) throw new UsageWrong(`There is no batch or execution '${batch}'. See: sluice status`);
        const life = await readLife(session, newest, earlier);
        if (options.json) printJson(life);
        else print(lifeText(life, terminalWidth()));
      });
    });
}
