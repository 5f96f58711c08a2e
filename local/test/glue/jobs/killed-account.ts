import { createGlueService } from "../../../glue/service.js";
import { caller } from "../caller.js";
import { accountWithJobs } from "./fixture.js";

/** A process of its own that starts a run and never ends: to be killed. Prints the run's id.
 * Arguments: the folder, and the run's `--out`. */
const [folder = "", out = ""] = process.argv.slice(2);
const service = createGlueService(accountWithJobs(folder), { python: ".venv" });
const { JobRunId } = await caller(service)("StartJobRun", {
  JobName: "one",
  Arguments: { "--do": "wait", "--out": out, "--output_folder": "s3://processed/runs/x/" },
});
console.log(JobRunId);
