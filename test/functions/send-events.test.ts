import "./quiet.js";
import { describe, expect, test } from "@jest/globals";
import { events } from "../../contract/events.js";
import { batchId } from "../../contract/layout.js";
import { eventsOf } from "../../functions/send-events/event-of.js";
import { putEvents } from "../../functions/shared/put-events.js";
import { errorOf, sampleContract } from "./samples.js";

const key = "quakes/2026/11/22/05/_manifest.json";
const around = { project: "demo", source: "usgs", contracts: { quakes: { ...sampleContract(), owner: "seismology" } } };
const ended = (detail: Record<string, unknown>) => ({
  region: "eu-west-1",
  time: "2026-11-22T06:20:00Z",
  detail: {
    executionArn: "arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:quakes-1",
    name: "quakes-1",
    input: JSON.stringify({ dataset: "quakes", manifest: { bucket: "landing", key } }),
    ...detail,
  },
});
const counts = {
  ...{ read: 3, written: 2, deduplicated: 0, rejected: 1 },
  ...{ inserted: 2, updated: 0, deleted: 0, outdated: 0, removed: 0 },
};
const output = (more: object = {}) =>
  JSON.stringify({
    outcome: "loaded",
    ...{ dataset: "quakes", partition: "2026-11-22T05", batchId: "b".repeat(32), revision: "r1" },
    ...{ counts, batchChecks: [], warnings: ["a column nobody declared"], schemaChanges: [] },
    ...more,
  });

/** As docs/events has them. */
const told = (event: unknown) =>
  eventsOf(event, around).map(({ type, detail }) => ({ type, detail: events[type].parse(detail) }));

describe("send-events", () => {
  test("a load: ids, counts, owner and links", () => {
    expect(told(ended({ status: "SUCCEEDED", output: output() }))).toEqual([
      {
        type: "BatchLoaded",
        detail: {
          ...{ version: 1, project: "demo", source: "usgs", dataset: "quakes", owner: "seismology" },
          ...{ partition: "2026-11-22T05", batch_id: "b".repeat(32), revision: "r1" },
          execution: "arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:quakes-1",
          ended: "2026-11-22T06:20:00Z",
          links: {
            execution:
              "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:quakes-1",
            manifest: `s3://landing/${key}`,
          },
          ...{ outcome: "loaded", counts, warnings: ["a column nobody declared"] },
        },
      },
    ]);
  });

  test("a load that changed the table tells of it too; one that found the batch loaded does not", () => {
    const schemaChanges = [{ change: "added", column: "depth", from: null }];
    const [, changed] = told(ended({ status: "SUCCEEDED", output: output({ schemaChanges }) }));
    expect(changed).toMatchObject({
      type: "SchemaChanged",
      detail: { table: "seismic.quakes", changes: schemaChanges },
    });
    expect(
      told(ended({ status: "SUCCEEDED", output: output({ schemaChanges, outcome: "already_loaded" }) })),
    ).toHaveLength(1);
  });

  test("an output that was too large for the event: the ids of the input, counts unknown", () => {
    const [event] = told(ended({ status: "SUCCEEDED" }));
    expect(event?.detail).toMatchObject({
      ...{ partition: "2026-11-22T05", batch_id: batchId("quakes", "2026-11-22T05", key), revision: null },
      counts: { read: null },
    });
  });

  test("a refusal says who acts, a failure how it ended", () => {
    expect(told(ended({ status: "FAILED", error: "FileMissing", cause: "a.json is not there." }))).toMatchObject([
      { type: "BatchRefused", detail: { error: "FileMissing", message: "a.json is not there.", acts: "producer" } },
    ]);
    expect(told(ended({ status: "TIMED_OUT" }))).toMatchObject([
      { type: "BatchFailed", detail: { status: "TIMED_OUT", error: "TIMED_OUT" } },
    ]);
  });

  test("an entry that the bus refuses is an error, so that Lambda tries again", async () => {
    const client = { send: async () => ({ Entries: [{ ErrorCode: "InternalFailure", ErrorMessage: "later" }] }) };
    const send = () => putEvents(client as never, "demo", eventsOf(ended({ status: "ABORTED" }), around));
    expect(await errorOf(send)).toEqual({ name: "EventsNotSent", message: "InternalFailure: later" });
  });
});
