import { join } from "node:path";
import type { Account, ServiceBody } from "../call/call.js";
import { JobRuns } from "./jobs/job-runs.js";
import { jobOperations } from "./jobs/operations.js";
import { RunStore } from "./jobs/run-store.js";
import { warmRequest } from "./jobs/warm.js";
import { SharedSpark } from "./spark/shared-spark.js";

export interface GlueService extends ServiceBody {
  /** Starts Spark early, so that its start overlaps with other work. Call it once the account has its endpoint.
   * @throws Error with one sentence that says what is missing on this machine */
  warm(): Promise<void>;
}

/** AWS Glue of the local account: jobs on one warm Spark process, crawlers, and the Data Catalog. */
export function createGlueService(account: Account): GlueService {
  const folder = join(account.stateFolder, "glue");
  const store = new RunStore(join(folder, "runs"));
  const spark = new SharedSpark(join(folder, "spark"));
  const runs = new JobRuns(account, store, spark, folder);
  return {
    service: "glue",
    operations: { ...jobOperations(account, store, runs) },
    start: () => runs.resume(),
    stop: () => runs.close(),
    async warm() {
      await spark.warm(await warmRequest(account, folder));
    },
  };
}
