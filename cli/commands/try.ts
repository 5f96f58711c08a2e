import { stat } from "node:fs/promises";
import type { Command } from "commander";
import type { Contract } from "../../contract/contract.js";
import { localEnvironment } from "../../contract/environments.js";
import { allowedRejects } from "../../functions/check-report/check-report.js";
import { type JsonOption, type ProjectOptions, withJson, withProject } from "../arguments/options.js";
import { exitCodes, UsageWrong } from "../output/exit-codes.js";
import { printJson, say } from "../output/terminal.js";
import { type Preview, previewFiles } from "../preview/preview.js";
import { showPreview } from "../preview/show.js";
import { findContract } from "../project/find-contract.js";
import { openProject } from "../project/project.js";
import type { SetExit } from "./command.js";

interface TryOptions extends ProjectOptions, JsonOption {
  readonly limit: string;
}

/** `sluice try <dataset> <file…>`: what a load would make of these files, without an account. */
export function addTry(program: Command, setExit: SetExit): void {
  const command = program.command("try");
  withJson(withProject(command))
    .argument("<dataset>", "a dataset of the project")
    .argument("<files...>", "files of one delivery")
    .option("--limit <rows>", "how many rows and rejects to show", "10")
    .action(async (dataset: string, files: readonly string[], options: TryOptions) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 0)
        throw new UsageWrong(`--limit '${options.limit}' is not a whole number.`);
      const { contracts } = openProject(options.project, localEnvironment);
      const contract = findContract(contracts, dataset);
      for (const file of files) await refuseMissing(file);
      const started = Date.now();
      const preview = await previewFiles(contract, files, limit);
      const refusal = refusalOf(preview, contract);
      const seconds = (Date.now() - started) / 1000;
      if (options.json) printJson(result(contract, preview, refusal, seconds));
      else show(contract, preview, refusal, seconds);
      setExit(refusal === undefined ? exitCodes.done : exitCodes.refused);
    });
}

async function refuseMissing(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new UsageWrong(`'${path}' is not a file. Pass the files of one delivery.`);
}

interface Refused {
  readonly error: string;
  readonly message: string;
}

function refusalOf({ report }: Preview, contract: Contract): Refused | undefined {
  if (report.verdict !== null) return report.verdict;
  const { read, rejected } = report.counts;
  const allowed = allowedRejects(read, contract.rejects);
  if (rejected <= allowed) return undefined;
  const wanted = "max_rows" in contract.rejects ? String(allowed) : `${contract.rejects.max_percent}% of them`;
  const message = `${rejected} of ${read} records are rejected; the contract allows ${wanted}. Correct the files, or raise rejects.max.`;
  return { error: "TooManyRejected", message };
}

function result(
  { dataset }: Contract,
  { report, rows, rejects }: Preview,
  refusal: Refused | undefined,
  seconds: number,
) {
  return {
    dataset,
    outcome: refusal === undefined ? "loaded" : "refused",
    ...(refusal === undefined ? {} : { error: refusal.error, message: refusal.message }),
    counts: report.counts,
    warnings: report.warnings,
    rows,
    rejects,
    seconds,
  };
}

function show(contract: Contract, preview: Preview, refusal: Refused | undefined, seconds: number): void {
  showPreview(contract, preview);
  if (refusal !== undefined) say(`A load would be refused: ${refusal.error}: ${refusal.message}`);
  say(`Nothing was loaded (${seconds.toFixed(1)} s).`);
}
