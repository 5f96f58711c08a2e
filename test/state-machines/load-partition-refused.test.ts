import { describe, expect, test } from "@jest/globals";
import { definitionVersion } from "../../contract/definition.js";
import { Refusal, type RefusalName } from "../../contract/refusals.js";
import { RecordRefusalInput } from "../../functions/record-refusal/refusal-record.js";
import { Refused } from "../../functions/shared/refusable.js";
import {
  batch,
  input,
  payload,
  plan,
  preparing,
  refused,
  script,
  swapping,
  toThePlan,
  truncating,
} from "./load-partition-replies.js";
import { member, play, Refuses, type Script } from "./play.js";

/** As Lambda hands on what a function raised (A8.4). */
function lambdaCause(name: RefusalName, message: string): string {
  const raised = new Refused(new Refusal(name, message));
  return JSON.stringify({ errorType: raised.name, errorMessage: raised.message, trace: [] });
}

/** As record-refusal reads what it is handed. */
const record: Script = {
  "Record the refusal": ({ arguments: given }) => payload(RecordRefusalInput.parse(member(given, "Payload")).refusal),
};

describe("a batch that is refused", () => {
  const end = ["Record the refusal", "The batch is refused"];

  test.each(["Validate the manifest", "Check the report", "Publish the Parquet", "Plan the load"])(
    "by %s: caught by one name, and the refusal's own ends the execution",
    async (state) => {
      const Cause = lambdaCause("TooManyRejected", "12 of 100 rows");
      const run = await play("load-partition", input, script({ [state]: new Refuses("Refused", Cause), ...record }));
      expect(run.states).toEqual([...toThePlan.slice(0, toThePlan.indexOf(state) + 1), ...end]);
      expect([run.status, run.error, run.cause]).toEqual(["FAILED", "TooManyRejected", "12 of 100 rows"]);
      expect(member(run.calls.at(-1)?.arguments, "Payload")).toMatchObject({
        definition: definitionVersion,
        batch: state === "Validate the manifest" ? null : batch,
        request: input,
        execution: { name: "earthquakes-20261122-0123456789ab" },
        refusal: { Error: "Refused", Cause },
      });
    },
  );

  test.each([
    ["Upsert the rows", plan],
    ["Append the rows", { ...plan, branch: "append" }],
    ["Write the history", { ...plan, branch: "history" }],
    ["Replace the rows", { ...plan, branch: "replace" }],
    ["Fill the staging table", truncating],
    ["Build the replacement", swapping],
  ])("by the warehouse at %s", async (state, planned) => {
    const run = await play("load-partition", input, script({ [state]: refused, ...record }, planned));
    expect(run.states.at(toThePlan.length)).toBe(state);
    expect(run.states.slice(-3)).toEqual(["What is left to do?", ...end]);
    expect([run.error, run.cause]).toEqual(["Superseded", "newer is loaded"]);
  });

  test.each([["widen-the-columns"], ["prepare-the-target"]])(
    "by the warehouse at %s: nothing is loaded",
    async (step) => {
      const planned = { ...plan, ...preparing(step, "prepare-the-target") };
      const run = await play("load-partition", input, script({ "Prepare the target": refused, ...record }, planned));
      expect(run.states.slice(-4)).toEqual(["Prepare the target", "How is it loaded?", ...end]);
    },
  );

  test("an input without dataset or manifest reaches the function that refuses it", async () => {
    const calls = { "Validate the manifest": new Refuses("Refused", lambdaCause("ManifestInvalid", "no")), ...record };
    const run = await play("load-partition", {}, script(calls));
    expect(run.states).toEqual(["Validate the manifest", ...end]);
    expect(run.error).toBe("ManifestInvalid");
    expect(member(run.calls[0]?.arguments, "Payload")).toMatchObject({ request: {} });
  });

  test("a refusal's name that is not the one is a failure: nothing else raises it", async () => {
    const run = await play("load-partition", input, script({ "Plan the load": new Refuses("SchemaDrift") }));
    expect([run.error, run.states.at(-1)]).toEqual(["SchemaDrift", "Plan the load"]);
  });
});
