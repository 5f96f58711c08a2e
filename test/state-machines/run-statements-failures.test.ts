import { describe, expect, test } from "@jest/globals";
import { statementsInput } from "../../contract/definition.js";
import { member, play, Refuses, type Script, Silent } from "./play.js";
import { answered, BATCH, described, failed, finished, happy, input, result } from "./run-statements-replies.js";

describe("a failure that the warehouse explains", () => {
  const diagnosis = { lock: "CALL sluice.lock_holders()", copy: "SELECT FROM sys_load_error_detail" };
  const waiting = statementsInput({ ...input, statements: ["SET x", "LOCK TABLE t", "TRUNCATE TABLE t"] }, diagnosis);
  /** The error of a batch stands at its statement. */
  const failedAt = (nth: number, text: string) => ({
    ...failed(text),
    SubStatements: [1, 2, 3].map((at) => ({
      Id: `${BATCH}:${at}`,
      ...(at < nth ? { Status: "FINISHED" } : at === nth ? { Status: "FAILED", Error: text } : { Status: "ABORTED" }),
    })),
  });
  const cancelled = "ERROR: Query (7) cancelled on user's request";
  const asked = {
    "Ask for details": { Id: "why" },
    "Read the details": result([{ StringValue: "Process 12 (ann)." }]),
  };

  test("a lock that did not come in time: who holds it", async () => {
    const run = await play("run-statements", waiting, { ...described(failedAt(2, cancelled)), ...asked });
    expect([run.error, run.cause]).toEqual(["WarehouseBusy", "earthquakes 2026-11-22: Process 12 (ann)."]);
    expect(run.calls.slice(-2).map(({ arguments: given }) => given)).toMatchObject([
      { ClusterIdentifier: "warehouse", SecretArn: "secretArn", Sql: diagnosis.lock },
      { Id: "why" },
    ]);
    expect(run.calls.filter(({ state }) => state === "Submit the batch")).toHaveLength(1);
  });

  test("a statement sent alone that was cancelled at its deadline, too", async () => {
    const alone = { ...waiting, statements: ["ALTER TABLE t"], transaction: false, timeoutSeconds: 60 };
    const run = await play("run-statements", alone, {
      "Submit the statement": new Silent(),
      "Learn the id of the statement": { Id: BATCH },
      "Describe the statement": [{ Status: "STARTED" }, { Status: "STARTED" }, { Status: "ABORTED" }],
      "Cancel the statement": { Status: true },
      ...asked,
    });
    expect(run.error).toBe("WarehouseBusy");
  });

  test("a statement that needs no lock was cancelled: a failure like any other", async () => {
    const run = await play("run-statements", waiting, described(failedAt(1, cancelled)));
    expect([run.error, run.states.at(-2)]).toEqual(["StatementFailed", "How did it end?"]);
  });

  test("a COPY: what it found wrong with which file", async () => {
    const copying = { ...waiting, statements: ["SET x", "COPY t", "INSERT"] };
    const found = result([{ StringValue: "too long, column a, in s3://b/1" }], [{ StringValue: "in s3://b/2" }]);
    const calls = {
      ...described(failedAt(2, "ERROR: Load into table 't' failed.")),
      ...asked,
      "Read the details": found,
    };
    const run = await play("run-statements", copying, calls);
    expect(run.error).toBe("StatementFailed");
    expect(run.cause).toBe(
      "earthquakes 2026-11-22: FAILED ERROR: Load into table 't' failed. (too long, column a, in s3://b/1; in s3://b/2)",
    );
    expect(member(run.calls.at(-2)?.arguments, "Sql")).toBe(diagnosis.copy);
  });

  test.each<[string, Script]>([
    ["it cannot be asked", { ...asked, "Ask for details": new Refuses("RedshiftData.ValidationException") }],
    [
      "its answer does not come",
      { ...asked, "Read the details": new Refuses("RedshiftData.ResourceNotFoundException") },
    ],
    ["it has nothing to say", { ...asked, "Read the details": result() }],
  ])("%s: the failure is told as it is", async (_, calls) => {
    const run = await play("run-statements", waiting, { ...described(failedAt(3, cancelled)), ...calls });
    expect([run.error, run.cause]).toEqual(["WarehouseBusy", `earthquakes 2026-11-22: FAILED ${cancelled}`]);
  });
});

describe("calls that fail", () => {
  test.each([
    ["RedshiftData.ActiveStatementsExceededException", 5],
    ["RedshiftData.RedshiftDataException", 2],
    ["RedshiftData.InternalServerException", 2],
  ])("%s of the submission is retried, and is the same statement", async (error, seconds) => {
    const run = await play("run-statements", input, { ...happy, "Submit the batch": [new Refuses(error), answered] });
    expect([run.status, run.seconds]).toEqual(["SUCCEEDED", seconds]);
    const [first, second] = run.calls.map(({ arguments: given }) => given);
    expect(member(first, "ClientToken")).toBe(member(second, "ClientToken"));
    expect(member(first, "StatementName")).not.toBe(member(second, "StatementName"));
  });

  test("a wrong statement is not sent again", async () => {
    const run = await play("run-statements", input, {
      "Submit the batch": new Refuses("RedshiftData.ValidationException"),
    });
    expect([run.status, run.error, run.calls.length]).toEqual(["FAILED", "RedshiftData.ValidationException", 1]);
  });

  test.each(["Describe the statement", "Read the result", "Read the result of the statement"])(
    "%s is retried",
    async (state) => {
      const calls = state === "Read the result" ? happy : described(finished(true));
      const trouble = new Refuses("RedshiftData.InternalServerException");
      const script: Script = { ...calls, [state]: [trouble, ...[calls[state] ?? null].flat()] };
      expect(await play("run-statements", input, script)).toMatchObject({ status: "SUCCEEDED", seconds: 2 });
    },
  );
});
