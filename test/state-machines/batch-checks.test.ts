import { expect, test } from "@jest/globals";
import { ended, input as loadInput, script } from "./load-partition-replies.js";
import { member, play } from "./play.js";
import { described, input } from "./run-statements-replies.js";

const asked = "INSERT INTO \"sluice\".\"checks_orders\" (name)\nSELECT 'ratio', 'b1'";
const remedy =
  ". Nothing was changed. Correct the check in the contract, deploy and rerun the batch; a table that it refers to must be there, and the loading user must be able to read it.";
const failedAt = (at: number, text: string) => ({
  Status: "FAILED",
  SubStatements: [1, 2, 3].map((number) => ({
    Id: `a:${number}`,
    ...(number === at ? { Status: "FAILED", Error: text } : { Status: number < at ? "FINISHED" : "ABORTED" }),
  })),
});

test.each([
  "ERROR: division by zero",
  // What `references` looks into is not there, or not for the loading user.
  'ERROR: relation "sales.customers" does not exist',
  "ERROR: permission denied for relation customers",
  "ERROR: Divide by zero [ErrorId: 1-65f0]",
  "ERROR: Divide by zero\nDETAIL: more",
])("SQL of a check that fails is a refusal that names the check: %s", async (error) => {
  const statements = ["lock", asked, "select"];
  const run = await play("run-statements", { ...input, statements }, described(failedAt(2, error)));
  expect([run.status, run.output]).toMatchObject([
    "SUCCEEDED",
    {
      outcome: "refused",
      error: "BatchCheckFailed",
      message: `the SQL of the check ratio failed: ${/^[^[\n]*[^[\n ]/.exec(error)}${remedy}`,
    },
  ]);
});

test("so is one that a procedure asks", async () => {
  const statements = ["lock", "CALL sluice.check_unique('one_note', 'b1', 'r1')", "select"];
  const run = await play("run-statements", { ...input, statements }, described(failedAt(2, "ERROR: Disk Full")));
  expect(run.output).toMatchObject({ message: `the SQL of the check one_note failed: ERROR: Disk Full${remedy}` });
});

test("the same error in another statement is a failure, and what passes is tried again", async () => {
  const statements = ["lock", asked, "select"];
  const other = await play(
    "run-statements",
    { ...input, statements },
    described(failedAt(3, "ERROR: division by zero")),
  );
  expect(other.error).toBe("StatementFailed");
  const conflict = failedAt(2, "ERROR: 1023 conflict");
  const again = await play("run-statements", { ...input, statements }, described(conflict, failedAt(3, "ERROR: no")));
  expect(again.states).toContain("Let the warehouse recover");
});

test.each<[string, (string | null)[], string[]]>([
  ["none", [""], []],
  ["one", ["known passed: 0 of 4 values"], ["known passed: 0 of 4 values"]],
  [
    "two",
    ["known passed: 0 of 4 values", "usual warns: 9 rows"],
    ["known passed: 0 of 4 values", "usual warns: 9 rows"],
  ],
])("what a loaded batch's checks found stands in its output: %s", async (_, found, expected) => {
  const rows = found.map((text) => [10, 7, 2, 1, 4, 2, 0, 1, 0, text]);
  const run = await play(
    "load-partition",
    loadInput,
    script({ "Upsert the rows": ended({ outcome: "done", results: [{ rows }] }) }),
  );
  expect(member(run.output, "batchChecks")).toEqual(expected);
  expect(member(run.output, "counts")).toMatchObject({ read: 10, removed: 0 });
});
