import { type Command, InvalidArgumentError } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { resultOf } from "../loads/describe.js";
import type { LoadExecution } from "../loads/executions.js";
import { findLoads, mayBeOf } from "../loads/find-loads.js";
import type { LoadResult } from "../loads/load-result.js";
import { loadTable } from "../loads/report-load.js";
import { unclaimedFiles, unclaimedTable } from "../loads/unclaimed.js";
import { print, printJson, say } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";

interface StatusOptions extends AccountOptions, JsonOption {
  readonly limit: number;
  readonly unclaimed?: boolean;
}

/** `sluice status [dataset]`: list the latest loads and their outcomes. */
export function addStatus(program: Command): void {
  const command = program.command("status");
  withJson(withAccount(command))
    .argument("[dataset]", "only of this dataset")
    .option("--limit <number>", "how many loads to list", wholeNumber, 20)
    .option("--unclaimed", "list files that arrived after their folder's marker and wait for the next one")
    .action(async (dataset: string | undefined, options: StatusOptions) => {
      const target = openTarget(options);
      if (dataset !== undefined) findContract(target.project.contracts, dataset);
      await withTarget(target, options, async ({ clients, deployment }) => {
        if (options.unclaimed) {
          const contracts = target.project.contracts.filter(
            (contract) => (dataset ?? contract.dataset) === contract.dataset,
          );
          const files = await unclaimedFiles({ clients, deployment }, contracts);
          return options.json ? printJson(files) : print(unclaimedTable(files));
        }
        const search =
          dataset === undefined
            ? {}
            : {
                mayMatch: mayBeOf(dataset),
                matches: (execution: { readonly dataset: string }) => execution.dataset === dataset,
              };
        const executions = await findLoads(clients, deployment, { limit: options.limit, ...search });
        const results: LoadResult[] = [];
        for (const execution of executions) results.push(await resultOf(clients, deployment, execution));
        if (options.json) return printJson(results.map((result, at) => ({ ...result, ...timesOf(executions[at]) })));
        if (results.length === 0)
          return say(
            `No load ${dataset === undefined ? "" : `of ${dataset} `}has started yet. Start one: sluice load ${dataset ?? "<dataset>"} <file>`,
          );
        print(
          loadTable(
            results,
            executions.map(({ startDate }) => startDate),
          ),
        );
      });
    });
}

/** What `--json` says beside a result. */
const timesOf = (execution: LoadExecution | undefined) => ({
  started: execution?.startDate.toISOString() ?? null,
  ended: execution?.stopDate?.toISOString() ?? null,
  manifest: execution?.manifest || null,
});

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("write a whole number from 1");
  return Number(text);
}
