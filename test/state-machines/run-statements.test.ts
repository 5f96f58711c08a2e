import { describe, expect, test } from "@jest/globals";
import { DefinitionOutdated } from "../../contract/definition.js";
import type { Json } from "../../local/interpreter/index.js";
import { passingErrors } from "../../state-machines/passing-errors.js";
import { member, play, Refuses } from "./play.js";
import {
  answered,
  BATCH,
  begun,
  described,
  failed,
  finished,
  happy,
  input,
  looked,
  result,
  unfinished,
} from "./run-statements-replies.js";

describe("statements that end", () => {
  test("a batch: its event is waited for, its result sets are read", async () => {
    const run = await play("run-statements", input, happy);
    expect(run.states).toEqual([...begun, "Read the result"]);
    expect(run.output).toEqual({ outcome: "done", results: [{ rows: [[3, "x", null, false]] }] });
    expect(run.calls[0]?.arguments).toEqual({
      ClusterIdentifier: "warehouse",
      Database: "database",
      SecretArn: "secretArn",
      Sqls: ["lock", "select"],
      StatementName: "token-0",
      WithEvent: true,
      ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(run.calls[1]?.arguments).toEqual({ Id: `${BATCH}:2` });
    expect(run.seconds).toBe(0);
  });

  test.each<[string, Json[][], Json]>([
    ["no row", [], []],
    ["a row of one field", [[{ LongValue: 1 }]], [[1]]],
    ["one row", [[{ LongValue: 1 }, { DoubleValue: 0.5 }]], [[1, 0.5]]],
    ["rows of one field", [[{ StringValue: "a" }], [{ IsNull: true }]], [["a"], [null]]],
    [
      "rows",
      [
        [{ LongValue: 1 }, { StringValue: "" }],
        [{ LongValue: 0 }, { StringValue: "b" }],
      ],
      [
        [1, ""],
        [0, "b"],
      ],
    ],
  ])("%s stays a list of rows", async (_, records, rows) => {
    const run = await play("run-statements", input, { ...happy, "Read the result": result(...records) });
    expect(run.output).toEqual({ outcome: "done", results: [{ rows }] });
  });

  test.each(["RedshiftData.ResourceNotFoundException", "RedshiftData.ValidationException"])(
    "a batch whose last statement has no result, or not yet: it is asked for (%s)",
    async (error) => {
      const calls = { ...happy, "Read the result": new Refuses(error) };
      const none = await play("run-statements", input, { ...calls, "Describe the statement": finished(true, false) });
      expect(none.states).toEqual([...begun, "Read the result", ...looked, "The statements are done"]);
      expect(none.output).toEqual({ outcome: "done", results: [] });
      const late = await play("run-statements", input, {
        ...calls,
        "Describe the statement": [{ Status: "STARTED" }, finished(false, true)],
        "Read the result of the statement": [new Refuses(error), result([{ LongValue: 3 }])],
      });
      const isWaitedFor = error.endsWith("NotFoundException");
      expect(late.output).toEqual(isWaitedFor ? { outcome: "done", results: [{ rows: [[3]] }] } : undefined);
      expect(late.seconds).toBe(isWaitedFor ? 5 + 2 : 5);
    },
  );

  describe("one at a time", () => {
    const each = { ...input, transaction: false };
    const begunEach = ["All at once or one by one?", "Submit the statement", "What comes after the statement?"];

    test("each has a token of its own, and no result is read", async () => {
      const run = await play("run-statements", each, { "Submit the statement": answered });
      expect(run.states).toEqual([...begunEach, ...begunEach.slice(1), "The statements are done"]);
      expect(run.calls.map(({ arguments: given }) => member(given, "Sql"))).toEqual(["lock", "select"]);
      expect(new Set(run.calls.map(({ arguments: given }) => member(given, "ClientToken"))).size).toBe(2);
      expect(run.output).toEqual({ outcome: "done", results: [] });
    });

    test("with results: that of each, in the order of the statements", async () => {
      const run = await play(
        "run-statements",
        { ...each, results: true },
        {
          "Submit the statement": [{ statementId: "first" }, { statementId: "second" }],
          "Read the result of the statement": ({ arguments: given }) =>
            result([{ StringValue: member(given, "Id") ?? null }]),
        },
      );
      expect(run.output).toEqual({ outcome: "done", results: [{ rows: [["first"]] }, { rows: [["second"]] }] });
    });

    test("what did not finish is asked for, and tried again when it may pass", async () => {
      const run = await play("run-statements", each, {
        "Submit the statement": [answered, unfinished, answered],
        "Describe the statement": failed("ERROR: 1023 conflict"),
      });
      expect([run.status, run.seconds]).toEqual(["SUCCEEDED", 5]);
      const sent = run.calls.filter(({ state }) => state === "Submit the statement");
      expect(sent.map(({ arguments: given }) => member(given, "Sql"))).toEqual(["lock", "select", "select"]);
    });
  });

  test("a caller of an older definition is told to be started anew, and nothing runs", async () => {
    const { definition: _, ...old } = input;
    const { error, cause, calls } = await play("run-statements", old, {});
    expect([error, calls]).toEqual(["DefinitionOutdated", []]);
    expect(cause).toBe(new DefinitionOutdated("<execution>").message);
  });

  test("no statements are done at once", async () => {
    const run = await play("run-statements", { ...input, statements: [] }, {});
    expect(run.states).toEqual([...begun.slice(0, 1), "The statements are done"]);
    expect(run.output).toEqual({ outcome: "done", results: [] });
  });

  test("a result of two pages is an error, not half a result", async () => {
    const page = { ...result([{ LongValue: 1 }]), NextToken: "more" };
    const run = await play("run-statements", input, { ...happy, "Read the result": page });
    expect([run.status, run.error]).toEqual(["FAILED", "States.QueryEvaluationError"]);
    expect(run.cause).toContain("a result of more than one page");
  });
});

describe("what the warehouse says", () => {
  test.each([
    "ERROR: sluice:AlreadyLoaded revision 20261122T061500Z is in the ledger\n  Where: guard line 9",
    "Query #3 failed with ERROR: sluice:AlreadyLoaded: it is in the ledger",
    "sluice:AlreadyLoaded",
  ])("already loaded is a success: %s", async (text) => {
    const run = await play("run-statements", input, described(failed(text)));
    expect(run.states).toEqual([...begun, ...looked, "The batch is loaded already"]);
    expect([run.status, run.output]).toMatchObject(["SUCCEEDED", { outcome: "already_loaded", results: [] }]);
  });

  test("another name is a refusal, with its text", async () => {
    const text = "ERROR: sluice:Superseded: place 2026-11-23 is loaded; use force [ErrorId: 1-67] \n  Where: guard";
    const run = await play("run-statements", input, described(failed(text)));
    expect(run.states).toEqual([...begun, ...looked, "The warehouse refused"]);
    expect(run.output).toEqual({
      outcome: "refused",
      error: "Superseded",
      message: "place 2026-11-23 is loaded; use force",
      results: [],
    });
  });

  test("the error of a batch may stand at its statement only", async () => {
    const SubStatements: Json[] = [
      { Id: "a:1", Status: "FINISHED" },
      { Id: "a:2", Status: "FAILED", Error: "ERROR: sluice:Unbalanced 3 is not 4" },
    ];
    const run = await play("run-statements", input, described({ Status: "FAILED", SubStatements }));
    expect(run.output).toMatchObject({ outcome: "refused", error: "Unbalanced", message: "3 is not 4" });
  });

  test.each([
    'ERROR: syntax error at or near "MERGE"',
    "ERROR: value sluice:AlreadyLoaded is too long",
    "ERROR: division by zero at 1023",
    "ERROR: 10235 something else",
    "ERROR: connection limit of a queue",
    "ERROR: Query (7) cancelled on user's request",
    'ERROR: relation "sales.sluice" does not exist',
  ])("anything else is a failure: %s", async (text) => {
    const run = await play("run-statements", input, described(failed(text)));
    expect(run.states).toEqual([...begun, ...looked, "The statement failed"]);
    expect([run.error, run.cause]).toEqual(["StatementFailed", `earthquakes 2026-11-22: FAILED ${text}`]);
  });

  test.each([
    'ERROR: schema "sluice" does not exist',
    'ERROR: procedure sluice.read_grants("unknown", "unknown", "unknown") does not exist',
    'Query #3 failed with ERROR: relation "sluice.lock_orders" does not exist',
  ])("a warehouse without Sluice's own objects is not ready: %s", async (text) => {
    const run = await play("run-statements", input, described(failed(text)));
    expect(run.error).toBe("WarehouseNotReady");
    expect(run.cause).toBe(
      `earthquakes 2026-11-22: FAILED ${text}. Run 'sluice bootstrap', which makes what a load needs in the warehouse, then rerun the batch.`,
    );
  });

  test("a statement that somebody cancelled is a failure", async () => {
    const run = await play(
      "run-statements",
      input,
      described({ Status: "ABORTED", Error: "Query cancelled on user's request" }),
    );
    expect([run.status, run.error]).toEqual(["FAILED", "StatementFailed"]);
  });

  const alsoSeen = [
    ["ERROR: could not serialize access due to concurrent update", "recovery"],
    ["Query #2 failed with ERROR:1023", "recovery"],
    ["connection to server was lost", "recovery"],
  ];

  test.each([...passingErrors.map(({ example, backOff }) => [example, backOff]), ...alsoSeen])(
    "what passes by itself is sent again, with a new token: %s (%s)",
    async (text = "", backOff = "") => {
      for (const Status of ["FAILED", "ABORTED"]) {
        const failure = { Status, Error: text };
        const run = await play("run-statements", input, described(failure, failure, finished(true)));
        expect([run.status, run.seconds]).toEqual(["SUCCEEDED", backOff === "rotation" ? 120 : 15]);
        const sent = run.calls.filter(({ state }) => state === "Submit the batch");
        expect(new Set(sent.map(({ arguments: given }) => member(given, "ClientToken"))).size).toBe(3);
      }
    },
  );

  test("a password is tried three times, since the fifth failure would lock the user", async () => {
    const run = await play(
      "run-statements",
      input,
      described(failed("FATAL: password authentication failed for user")),
    );
    expect(run.error).toBe("StatementFailed");
    expect(run.calls.filter(({ state }) => state === "Submit the batch")).toHaveLength(3);
  });

  test("what does not pass ends as a failure, after 8 tries more", async () => {
    const run = await play(
      "run-statements",
      { ...input, timeoutSeconds: 7200 },
      described(failed("ERROR: 1023 conflict")),
    );
    expect([run.error, run.seconds]).toEqual(["StatementFailed", 915]);
    expect(run.calls.filter(({ state }) => state === "Submit the batch")).toHaveLength(9);
  });
});
