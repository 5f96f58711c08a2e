import { describe, expect, test } from "@jest/globals";
import { refusals } from "../../contract/refusals.js";
import { batch, input, payload, plan, refused, script, step, toThePlan } from "./load-partition-replies.js";
import { member, members, play, Refuses } from "./play.js";

describe("a batch that is refused", () => {
  const recorded = payload({ error: "TooManyRejected", message: "12 of 100 rows" });
  const end = ["Record the refusal", "The batch is refused"];

  test.each(["Validate the manifest", "Check the report", "Publish the Parquet", "Plan the load"])(
    "by %s: each name of the closed list is caught",
    async (state) => {
      for (const name of Object.keys(refusals)) {
        const calls = { [state]: new Refuses(name, "{}"), "Record the refusal": recorded };
        const run = await play("load-partition", input, script(calls));
        expect(run.states).toEqual([...toThePlan.slice(0, toThePlan.indexOf(state) + 1), ...end]);
        expect([run.status, run.error, run.cause]).toEqual(["FAILED", "TooManyRejected", "12 of 100 rows"]);
        expect(member(run.calls.at(-1)?.arguments, "Payload")).toMatchObject({
          batch: state === "Validate the manifest" ? null : batch,
          request: input,
          execution: { name: "earthquakes-20261122-0123456789ab" },
          errorOutput: { Error: name, Cause: "{}" },
        });
      }
    },
  );

  test.each([
    ["Upsert the rows", plan],
    ["Append the rows", { ...plan, branch: "append" }],
    ["Replace the rows", { ...plan, branch: "replace" }],
    ["Fill the staging table", { branch: "truncate", fill: step("fill") }],
    ["Build the replacement", { branch: "swap", build: step("build") }],
  ])("by the warehouse at %s", async (state, planned) => {
    const run = await play(
      "load-partition",
      input,
      script({ [state]: refused, "Record the refusal": recorded }, planned),
    );
    expect(run.states.at(toThePlan.length)).toBe(state);
    expect(run.states.slice(-3)).toEqual(["What is left to do?", ...end]);
    expect(member(member(run.calls.at(-1)?.arguments, "Payload"), "errorOutput")).toEqual({
      Error: "Superseded",
      Cause: "newer is loaded",
    });
  });

  test.each([
    ["prepared", "Prepare the target", { prepare: step("prepare") }],
    ["widened", "Widen the columns", { widen: step("widen"), prepare: step("prepare") }],
  ])("by the warehouse while the target is %s: nothing is loaded", async (_, state, due) => {
    const calls = { [state]: refused, "Record the refusal": recorded };
    const run = await play("load-partition", input, script(calls, { ...plan, ...due }));
    expect(run.states.slice(-4)).toEqual([state, "How is it loaded?", ...end]);
  });

  test("an input without dataset or manifest reaches the function that refuses it", async () => {
    const calls = { "Validate the manifest": new Refuses("ManifestInvalid", "{}"), "Record the refusal": recorded };
    const run = await play("load-partition", {}, script(calls));
    expect(run.states).toEqual(["Validate the manifest", ...end]);
    expect(members(member(run.calls[0]?.arguments, "Payload"))).toMatchObject({
      dataset: null,
      manifest: null,
      force: false,
    });
  });
});
