import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { VirtualClock } from "../../call/virtual-clock.js";
import {
  begin,
  type HistoryEvent,
  type JournalRecord,
  type Machine,
  type Outcome,
  readDefinition,
  redrive,
  resume,
} from "../../interpreter/index.js";
import { block, type Called, parts, performer } from "./random-machines.js";
import { START } from "./support.js";

async function uninterrupted(machine: Machine) {
  const clock = new VirtualClock(START);
  const records: JournalRecord[] = [];
  const calls: Called[] = [];
  const running = begin(machine, {
    input: { given: 1 },
    invoke: performer(clock, calls),
    clock,
    random: () => 0.5,
    journal: (record) => void records.push(JSON.parse(JSON.stringify(record))),
  });
  return { outcome: await running.outcome, records, calls };
}

async function resumed(machine: Machine, records: readonly JournalRecord[]) {
  const last = records.flatMap(({ events }) => events ?? []).at(-1);
  const clock = new VirtualClock(last?.timestamp ?? START);
  const calls: Called[] = [];
  const running = resume(machine, records, { invoke: performer(clock, calls), clock, random: () => 0.5 });
  return { outcome: await running.outcome, calls };
}

/** Every length, or of very many some thirty spread over them. */
function lengths(first: number, last: number): readonly number[] {
  const step = Math.max(1, Math.ceil((last - first + 1) / 30));
  return Array.from({ length: Math.ceil((last - first + 1) / step) }, (_, index) => first + index * step);
}

function essence({ status, output, error, cause }: Outcome) {
  return { status, output, error, cause };
}

function bare(history: readonly HistoryEvent[]) {
  return history.map(({ timestamp, ...event }) =>
    JSON.stringify(event, (key, value) => (key === "EnteredTime" ? "" : value)),
  );
}

/** States whose Task events in the prefix say how far they had come. */
function stateOfTask(history: readonly HistoryEvent[], type: string): readonly string[] {
  const ids = new Map<number, string>();
  const found: string[] = [];
  for (const event of history) {
    const name = event.stateEnteredEventDetails?.name;
    const state = typeof name === "string" ? name : (ids.get(event.previousEventId) ?? "");
    ids.set(event.id, state);
    if (event.type === type) found.push(state);
  }
  return found;
}

const definition = (list: Parameters<typeof block>[0]) => ({ QueryLanguage: "JSONata", ...block(list, "") });

describe("an execution taken up from any prefix of its journal", () => {
  test("one thing after another: ends the same, with the same history, and repeats nothing that was done", async () => {
    await fc.assert(
      fc.asyncProperty(parts(1), async (list) => {
        const machine = readDefinition(definition(list));
        const whole = await uninterrupted(machine);
        for (const length of lengths(1, whole.records.length)) {
          const prefix = whole.records.slice(0, length);
          const { outcome, calls } = await resumed(machine, prefix);
          expect(essence(outcome)).toEqual(essence(whole.outcome));
          expect(bare(outcome.history)).toEqual(bare(whole.outcome.history));
          const before = prefix.flatMap(({ events }) => events ?? []);
          const done = stateOfTask(before, "TaskStateExited").length;
          const allDone = stateOfTask(whole.outcome.history, "TaskStateExited").length;
          if (done === allDone) expect(calls.filter(({ isResumed }) => isResumed)).toEqual([]);
          const started = stateOfTask(before, "TaskStarted").length;
          // The attempts not yet started, and the one that was under way.
          expect(calls.length).toBeLessThanOrEqual(whole.calls.length - started + 1);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("several things at once: ends the same", async () => {
    await fc.assert(
      fc.asyncProperty(parts(3), async (list) => {
        const machine = readDefinition(definition(list));
        const whole = await uninterrupted(machine);
        for (const length of lengths(1, whole.records.length)) {
          const { outcome } = await resumed(machine, whole.records.slice(0, length));
          expect(essence(outcome)).toEqual(essence(whole.outcome));
          expect(outcome.history.map(({ id }) => id)).toEqual(outcome.history.map((_, index) => index + 1));
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe("a redriven execution", () => {
  /** At least one task that fails, so that there is something to redrive. */
  const broken = parts(1).map((list) => [...list.filter(({ kind }) => kind !== "fail"), { kind: "bad" as const }]);

  test("runs nothing again that had succeeded, and can itself be taken up from any prefix", async () => {
    await fc.assert(
      fc.asyncProperty(broken, async (list) => {
        const machine = readDefinition(definition(list));
        const first = await uninterrupted(machine);
        if (first.outcome.status !== "FAILED") return;
        const records = [...first.records];
        const clock = new VirtualClock(START + 1e6);
        const calls: Called[] = [];
        const options = { invoke: performer(clock, calls, true), clock, random: () => 0.5 };
        const running = redrive(machine, first.records, {
          ...options,
          journal: (record) => void records.push(JSON.parse(JSON.stringify(record))),
        });
        const whole = await running.outcome;
        const before = first.outcome.history.length;
        expect(bare(whole.history.slice(0, before))).toEqual(bare(first.outcome.history));
        expect(whole.history[before]?.type).toBe("ExecutionRedriven");
        // A state outside of Maps and Parallels is there once; inside, an iteration may fail where another succeeded.
        const outside = calls.filter(({ state }) => !state.includes(".")).map(({ state }) => state);
        const done = new Set(stateOfTask(first.outcome.history, "TaskStateExited"));
        expect(outside.filter((state) => done.has(state))).toEqual([]);
        const hasFail = JSON.stringify(list).includes('"fail"');
        if (!hasFail) expect(whole.status).toBe("SUCCEEDED");
        for (const length of lengths(first.records.length + 1, records.length)) {
          const prefix = records.slice(0, length);
          const last = prefix.flatMap(({ events }) => events ?? []).at(-1);
          const later = new VirtualClock(last?.timestamp ?? START);
          const invoke = performer(later, [], true);
          const again = resume(machine, prefix, { ...options, clock: later, invoke });
          const outcome = await again.outcome;
          expect(essence(outcome)).toEqual(essence(whole));
          expect(bare(outcome.history)).toEqual(bare(whole.history));
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe("a Task interrupted", () => {
  const sync = { Type: "Task", Resource: "arn:aws:states:::glue:startJobRun.sync", End: true };

  async function interruptedAt(type: string, state: object) {
    const machine = readDefinition({ QueryLanguage: "JSONata", StartAt: "T", States: { T: state } });
    const records: JournalRecord[] = [];
    const running = begin(machine, {
      input: {},
      invoke: async (task) => {
        if (type === "TaskSubmitted") task.submitted({ JobRunId: "jr_1" });
        return new Promise(() => {});
      },
      clock: new VirtualClock(START),
      journal: (record) => void records.push(record),
    });
    while (!running.journal.history.some((event) => event.type === type))
      await new Promise((resolve) => setImmediate(resolve));
    running.suspend();
    await expect(running.outcome).rejects.toThrow("suspended");
    return { machine, records };
  }

  test("after TaskSubmitted is waited for, not submitted again", async () => {
    const { machine, records } = await interruptedAt("TaskSubmitted", sync);
    const seen: unknown[] = [];
    const { outcome } = resume(machine, records, {
      clock: new VirtualClock(START),
      invoke: async (task) => {
        seen.push(task.resumed);
        task.submitted({ JobRunId: "never" });
        return "done";
      },
    });
    const { history, output } = await outcome;
    expect([seen, output]).toEqual([[{ JobRunId: "jr_1" }], "done"]);
    expect(history.filter(({ type }) => type === "TaskSubmitted")).toHaveLength(1);
  });

  test("before TaskSubmitted is called again, in the same attempt", async () => {
    const { machine, records } = await interruptedAt("TaskStarted", sync);
    const seen: unknown[] = [];
    const { outcome } = resume(machine, records, {
      clock: new VirtualClock(START),
      invoke: async (task) => {
        seen.push([task.resumed, task.retryCount]);
        return "done";
      },
    });
    expect((await outcome).history.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(seen).toEqual([[undefined, 0]]);
  });

  test("whose token was answered ends with the answer, and is not called again", async () => {
    const machine = readDefinition({
      QueryLanguage: "JSONata",
      StartAt: "T",
      States: { T: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", End: true } },
    });
    const records: JournalRecord[] = [];
    let token = "";
    const running = begin(machine, {
      input: {},
      clock: new VirtualClock(START),
      journal: (record) => void records.push(record),
      invoke: async (task) => {
        token = task.token ?? "";
        return new Promise(() => {});
      },
    });
    while (token === "") await new Promise((resolve) => setImmediate(resolve));
    expect(running.answer(token, { output: "answered" })).toBe(true);
    running.suspend();
    const { outcome } = resume(machine, records, {
      clock: new VirtualClock(START),
      invoke: async () => {
        throw new Error("called again");
      },
    });
    expect(await outcome).toMatchObject({ status: "SUCCEEDED", output: "answered" });
  });

  test("its deadline counts from its start, over the interruption", async () => {
    const { machine, records } = await interruptedAt("TaskSubmitted", { ...sync, TimeoutSeconds: 60 });
    const clock = new VirtualClock(START + 59_000);
    const { outcome } = resume(machine, records, { clock, invoke: () => new Promise(() => {}) });
    expect(await outcome).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    expect(clock.now()).toBe(START + 60_000);
  });
});
