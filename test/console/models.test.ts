import { describe, expect, test } from "@jest/globals";
import type { Row, Visit } from "../../console/model/api.js";
import {
  firstSpan,
  gridRow,
  hasTrouble,
  moved,
  nextColumn,
  partitionsOf,
  spanTo,
  stateOf,
  tally,
  worst,
  writtenAs,
} from "../../console/model/grid.js";
import { drawMachine, openAtFirst, secondsOf, visitsByState } from "../../console/model/layout.js";
import { readGraph } from "../../console/model/machine.js";
import { dollars, longDuration, percent } from "../../console/model/measures.js";
import { reconciliation } from "../../console/model/reconciliation.js";
import { holders, isShown, timelineOf } from "../../console/model/timeline.js";
import { age, duration, partitionWords, several, wholeNumber } from "../../console/model/words.js";
import { definitionText, machineNames } from "../../state-machines/definitions.js";
import { now } from "./sample-rows.js";
import { sampleRun } from "./sample-run.js";

const row = (granularity: Row["granularity"], cells: Row["cells"]): Row => ({
  ...{ dataset: "orders", source: "shop", owner: null, description: "", freshness: null },
  granularity,
  cells,
});

describe("the grid", () => {
  test("ends now in hours, when a dataset is hourly and something is new", () => {
    const span = firstSpan([row("hour", [["2026-11-25T01", "loaded"]])], now);
    expect(span).toEqual({ unit: "hour", count: 168, end: "2026-11-25T02" });
    expect([partitionsOf(span)[0], partitionsOf(span).length]).toEqual(["2026-11-18T03", 168]);
  });

  test("a day of an hourly dataset is written as its first or last hour, an hour of a daily one as its day", () => {
    expect((["first", "last"] as const).map((end) => writtenAs("hour", "2026-11-25", end))).toEqual([
      "2026-11-25T00",
      "2026-11-25T23",
    ]);
    expect(writtenAs("hour", "2026-11-25T02", "last")).toBe("2026-11-25T02");
    expect(["2026-11-25", "2026-11-25T02"].map((partition) => writtenAs("day", partition, "last"))).toEqual([
      "2026-11-25",
      "2026-11-25",
    ]);
  });

  test("ends at the newest partition, when nothing happened lately; daily datasets alone are shown in days", () => {
    expect(firstSpan([row("day", [["2018-02-07", "loaded"]])], now)).toMatchObject({ unit: "day", end: "2018-02-07" });
    const mixed = [row("hour", []), row("day", [["2018-02-07", "loaded"]])];
    expect(firstSpan(mixed, now)).toMatchObject({ unit: "hour", end: "2018-02-07T23" });
    expect(firstSpan([], now)).toMatchObject({ unit: "day", end: "2026-11-25" });
  });

  test("moves by columns", () => {
    expect(moved(spanTo("hour", "2026-11-25T02"), -24).end).toBe("2026-11-24T02");
    expect(moved(spanTo("day", "2026-11-25"), 7).end).toBe("2026-12-02");
  });

  const span = { unit: "hour", count: 48, end: "2026-11-25T23" } as const;

  test("a day lies over its hours, is one cell to keys and counts once", () => {
    const daily = gridRow(
      row("day", [
        ["2026-11-25", "failed"],
        ["2026-11-24", "loaded"],
      ]),
      span,
    );
    expect([...daily.states].map(stateOf)).toEqual([...Array(24).fill("loaded"), ...Array(24).fill("failed")]);
    expect(nextColumn(daily, span, 47, -1)).toBe(23);
    expect(nextColumn(daily, span, 3, -1)).toBe(0);
    expect(tally([daily], span)).toMatchObject({ loaded: 1, failed: 1 });
    expect(hasTrouble(daily)).toBe(true);
  });

  test("a day of hours shows the state that somebody has to act on first", () => {
    const cells: Row["cells"] = [
      ["2026-11-25T00", "loaded"],
      ["2026-11-25T01", "refused"],
      ["2026-11-25T02", "running"],
    ];
    const hourly = gridRow(row("hour", cells), spanTo("day", "2026-11-25"));
    expect(stateOf(hourly.states[59] ?? 0)).toBe("refused");
    expect(hasTrouble(gridRow(row("hour", cells), spanTo("day", "2026-11-24")))).toBe(false);
    expect(worst(["loaded", "expected", "overdue", "running"])).toBe("overdue");
  });
});

describe("a run on its machine", () => {
  test.each(machineNames)("the graph of %s has every state, and ways only between states", (name) => {
    const { nodes, edges, startAt } = readGraph(definitionText(name));
    const names = nodes.map((node) => node.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(startAt);
    for (const { from, to } of edges) expect([names.includes(from), names.includes(to)]).toEqual([true, true]);
    // Every state but the first is led to.
    const led = new Set(edges.map(({ to }) => to));
    expect(names.filter((each) => !led.has(each) && each !== startAt)).toEqual([]);
  });

  const { machine } = sampleRun("failed");
  const closed = { isWhole: false, isOpen: () => false };

  test("this run: the states it entered, from the top, joined by the ways it went", () => {
    const { states, edges } = drawMachine(machine, closed);
    expect(states.map(({ name }) => name)).toEqual(machine.visits.map(({ state }) => state));
    const tops = states.map(({ y }) => y);
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
    expect(edges.every(({ isTaken }) => isTaken)).toBe(true);
    // One more than a line would have: two branches lead to what comes after them.
    expect(edges).toHaveLength(states.length);
  });

  test("the whole machine: every state once, none over another", () => {
    const { states, width, height } = drawMachine(machine, { ...closed, isWhole: true });
    expect(states).toHaveLength(machine.nodes.length);
    for (const [index, a] of states.entries()) {
      expect([a.x >= 0, a.y >= 0, a.x + a.width <= width, a.y + a.height <= height]).toEqual([true, true, true, true]);
      for (const b of states.slice(index + 1)) {
        const isApart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect([a.name, b.name, isApart]).toEqual([a.name, b.name, true]);
      }
    }
  });

  test("what failed is open at first, and its child is drawn inside it", () => {
    expect(openAtFirst(machine)).toEqual(["/Upsert the rows"]);
    const { states } = drawMachine(machine, { isWhole: false, isOpen: (path) => path === "/Upsert the rows" });
    const last = states.at(-1);
    expect(last?.inside?.states.map(({ name }) => name)).toContain("The statement failed");
    expect(last?.height).toBeGreaterThan(last?.inside?.height ?? 0);
    expect(last?.width).toBeGreaterThan(last?.inside?.width ?? 0);
  });

  test("stays in one state add up; the one that lasts grows", () => {
    const visit = (seconds: number | null, startedAt: string): Visit => ({
      ...{ state: "Wait", seconds, startedAt, error: null },
      outcome: seconds === null ? "running" : "done",
    });
    const stay = visitsByState([visit(2, now), visit(3, now), visit(null, now)]).get("Wait");
    expect(stay).toMatchObject({ times: 3, seconds: 5, outcome: "running" });
    expect(stay && secondsOf(stay, Date.parse(now) + 4000)).toBe(9);
  });
});

describe("where the records went", () => {
  const counts = sampleRun("loaded").counts;

  test("both equations, each part as large as its share", () => {
    const [read, written] = reconciliation(counts);
    expect(read).toMatchObject({ whole: "read", total: 48_211, difference: 0 });
    expect(written?.parts.map(({ name, count }) => [name, count])).toEqual([
      ["inserted", 31_420],
      ["updated", 15_902],
      ["deleted", 61],
      ["outdated", 531],
    ]);
    for (const bar of [read, written]) {
      expect(bar?.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(bar?.parts.every(({ count, share }) => count > 0 === share > 0)).toBe(true);
    }
  });

  test("what does not add up is said; what is not known yet is not drawn; nothing read is a bar of nothing", () => {
    expect(reconciliation({ ...counts, rejected: 3 })[0]?.difference).toBe(5);
    expect(reconciliation(sampleRun("failed").counts).map(({ whole }) => whole)).toEqual(["read"]);
    expect(reconciliation({ ...counts, read: null, written: null })).toEqual([]);
    const none = reconciliation({ ...counts, read: 0, written: 0, deduplicated: 0, rejected: 0 });
    expect(none[0]?.parts.map(({ share }) => share)).toEqual([0, 0, 0]);
  });
});

test("words", () => {
  expect([0.04, 9.96, 59.7, 60, 200, 3600, 7500].map(duration)).toEqual([
    "0.0 s",
    "10 s",
    "1 min",
    "1 min",
    "3 min 20 s",
    "1 h",
    "2 h 5 min",
  ]);
  const ages = ["2026-11-25T02:19:30Z", "2026-11-25T01:30:00Z", "2026-11-23T22:20:00Z", "2026-11-20T02:20:00Z"];
  expect(ages.map((from) => age(from, now))).toEqual(["just now", "50 min", "28 h", "5 d"]);
  expect([partitionWords("2026-01-02T05"), partitionWords("2026-12-31")]).toEqual([
    "2 Jan 2026, 05:00 UTC",
    "31 Dec 2026",
  ]);
  expect([wholeNumber(1_234_567), wholeNumber(12), several(1, "batch", "batches"), several(0, "file")]).toEqual([
    "1,234,567",
    "12",
    "1 batch",
    "0 files",
  ]);
});

describe("a run in time", () => {
  const { machine } = sampleRun("failed");
  const rows = timelineOf(machine, Date.parse("2026-11-25T02:00:00Z"));

  test("has a bar for each stay in a state that does something, its children below it, from 0 to 1", () => {
    const names = rows.map(({ state, depth }) => `${depth} ${state}`);
    expect(names.slice(0, 4)).toEqual([
      "0 Validate the manifest",
      "0 Convert the partition and inspect the target",
      "0 Convert the partition to Parquet",
      "1 Run the Glue job",
    ]);
    expect(names.some((name) => name.includes("?"))).toBe(false);
    const last = rows.find(({ state }) => state === "Upsert the rows");
    expect(last).toMatchObject({ outcome: "failed", error: "StatementFailed", seconds: 43.6 });
    expect((last?.from ?? 0) + (last?.share ?? 0)).toBeCloseTo(1);
    expect(Math.min(...rows.map(({ from }) => from))).toBe(0);
  });

  test("shows what failed open, and the rest when it is asked for", () => {
    const { all, first } = holders(rows);
    expect([all.size, first.size]).toEqual([2, 1]);
    expect(rows.filter((row) => isShown(row, first)).map(({ state }) => state)).toContain("Submit the batch");
    expect(rows.filter((row) => isShown(row, first)).map(({ state }) => state)).not.toContain("Run the Glue job");
    expect(rows.every((row) => isShown(row, all))).toBe(true);
  });

  test("grows while it runs", () => {
    const running = timelineOf(sampleRun("running").machine, Date.parse("2026-11-25T01:20:00Z"));
    expect(running.at(-1)).toMatchObject({ state: "Run the Glue job", outcome: "done" });
    expect(running.find(({ outcome }) => outcome === "running")?.seconds).toBeGreaterThan(200);
  });
});

test.each([
  [percent(0), "0 %"],
  [percent(0.99996), "99.99 %"],
  [percent(1), "100 %"],
  [percent(0.00001), "<0.01 %"],
  [percent(0.0123), "1.2 %"],
  [dollars(0.000_31), "$0.00031"],
  [dollars(1.2), "$1.20"],
  [longDuration(90), "1 min 30 s"],
  [longDuration(40 * 86_400), "40 d"],
])("a measure in words: %s", (words, expected) => expect(words).toBe(expected));
