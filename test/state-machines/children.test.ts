import { describe, expect, test } from "@jest/globals";
import { DefinitionOutdated } from "../../contract/definition.js";
import { members, play, Refuses, type Script, Silent, START } from "./play.js";

const jobArguments = {
  "--batch_file": "s3://p/batch.json",
  "--output_folder": "s3://p/run/",
  "--partition_folder": "s3://l/",
};

describe("convert-partition by the Glue job", () => {
  const folders = { partitionFolder: "s3://l/", batchFile: "s3://p/batch.json", outputFolder: "s3://p/run/" };
  const conversion = { engine: "glue", mayHandOver: false, ...folders };
  const run = (calls: Script) => play("convert-partition", conversion, calls);
  const succeeded = { Id: "jr_1", JobRunState: "SUCCEEDED" };

  test("a run that succeeded", async () => {
    const { states, output, calls } = await run({ "Run the Glue job": succeeded });
    expect(states).toEqual(["Which engine?", "Run the Glue job"]);
    expect(output).toEqual({ engine: "glue", runId: "jr_1" });
    expect(calls[0]?.arguments).toEqual({ JobName: "glueJob", Arguments: jobArguments });
  });

  test("a run of a dataset with settings of its own is started with them", async () => {
    const options = { WorkerType: "G.2X", NumberOfWorkers: 4, Timeout: 30, ExecutionClass: "FLEX" };
    const settings = { options, arguments: { "--enable-auto-scaling": "false" } };
    const { calls } = await play(
      "convert-partition",
      { ...conversion, run: settings },
      { "Run the Glue job": succeeded },
    );
    expect(calls[0]?.arguments).toEqual({
      ...options,
      JobName: "glueJob",
      Arguments: { ...jobArguments, "--enable-auto-scaling": "false" },
    });
  });

  test("an execution that was validated before there was a choice is outdated, before anything is converted", async () => {
    const AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID = "arn:aws:states:eu-west-1:0:execution:load-partition:quakes-1";
    const old = { glue: folders, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID };
    const { error, cause, calls } = await play("convert-partition", old, {});
    expect([error, calls]).toEqual(["DefinitionOutdated", []]);
    expect(cause).toBe(new DefinitionOutdated("quakes-1").message);
  });

  test.each(["STOPPED", "EXPIRED", "TIMEOUT"])("a run that ended as %s is a failure", async (JobRunState) => {
    const { error, cause } = await run({ "Run the Glue job": { Id: "jr_1", JobRunState, ErrorMessage: "why" } });
    expect(error).toBe("GlueRunNotSucceeded");
    expect(cause).toContain(`Glue run jr_1 of glueJob ended as ${JobRunState}: why`);
  });

  test("an answer without a state is no success", async () => {
    for (const answer of [{}, { JobRunState: "SUCCEEDED" }, { Id: "jr_1" }]) {
      expect(await run({ "Run the Glue job": answer })).toMatchObject({
        status: "FAILED",
        error: "GlueRunNotSucceeded",
      });
    }
  });

  test("waits for its turn for six hours", async () => {
    const full = new Refuses("Glue.ConcurrentRunsExceededException");
    const { status, seconds, calls } = await run({ "Run the Glue job": full });
    expect([status, calls.length]).toEqual(["FAILED", 76]);
    expect(seconds / 3600).toBeGreaterThan(6);
    expect(seconds / 3600).toBeLessThan(6.1);
    expect(await run({ "Run the Glue job": [full, succeeded] })).toMatchObject({ status: "SUCCEEDED", seconds: 30 });
  });

  test("a job that failed is not run again by the machine", async () => {
    const { error, calls } = await run({ "Run the Glue job": new Refuses("States.TaskFailed") });
    expect([error, calls.length]).toEqual(["States.TaskFailed", 1]);
  });

  test("a run that never ends is timed out", async () => {
    expect(await run({ "Run the Glue job": new Silent() })).toMatchObject({ error: "States.Timeout", seconds: 16_200 });
  });
});

describe("convert-partition by the Lambda", () => {
  const inLambda = "Convert the batch in the Lambda";
  const run = (calls: Script, mayHandOver: boolean) => {
    const folders = { partitionFolder: "s3://l/", batchFile: "s3://p/batch.json", outputFolder: "s3://p/run/" };
    return play("convert-partition", { engine: "lambda", mayHandOver, ...folders }, calls);
  };
  const converted = { ExecutedVersion: "$LATEST", Payload: { runId: "4f6c" }, StatusCode: 200 };
  const succeeded = { Id: "jr_1", JobRunState: "SUCCEEDED" };

  test("a call that converted the batch", async () => {
    const { states, output, calls } = await run({ [inLambda]: converted }, true);
    expect(states).toEqual(["Which engine?", inLambda]);
    expect(output).toEqual({ engine: "lambda", runId: "4f6c" });
    expect(calls[0]?.arguments).toEqual({
      FunctionName: "convertBatch",
      Payload: { batchFile: "s3://p/batch.json", outputFolder: "s3://p/run/" },
    });
  });

  const exhausted = ["Sandbox.Timedout", "Runtime.ExitError", "Lambda.Unknown", "MemoryError", "NeedsSpark"];

  test.each(exhausted)("under auto Glue takes over after %s, and is told why", async (error) => {
    const { states, output, calls } = await run(
      { [inLambda]: new Refuses(error), "Run the Glue job": succeeded },
      true,
    );
    expect(states).toEqual(["Which engine?", inLambda, "May Glue take over?", "Run the Glue job"]);
    expect(output).toEqual({ engine: "glue", runId: "jr_1" });
    expect(calls[1]?.arguments).toEqual({
      JobName: "glueJob",
      Arguments: { ...jobArguments, "--handed_over": expect.stringContaining(error) },
    });
  });

  test.each(exhausted)("under lambda %s is a failure, by its own name", async (error) => {
    const ended = await run({ [inLambda]: new Refuses(error) }, false);
    expect(ended).toMatchObject({ status: "FAILED", error });
    expect(ended.calls).toHaveLength(1);
  });

  test("throttled for five minutes: then Glue takes over, or it is a failure", async () => {
    const throttled = new Refuses("Lambda.TooManyRequestsException");
    const handed = await run({ [inLambda]: throttled, "Run the Glue job": succeeded }, true);
    expect(handed).toMatchObject({ output: { engine: "glue", runId: "jr_1" }, seconds: 315 });
    expect(await run({ [inLambda]: throttled }, false)).toMatchObject({ error: "Lambda.TooManyRequestsException" });
    expect(await run({ [inLambda]: [throttled, converted] }, true)).toMatchObject({ output: { engine: "lambda" } });
  });

  test("an error of the code is a failure also under auto: Glue would meet it too", async () => {
    const ended = await run({ [inLambda]: new Refuses("KeyError") }, true);
    expect([ended.error, ended.calls.length]).toEqual(["KeyError", 1]);
  });

  test("a call that never ends is handed over", async () => {
    const { output, seconds } = await run({ [inLambda]: new Silent(), "Run the Glue job": succeeded }, true);
    expect([output, seconds]).toEqual([{ engine: "glue", runId: "jr_1" }, 960]);
  });
});

describe("update-catalogue by crawler", () => {
  const run = (calls: Script) => play("update-catalogue", { mode: "crawler", dataset: "d", folder: "s3://f/" }, calls);
  const crawler = (State: string, secondsAfterStart: number, Status = "SUCCEEDED") => ({
    Crawler: { State, LastCrawl: { Status, StartTime: new Date(START + secondsAfterStart * 1000).toISOString() } },
  });
  const round = ["Give the crawler time", "Look at the crawler", "Has it seen the batch?"];

  test("starts a crawl and waits for its end", async () => {
    const looks = [{ Crawler: { State: "RUNNING" } }, crawler("STOPPING", -900), crawler("READY", 1)];
    const { states, seconds } = await run({ "Start the crawler": {}, "Look at the crawler": looks });
    const begun = ["How is it catalogued?", "Start the crawler"];
    expect(states).toEqual([...begun, ...round, ...round, ...round, "The catalogue is up to date"]);
    expect(seconds).toBe(15 + 60 + 60);
  });

  test("a crawl that ran already is waited for, and another started", async () => {
    const { states } = await run({
      "Start the crawler": [new Refuses("Glue.CrawlerRunningException"), {}],
      "Look at the crawler": [crawler("READY", -30), crawler("READY", 10)],
    });
    expect(states.slice(1)).toEqual([
      "Start the crawler",
      ...round,
      "Start the crawler",
      ...round,
      "The catalogue is up to date",
    ]);
  });

  test("a crawl that somebody else began after the batch was published will do", async () => {
    const running = new Refuses("Glue.CrawlerRunningException");
    const looks = [crawler("READY", -30), crawler("READY", 5)];
    const { status, calls } = await run({ "Start the crawler": running, "Look at the crawler": looks });
    expect(status).toBe("SUCCEEDED");
    expect(calls.filter(({ state }) => state === "Start the crawler")).toHaveLength(2);
  });

  test("a start that is cut to seconds is ours when we started it, and not when another did", async () => {
    const cut = crawler("READY", -0.1);
    const ours = await run({ "Start the crawler": {}, "Look at the crawler": cut });
    expect(ours.calls).toHaveLength(2);
    const theirs = await run({
      "Start the crawler": [new Refuses("Glue.CrawlerRunningException"), {}],
      "Look at the crawler": cut,
    });
    expect(theirs.calls).toHaveLength(4);
  });

  test("a crawl that failed is started again, after a while", async () => {
    const failed = crawler("READY", 1, "FAILED");
    const { states, seconds } = await run({
      "Start the crawler": {},
      "Look at the crawler": [failed, failed, crawler("READY", 20)],
    });
    const begun = ["How is it catalogued?", "Start the crawler"];
    expect(states).toEqual([
      ...begun,
      ...round,
      ...round,
      "Start the crawler",
      ...round,
      "The catalogue is up to date",
    ]);
    expect(seconds).toBe(15 + 60 + 60);
  });

  test("a third crawl that failed is a failure", async () => {
    const [first, second] = [crawler("READY", 1, "FAILED"), crawler("READY", 20, "FAILED")];
    const { error, calls } = await run({
      "Start the crawler": {},
      "Look at the crawler": [first, first, second, second, crawler("READY", 200, "FAILED")],
    });
    expect(error).toBe("CrawlFailed");
    expect(calls.filter(({ state }) => state === "Start the crawler")).toHaveLength(3);
  });

  test("a crawl that somebody stopped is a failure at once", async () => {
    const { error, calls } = await run({
      "Start the crawler": {},
      "Look at the crawler": crawler("READY", 1, "CANCELLED"),
    });
    expect([error, calls.length]).toEqual(["CrawlFailed", 2]);
  });

  test("a crawler that has never ended a crawl is started again", async () => {
    const looks = [{ Crawler: { State: "READY" } }, crawler("READY", 5)];
    const { states } = await run({ "Start the crawler": {}, "Look at the crawler": looks });
    expect(states.filter((state) => state === "Start the crawler")).toHaveLength(2);
  });

  test("a crawl that never ends is timed out", async () => {
    const { status, seconds } = await run({ "Start the crawler": {}, "Look at the crawler": crawler("RUNNING", -9) });
    expect([status, seconds]).toEqual(["TIMED_OUT", 10_800]);
  });
});

describe("update-catalogue by partition", () => {
  const folder = "s3://p/data/d/year=2026/month=11/day=22/hour=05/batch=b1/";
  const run = (calls: Script) => play("update-catalogue", { mode: "partition", dataset: "d", folder }, calls);
  const table = { Table: { Name: "d", StorageDescriptor: { Columns: [{ Name: "id" }], Location: "s3://p/data/d/" } } };
  const exists = new Refuses("Glue.AlreadyExistsException");
  const begun = ["How is it catalogued?", "Read the table", "Register the partition"];

  test("registers the folder with the table's columns", async () => {
    const { states, calls } = await run({ "Read the table": table, "Register the partition": {} });
    expect(states).toEqual(begun);
    expect(calls[1]?.arguments).toEqual({
      DatabaseName: "database",
      TableName: "d",
      PartitionInput: {
        Values: ["2026", "11", "22", "05", "b1"],
        StorageDescriptor: { Columns: [{ Name: "id" }], Location: folder },
      },
    });
  });

  test("one that is registered gets the place and the columns of now", async () => {
    const { states, calls } = await run({
      "Read the table": table,
      "Register the partition": exists,
      "Update the partition": {},
    });
    expect(states).toEqual([...begun, "Update the partition"]);
    const [, registered, updated] = calls.map(({ arguments: given }) => given);
    expect(updated).toEqual({ ...members(registered), PartitionValueList: ["2026", "11", "22", "05", "b1"] });
  });

  test("a table that is not there is a failure", async () => {
    const { error } = await run({ "Read the table": new Refuses("Glue.EntityNotFoundException") });
    expect(error).toBe("Glue.EntityNotFoundException");
  });
});
