import "../../functions/quiet.js";
import { expect, test } from "@jest/globals";
import { Backfills } from "../../../cli/console/backfills.js";
import type { Backfill } from "../../../cli/loads/backfill.js";
import { sessionOf } from "../session.js";

const request = { dataset: "quakes", from: "2026-11-22T03", to: "2026-11-22T06", force: false };
const now = new Date("2026-11-25T00:00:00Z");
const due = (partition: string): Backfill["due"][number] => ({
  ...{ partition, batchId: "b", version: "v", execution: `quakes-${partition}` },
  input: { dataset: "quakes", manifest: { bucket: "landing", key: partition } },
});
const plan: Backfill = {
  ...{ source: "usgs", partitions: 4, found: 3, unsettled: ["2026-11-22T06"], isForced: false },
  due: [due("2026-11-22T03"), due("2026-11-22T05")],
};

/** A backfill that goes on when it is told to. */
function held() {
  let say: (line: string) => void = () => {};
  let end: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  const begun: Backfill[] = [];
  const backfills = new Backfills(sessionOf([]), {
    planBackfill: async () => plan,
    backfill: (_session, planned, onProgress) => {
      begun.push(planned);
      say = onProgress;
      return new Promise((resolve, reject) => {
        end = () => resolve([]);
        fail = reject;
      });
    },
  });
  return { backfills, begun, say: (line: string) => say(line), end: () => end(), fail: (error: Error) => fail(error) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a plan says what is due and is begun once, exactly as it was planned; its progress is told", async () => {
  const { backfills, begun, say, end } = held();
  const { id, ...shown } = await backfills.plan(request, now);
  expect(shown).toEqual({
    ...{ partitions: 4, found: 3, unsettled: ["2026-11-22T06"] },
    due: ["2026-11-22T03", "2026-11-22T05"],
  });
  expect([begun, backfills.jobs]).toEqual([[], []]);
  backfills.start(id);
  expect(begun).toEqual([plan]);
  say("1/2 2026-11-22T03: loaded, 7 written");
  expect(backfills.jobs).toMatchObject([{ due: 2, done: 1, line: expect.stringContaining("1/2"), isRunning: true }]);
  end();
  await settled();
  expect(backfills.jobs).toMatchObject([{ isRunning: false }]);
  expect(() => backfills.start(id)).toThrow("Plan the backfill again");
  expect(begun).toHaveLength(1);
});

test("one that breaks off says why, and is no longer running", async () => {
  const { backfills, fail } = held();
  backfills.start((await backfills.plan(request, now)).id);
  fail(new Error("Rate exceeded"));
  await settled();
  expect(backfills.jobs).toMatchObject([{ isRunning: false, line: "broken off: Rate exceeded" }]);
});

test("of many plans the oldest are forgotten", async () => {
  const { backfills } = held();
  const { id: first } = await backfills.plan(request, now);
  for (let more = 0; more < 20; more++) await backfills.plan(request, now);
  expect(() => backfills.start(first)).toThrow("or has expired");
});
