import { describe, expect, test } from "@jest/globals";
import {
  extraPyFiles,
  mergeArguments,
  pythonModules,
  scriptArguments,
  sparkSettings,
} from "../../../glue/jobs/arguments.js";

const job = {
  DefaultArguments: { "--a": "default", "--b": "default", "--c": "default" },
  NonOverridableArguments: { "--a": "fixed" },
};

describe("arguments of a run", () => {
  test("per key: the fixed one, then the run's, then the default", () => {
    expect(mergeArguments(job, { "--a": "run", "--b": "run" })).toEqual({
      "--a": "fixed",
      "--b": "run",
      "--c": "default",
    });
  });

  test("the script gets all but what the launcher acts on, and Glue's own names", () => {
    const merged = { "--b": "1", "--extra-py-files": "s3://x/y.zip", "--conf": "k=v" };
    expect(scriptArguments(merged, { jobName: "n", jobId: "j_1", runId: "jr_1" })).toEqual([
      "--b",
      "1",
      "--JOB_NAME",
      "n",
      "--JOB_ID",
      "j_1",
      "--JOB_RUN_ID",
      "jr_1",
    ]);
  });

  test("files and settings are read as Glue writes them", () => {
    expect(extraPyFiles({ "--extra-py-files": "s3://x/a.zip, s3://x/b.py" })).toEqual(["s3://x/a.zip", "s3://x/b.py"]);
    expect(extraPyFiles({})).toEqual([]);
    expect(sparkSettings({ "--conf": "a.b=1 --conf c=d=e" })).toEqual([
      ["a.b", "1"],
      ["c", "d=e"],
    ]);
  });

  test("modules come from a zip of wheels; what would be asked of a package index is refused", () => {
    const given = (modules: string, options?: string) =>
      pythonModules({
        "--additional-python-modules": modules,
        ...(options === undefined ? {} : { "--python-modules-installer-option": options }),
      });
    expect(given("s3://x/a.gluewheels.zip", "--no-index")).toEqual(["s3://x/a.gluewheels.zip"]);
    expect(pythonModules({})).toEqual([]);
    expect(() => given("s3://x/a.gluewheels.zip, pyarrow==25.0.1", "--no-index")).toThrow(
      "pyarrow==25.0.1 would be asked of a package index",
    );
    expect(() => given("s3://x/a.zip", "--no-index")).toThrow("s3://x/a.zip would be asked");
    expect(() => given("s3://x/a.gluewheels.zip")).toThrow("must be --no-index");
  });
});
