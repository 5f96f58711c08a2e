import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../local/interpreter/index.js";
import { ended, payload } from "./load-partition-replies.js";
import { member, members, play, Refuses, type Script, START } from "./play.js";

const input = { dataset: "quakes", scheduledTime: "2026-11-24T05:15:00Z" };
const name = "quakes-20261124T051500Z";

const candidate = (hour: string) => ({
  partition: `2026-11-24T${hour}`,
  batchId: `b${hour}`,
  version: `v${hour}`,
  execution: `quakes-20261124${hour}-0123456789ab`,
  input: { dataset: "quakes", manifest: { bucket: "landing", key: `quakes/2026/11/24/${hour}/_manifest.json` } },
});
const ledger = { statements: ["SELECT"], transaction: true, label: "quakes: loaded?", timeoutSeconds: 900 };
const due = (...hours: readonly string[]) =>
  payload({ candidates: hours.map(candidate), ledger: hours.length === 0 ? null : ledger, unsettled: [], leftOut: 0 });
const rows = (...found: readonly string[]) =>
  ended({ outcome: "done", results: [{ rows: found.map((row) => [row]) }] });
const loaded = ended({ outcome: "loaded", counts: {} });
const failed = new Refuses("States.TaskFailed", '{"Error":"ManifestInvalid","Cause":"no entries"}');
const exists = new Refuses("StepFunctions.ExecutionAlreadyExistsException");

const run = (script: Script) => play("scheduled-load", input, script, name);
const outcomes = (output: Json | undefined) => {
  const loads = member(output, "loads");
  return Array.isArray(loads) ? loads.map((load) => [member(load, "partition"), member(load, "outcome")]) : loads;
};

const toTheLoads = ["List the due partitions", "Is there anything to load?", "Ask the ledger", "Load the partitions"];

describe("scheduled-load", () => {
  test("nothing in the folders: nobody asks the warehouse", async () => {
    const played = await run({ "List the due partitions": due() });
    expect(played.states).toEqual(["List the due partitions", "Is there anything to load?", "Nothing is due"]);
    expect(played.output).toEqual({ dataset: "quakes", loads: [] });
    expect(played.calls[0]?.arguments).toMatchObject({
      Payload: { ...input, now: new Date(START).toISOString() },
    });
  });

  test.each([
    [["03", "04"], []],
    [["04"], []],
    [["03", "04"], ["b03/v03"]],
    [
      ["03", "04", "05"],
      ["b03/v03", "b05/v05"],
    ],
    // Another revision of the batch is loaded, this one is not.
    [["04"], ["b04/v03"]],
  ])("of %j the ledger has %j: the rest is loaded, oldest first", async (hours, inLedger) => {
    const wanted = hours.filter((hour) => !inLedger.includes(`b${hour}/v${hour}`));
    const played = await run({
      "List the due partitions": due(...hours),
      "Ask the ledger": rows(...inLedger),
      "Load the partition": loaded,
    });
    expect(played.status).toBe("SUCCEEDED");
    expect(outcomes(played.output)).toEqual(wanted.map((hour) => [`2026-11-24T${hour}`, "loaded"]));
    const loads = played.calls.filter(({ state }) => state === "Load the partition");
    expect(loads.map((call) => members(call.arguments))).toEqual(
      wanted.map((hour) => ({
        StateMachineArn: "loadPartition",
        Name: candidate(hour).execution,
        Input: candidate(hour).input,
      })),
    );
  });

  test("everything is loaded already", async () => {
    const played = await run({ "List the due partitions": due("04"), "Ask the ledger": rows("b04/v04") });
    expect(played.states).toEqual([...toTheLoads, "Did every load succeed?", "The partitions are loaded"]);
    expect(played.output).toEqual({ dataset: "quakes", loads: [] });
  });

  test("one load fails: the others get their turn, and the execution fails at the end", async () => {
    const played = await run({
      "List the due partitions": due("03", "04", "05"),
      "Ask the ledger": rows(),
      "Load the partition": [loaded, failed, loaded],
    });
    expect(played.states).toEqual([
      ...toTheLoads,
      "Load the partition",
      "Load the partition",
      "The load did not succeed",
      "Load the partition",
      "Did every load succeed?",
      "Some loads did not succeed",
    ]);
    expect([played.status, played.error]).toEqual(["FAILED", "ScheduledLoadIncomplete"]);
    expect(played.cause).toBe(
      `1 of 3 loads of quakes did not succeed: 2026-11-24T04 (ManifestInvalid, ${candidate("04").execution})`,
    );
  });

  test("a load that cannot be started, or lasts too long, counts as one that failed", async () => {
    const played = await run({
      "List the due partitions": due("03", "04"),
      "Ask the ledger": rows(),
      "Load the partition": [new Refuses("States.Timeout"), new Refuses("StepFunctions.InvalidNameException")],
    });
    expect(played.cause).toMatch(/^2 of 2 .*\(States\.Timeout, .*\(StepFunctions\.InvalidNameException, /);
  });

  test("a load that ended before is left to who looks at it", async () => {
    const played = await run({
      "List the due partitions": due("03", "04"),
      "Ask the ledger": rows(),
      "Load the partition": [exists, loaded],
    });
    expect(outcomes(played.output)).toEqual([
      ["2026-11-24T03", "ended_before"],
      ["2026-11-24T04", "loaded"],
    ]);
  });

  test("the ledger cannot be asked: a failure, which a redrive takes up at that task", async () => {
    const played = await run({ "List the due partitions": due("04"), "Ask the ledger": failed });
    expect([played.status, played.states.at(-1)]).toEqual(["FAILED", "Ask the ledger"]);
    const redriven = await played.redriven({ "Ask the ledger": rows(), "Load the partition": loaded });
    expect(outcomes(redriven.output)).toEqual([["2026-11-24T04", "loaded"]]);
  });

  test.each(["Sandbox.Timedout", "Lambda.TooManyRequestsException", "ManifestContested"])(
    "the list is made again after %s",
    async (error) => {
      const played = await run({ "List the due partitions": [new Refuses(error), due()] });
      expect(played.status).toBe("SUCCEEDED");
    },
  );
});
