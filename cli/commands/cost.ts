import { type Command, InvalidArgumentError } from "commander";
import { type EnvironmentOptions, type JsonOption, withEnvironment, withJson } from "../arguments/options.js";
import { assumptions, estimate } from "../cost/estimate.js";
import { priceList, prices, usdText } from "../cost/prices.js";
import { columns, print, printJson } from "../output/terminal.js";
import { findContract } from "../project/find-contract.js";
import { openProject } from "../project/project.js";

/** Numbers for all datasets, and for single ones. */
type Numbers = ReadonlyMap<string | undefined, number>;

interface CostOptions extends EnvironmentOptions, JsonOption {
  readonly batches?: Numbers;
  readonly size?: Numbers;
}

const defaultMegabytes = 10;

/** `sluice cost`: what the project's datasets cost a month by AWS's list prices, and what that rests on. */
export function addCost(program: Command): void {
  const command = program.command("cost");
  withJson(withEnvironment(command))
    .option(
      "--batches <number>",
      "batches per day, or <dataset>=<number>; repeatable (default: one per partition)",
      numbers,
    )
    .option(
      "--size <number>",
      `unpacked megabytes per batch, or <dataset>=<number>; repeatable (default: ${defaultMegabytes})`,
      numbers,
    )
    .action(cost);
}

/** `24` or `orders=24`, beside what was said before. */
function numbers(text: string, before: Numbers = new Map()): Numbers {
  const [, dataset, digits] = /^(?:([a-z][a-z0-9_]*)=)?(\d{1,9}(?:\.\d{1,6})?)$/.exec(text) ?? [];
  if (digits === undefined || Number(digits) === 0) {
    throw new InvalidArgumentError("write a number above 0, or a dataset and a number, such as orders=24");
  }
  return new Map([...before, [dataset, Number(digits)]]);
}

function cost({ batches = new Map(), size = new Map(), project: folder, env, json }: CostOptions): void {
  const { project, contracts } = openProject(folder, env);
  for (const dataset of [...batches.keys(), ...size.keys()]) {
    if (dataset !== undefined) findContract(contracts, dataset);
  }
  const datasets = estimate(contracts, project, (dataset) => ({
    batchesADay: batches.get(dataset) ?? batches.get(undefined),
    megabytes: size.get(dataset) ?? size.get(undefined) ?? defaultMegabytes,
  }));
  const total = datasets.reduce((sum, each) => sum + each.total, 0);
  const notes = assumptions(contracts, project);
  if (json) {
    printJson({ ...priceList, prices, datasets, total, assumptions: notes });
    return;
  }
  const hasWarehouse = datasets.some(({ warehouse }) => warehouse > 0);
  const header = [
    "dataset",
    "batches",
    "MB",
    "engine",
    "conversion",
    "catalogue",
    "transitions",
    "requests",
    ...(hasWarehouse ? ["warehouse"] : []),
    "USD a month",
  ];
  const rows = datasets.map((each) => [
    ...[each.dataset, round(each.batches), each.megabytes, each.engine],
    ...[each.conversion, each.catalogue, each.transitions, each.requests].map((usd) => usd.toFixed(2)),
    ...(hasWarehouse ? [each.warehouse, each.total] : [each.total]).map((usd) => usd.toFixed(2)),
  ]);
  print(columns(header, [...rows, ["total", ...Array<null>(header.length - 2).fill(null), total.toFixed(2)]]));
  print(`\nPrices in ${priceList.region} as of ${priceList.asOf}; those of ${project.region} may differ:`);
  for (const { what, usd, per } of Object.values(prices)) print(`  ${what}: ${usdText(usd)} a ${per}`);
  print("Assumptions:");
  for (const note of notes) print(`  ${note}`);
}

const round = (value: number) => Math.round(value * 10) / 10;
