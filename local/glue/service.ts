import { join, resolve } from "node:path";
import type { Account, ServiceBody } from "../call/call.js";
import { leaveDuckDb } from "../parquet/duckdb.js";
import { CrawlStore } from "./crawler/crawl-store.js";
import { Crawlers } from "./crawler/crawlers.js";
import { crawlerOperations } from "./crawler/operations.js";
import { Catalogue } from "./data-catalog/data-catalog.js";
import { catalogueOperations } from "./data-catalog/operations.js";
import { partitionReads, partitionWrites } from "./data-catalog/partition-operations.js";
import { CatalogueStore } from "./data-catalog/store.js";
import { type JobRunner, JobRuns } from "./jobs/job-runs.js";
import { jobOperations } from "./jobs/operations.js";
import { RunStore } from "./jobs/run-store.js";
import { warmRequest } from "./jobs/warm.js";
import { SharedSpark } from "./spark/shared-spark.js";

export interface GlueService extends ServiceBody {
  /** Starts Spark early, so that its start overlaps with other work. Call it once the account has its endpoint.
   * @throws Error with one sentence that says what is missing on this machine */
  warm(): Promise<void>;
}

export interface GlueOptions {
  /** The folder of a Python environment with PySpark; without it no job runs. */
  readonly python?: string | undefined;
  /** What runs the jobs' scripts instead of Spark: tests of everything else need not wait for it. */
  readonly runner?: (account: Account) => JobRunner;
  /** The templates' tables are made at the start, not before: something is done to the catalogue first. */
  readonly declaresOnStart?: boolean;
}

/** AWS Glue of the local account: jobs on one warm Spark process, crawlers, and the Data Catalog. */
export function createGlueService(account: Account, options: GlueOptions = {}): GlueService {
  const folder = join(account.stateFolder, "glue");
  const store = new RunStore(join(folder, "runs"));
  const spark = new SharedSpark(join(folder, "spark"), options.python && resolve(options.python));
  const runs = new JobRuns(account, store, options.runner?.(account) ?? spark, folder);
  const catalogue = new Catalogue(account, new CatalogueStore(join(account.stateFolder, "catalogue")));
  if (!options.declaresOnStart) catalogue.declareTables();
  const crawlers = new Crawlers(account, new CrawlStore(join(folder, "crawlers")));
  return {
    service: "glue",
    operations: {
      ...jobOperations(account, store, runs),
      ...crawlerOperations(account, crawlers),
      ...catalogueOperations(account, catalogue),
      ...partitionReads(account, catalogue),
      ...partitionWrites(catalogue),
    },
    async start() {
      if (options.declaresOnStart) catalogue.declareTables();
      await runs.resume();
      await crawlers.resume();
    },
    async stop() {
      await Promise.all([runs.close(), crawlers.close()]);
      await leaveDuckDb();
    },
    async warm() {
      if (options.runner !== undefined) return;
      await spark.warm(await warmRequest(account, folder));
    },
  };
}
