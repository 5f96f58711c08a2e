import { readExpression } from "schedule-expressions";
import type { Contract } from "../../contract/contract.js";
import { sizeText } from "../../contract/engine.js";
import type { ProjectFile } from "../../contract/schema.js";
import { isServerless } from "../../contract/warehouse-file.js";
import { prices } from "./prices.js";

/** What is not known of a project's deliveries. */
export interface Expected {
  /** Batches a day; undefined: one a partition. */
  readonly batchesADay: number | undefined;
  /** Megabytes of a batch, unpacked. */
  readonly megabytes: number;
}

/** What a dataset costs in a month of 30 days, US dollars. */
export interface DatasetCost {
  readonly dataset: string;
  readonly batches: number;
  readonly megabytes: number;
  readonly engine: "glue" | "lambda";
  readonly conversion: number;
  readonly catalogue: number;
  /** Transitions of Step Functions, those of schedules too. */
  readonly transitions: number;
  /** Requests of S3 and the other Lambdas. */
  readonly requests: number;
  /** A workgroup of Serverless that the project makes, while the loads run; 0 for every other warehouse. */
  readonly warehouse: number;
  readonly total: number;
}

const days = 30;
const batchesOfPartitions = { hour: 24, day: 1, month: 1 / days } as const;

/** Seconds billed of a Lambda with 3,538 MB by megabytes unpacked: docs/costs.md. */
const measured = [
  [0, 1.1],
  [1, 1.1],
  [10, 1.2],
  [100, 3],
  [256, 8],
] as const;
const measuredMemory = 3538;

/** Transitions of one batch, with its children (`npm run bench -- transitions`), and of a scheduled run that finds nothing new. */
const transitionsOf = { partition: 26, crawler: 34, scheduledRun: 4 } as const;
const requestsOfABatch = 0.0002;
const crawlSeconds = 600;
/** The least that Serverless bills, which a load's statements seldom exceed. */
const rpuSeconds = 60;
const glue = { dpu: 2, seconds: 60, upToMegabytes: 2048 } as const;

/** Between what was measured in a straight line, and beyond it by the last slope. */
export function lambdaSeconds(megabytes: number): number {
  const index = measured.findIndex(([size]) => size >= megabytes);
  const [to, from] = [measured.at(index), measured.at(index < 0 ? -2 : index - 1)];
  if (to === undefined || from === undefined || to === from) return measured[0][1];
  return from[1] + ((megabytes - from[0]) / (to[0] - from[0])) * (to[1] - from[1]);
}

/** @param expected what is known of the deliveries of a dataset */
export function estimate(
  contracts: readonly Contract[],
  { sources, warehouse }: Pick<ProjectFile, "sources" | "warehouse">,
  expected: (dataset: string) => Expected,
): readonly DatasetCost[] {
  const capacity = baseCapacityOf(warehouse);
  return contracts.map((contract) => {
    const { batchesADay = batchesOfPartitions[contract.partition], megabytes } = expected(contract.dataset);
    const batches = batchesADay * days;
    const engine = engineOf(contract, megabytes);
    const dpu = dpuOf(sources[contract.source]?.glue);
    const conversion = batches * (engine === "lambda" ? lambdaPrice(megabytes) : gluePrice(megabytes, dpu));
    const isCrawled = contract.catalogue === "crawler";
    const catalogue = isCrawled ? (batches * crawlSeconds * prices.crawlerDpuHour.usd) / 3600 : 0;
    const transitions =
      (batches * transitionsOf[contract.catalogue] + scheduledRuns(contract) * transitionsOf.scheduledRun) *
      prices.transition.usd;
    const requests = batches * requestsOfABatch;
    const computing = (batches * capacity * rpuSeconds * prices.rpuHour.usd) / 3600;
    const total = conversion + catalogue + transitions + requests + computing;
    return {
      dataset: contract.dataset,
      batches,
      megabytes,
      engine,
      conversion,
      catalogue,
      transitions,
      requests,
      warehouse: computing,
      total,
    };
  });
}

/** Of a workgroup that the project makes; what another one takes is not known. */
const baseCapacityOf = (warehouse: ProjectFile["warehouse"]): number =>
  "create" in warehouse && isServerless(warehouse.create) ? warehouse.create.serverless.baseCapacity : 0;

function engineOf({ engine }: Contract, megabytes: number): "glue" | "lambda" {
  if (engine.choice !== "auto") return engine.choice;
  const fits = megabytes * 1024 * 1024 <= engine.max_bytes && engine.needs_spark.length === 0;
  return fits ? "lambda" : "glue";
}

/** More memory is more processor: the GB-seconds stay about the same. */
const lambdaPrice = (megabytes: number) =>
  prices.lambdaCall.usd + (lambdaSeconds(megabytes) * measuredMemory * prices.lambdaGbSecond.usd) / 1024;

/** With auto scaling a small batch takes the least that Glue gives. */
function dpuOf(
  job: Pick<ProjectFile["sources"][string]["glue"], "workerType" | "workers" | "autoScaling"> | undefined,
) {
  if (job === undefined) return glue.dpu;
  const [, each = "1"] = /^[GR]\.(\d+)X$/.exec(job.workerType) ?? [];
  return (job.autoScaling ? glue.dpu : job.workers) * Number(each);
}

const gluePrice = (megabytes: number, dpu: number) =>
  (dpu * glue.seconds * Math.max(1, megabytes / glue.upToMegabytes) * prices.glueDpuHour.usd) / 3600;

/** What fires often fires evenly: the first runs say how many follow. */
const runsCounted = 500;

function scheduledRuns({ schedule }: Contract): number {
  if (schedule === null) return 0;
  const begin = Date.UTC(2026, 0, 1);
  const month = days * 86_400_000;
  const times = readExpression(`cron(${schedule.cron})`, schedule.timezone, begin);
  let runs = 0;
  for (let at = times.next(begin); at !== undefined && at < begin + month; at = times.next(at)) {
    runs++;
    if (runs === runsCounted) return (runs * month) / (at - begin);
  }
  return runs;
}

/** What the figures rest on, a sentence each. */
export function assumptions(
  contracts: readonly Contract[],
  { warehouse }: Pick<ProjectFile, "warehouse">,
): readonly string[] {
  const capacity = baseCapacityOf(warehouse);
  const auto = contracts.filter(({ engine }) => engine.choice === "auto");
  return [
    `list prices without free tiers; ${capacity === 0 ? "the warehouse, " : ""}storage, logs, alarms and readers of the data are not included`,
    ...(capacity === 0
      ? []
      : [
          `each load runs the workgroup's ${capacity} RPUs for ${rpuSeconds} seconds, the least that is billed; loads at the same time share them, large ones and aggregates take longer`,
        ]),
    "a month of 30 days, with one batch per partition, unless --batches gives the number per day",
    "sizes are unpacked; seconds are interpolated linearly from measurements with CSV (docs/costs.md)",
    `Glue bills 60 seconds for up to ${sizeText(glue.upToMegabytes * 1024 * 1024)}, and proportionally more above, on 2 workers, or on all workers if the source says autoScaling: false`,
    "with `catalogue: crawler`, one crawl per batch; several simultaneous batches may share one",
    ...(auto.length === 0
      ? []
      : [
          `engine: auto gives a batch of the expected size to the Lambda if it is small enough; SQL that needs Spark is not considered`,
        ]),
    ...(contracts.some(({ schedule }) => schedule !== null)
      ? ["a scheduled run that finds nothing new takes 4 state transitions; one that queries the ledger takes more"]
      : []),
  ];
}
