import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Shape } from "../../../call/call.js";
import { FakeAccount, ROLE } from "../fake-account.js";

const HELPER = `import os
def key(rows):
    return [os.environ["AWS_ACCESS_KEY_ID"] for _ in rows]
`;

/** Does what `--do` says. */
const SCRIPT = `import os, sys, time
from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
import helper
args = getResolvedOptions(sys.argv, ["JOB_NAME", "do", "out"])
spark = SparkSession.builder.getOrCreate()
if args["do"] == "wait":
    open(args["out"], "w").close()
    while not os.path.exists(args["out"] + ".go"):
        time.sleep(0.02)
if args["do"] == "fail":
    raise ValueError("these rows\\nare bad")
if args["do"] == "die":
    os._exit(3)
if args["do"] == "exit":
    sys.exit(0)
keys = spark.sparkContext.parallelize(range(2), 2).mapPartitions(helper.key).collect()
left = spark.conf.get("spark.sql.shuffle.partitions")
spark.conf.set("spark.sql.shuffle.partitions", "77")
with open(args["out"], "a") as out:
    out.write(repr([keys, os.environ["AWS_ACCESS_KEY_ID"], args["JOB_NAME"], args["JOB_RUN_ID"], left]) + "\\n")
spark.stop()
`;

/** An account with the Glue jobs `one` (two runs at a time) and `other`, each under a role of its own. */
export function accountWithJobs(folder: string): FakeAccount {
  mkdirSync(join(folder, "modules"), { recursive: true });
  writeFileSync(join(folder, "modules", "helper.py"), HELPER);
  writeFileSync(join(folder, "script.py"), SCRIPT);
  mkdirSync(join(folder, "packages", "wheels"), { recursive: true });
  writeFileSync(join(folder, "packages", "wheels", "requirements.txt"), "none-such==1.0\n");
  const account = new FakeAccount(folder);
  account.assets.set("assets/script.py", join(folder, "script.py"));
  account.assets.set("assets/modules.zip", join(folder, "modules"));
  account.assets.set("assets/none.gluewheels.zip", join(folder, "packages"));
  for (const [name, runs] of [["one", 2] as const, ["other", 1] as const])
    account.addResource("AWS::Glue::Job", name, {
      Name: name,
      Role: `${ROLE}-${name}`,
      Command: { Name: "glueetl", ScriptLocation: "s3://assets/script.py", PythonVersion: "3" },
      DefaultArguments: { "--extra-py-files": "s3://assets/modules.zip", "--do": "pass", "--out": "none" },
      ExecutionProperty: { MaxConcurrentRuns: runs },
      GlueVersion: "6.0",
      Timeout: 60,
    });
  return account;
}

/** Lets the workers look at another variable. */
export function changeHelper(folder: string): void {
  writeFileSync(join(folder, "modules", "helper.py"), HELPER.replace('["AWS_ACCESS_KEY_ID"]', '["AWS_REGION"]'));
}

export const Run = z.object({
  JobRun: z.object({
    Id: z.string(),
    JobRunState: z.string(),
    ErrorMessage: z.string().optional(),
    StartedOn: z.date(),
    CompletedOn: z.date().optional(),
  }),
});

/** Asks until the run has one of the states. */
export async function runInState(
  call: (operation: string, input: Shape) => Promise<Shape>,
  jobName: string,
  runId: unknown,
  states: readonly string[] = ["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"],
) {
  for (;;) {
    const { JobRun } = Run.parse(await call("GetJobRun", { JobName: jobName, RunId: runId }));
    if (states.includes(JobRun.JobRunState)) return JobRun;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
