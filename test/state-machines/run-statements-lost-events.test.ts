import { describe, expect, test } from "@jest/globals";
import { members, play, Refuses, Silent } from "./play.js";
import { BATCH, begun, finished, happy, input, looked, result } from "./run-statements-replies.js";

describe("events that do not come", () => {
  test("after ten minutes the same token tells which statement it was", async () => {
    const run = await play(
      "run-statements",
      { ...input, timeoutSeconds: 3600 },
      {
        ...happy,
        "Submit the batch": new Silent(),
        "Learn the id of the batch": { Id: BATCH },
        "Describe the statement": [{ Status: "STARTED" }, { Status: "PICKED" }, finished(false, true)],
        "Read the result of the statement": result(),
      },
    );
    expect(run.states).toEqual([
      ...begun,
      "Learn the id of the batch",
      ...looked,
      "Give the statement time",
      ...looked,
      "Give the statement time",
      ...looked,
      "Read the result of the statement",
      "What comes after the statement?",
      "The statements are done",
    ]);
    expect(run.seconds).toBe(600 + 5 + 10);
    const [submitted, learned] = run.calls.map(({ arguments: given }) => given);
    expect(submitted).toEqual({ ...members(learned), StatementName: "token-0", WithEvent: true });
  });

  test("the statement may say how long to trust the event", async () => {
    const run = await play(
      "run-statements",
      { ...input, transaction: false, statements: ["one"], heartbeatSeconds: 30 },
      {
        "Submit the statement": new Silent(),
        "Learn the id of the statement": { Id: BATCH },
        "Describe the statement": { Status: "FINISHED", HasResultSet: false },
      },
    );
    expect([run.status, run.seconds]).toEqual(["SUCCEEDED", 30]);
  });

  test("past its deadline a statement is cancelled, and that is a failure", async () => {
    const run = await play(
      "run-statements",
      { ...input, timeoutSeconds: 60 },
      {
        "Submit the batch": new Silent(),
        "Learn the id of the batch": { Id: BATCH },
        "Describe the statement": [{ Status: "STARTED" }, { Status: "STARTED" }, { Status: "ABORTED" }],
        "Cancel the statement": { Status: true },
      },
    );
    expect(run.states.slice(2)).toEqual([
      "Learn the id of the batch",
      ...looked,
      "Give the statement time",
      ...looked,
      "Cancel the statement",
      "Give the statement time",
      ...looked,
      "The statement took too long",
    ]);
    expect([run.error, run.seconds]).toEqual(["StatementTimedOut", 59 + 5 + 5]);
  });

  test("a statement that ended while it was being cancelled counts as what it became", async () => {
    const run = await play(
      "run-statements",
      { ...input, timeoutSeconds: 2 },
      {
        ...happy,
        "Submit the batch": new Silent(),
        "Learn the id of the batch": { Id: BATCH },
        "Describe the statement": [{ Status: "STARTED" }, { Status: "STARTED" }, finished(true)],
        "Read the result of the statement": result(),
        "Cancel the statement": new Refuses("RedshiftData.ValidationException"),
      },
    );
    expect(run.status).toBe("SUCCEEDED");
  });

  test("a statement that cannot be cancelled is given up after ten minutes", async () => {
    const run = await play(
      "run-statements",
      { ...input, timeoutSeconds: 60 },
      {
        "Submit the batch": new Silent(),
        "Learn the id of the batch": { Id: BATCH },
        "Describe the statement": { Status: "STARTED" },
        "Cancel the statement": { Status: true },
      },
    );
    expect(run.error).toBe("StatementTimedOut");
    expect(run.seconds).toBeGreaterThan(660);
    expect(run.seconds).toBeLessThan(760);
  });
});
