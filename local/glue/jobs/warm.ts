import { join } from "node:path";
import type { Account } from "../../call/call.js";
import type { JobRequest } from "../spark/spark-process.js";
import { extraPyFiles, mergeArguments } from "./arguments.js";
import { allJobs, jobAssumer } from "./definition.js";
import { locate } from "./locate.js";

/** The environment that the account's first job will have: Spark keeps Python workers apart by it. */
export async function warmRequest(account: Account, folder: string): Promise<JobRequest> {
  const job = allJobs(account)[0];
  if (job === undefined) return { environment: {}, pyFiles: [] };
  const locations = extraPyFiles(mergeArguments(job, {}));
  const pyFiles = await Promise.all(
    locations.map((location) => locate(account, location, job, join(folder, "downloads"))),
  );
  return { environment: account.roleEnvironment(job.Role, jobAssumer(account, job.Name)), pyFiles };
}
