import fc from "fast-check";
import type { VirtualClock } from "../../call/virtual-clock.js";
import { type Invoke, TaskFailure } from "../../interpreter/index.js";

const LEAVES = ["pass", "ok", "flaky", "caught", "sync", "token", "slow", "wait", "choice", "bad", "fail"] as const;

/** Machines made at random, whose tasks behave as their arguments say. */
type Part =
  | { readonly kind: (typeof LEAVES)[number] }
  | {
      readonly kind: "map";
      readonly items: number;
      readonly atOnce: number;
      readonly retries: boolean;
      readonly parts: readonly Part[];
    }
  | { readonly kind: "parallel"; readonly branches: readonly (readonly Part[])[]; readonly catches: boolean };

const TASK = "arn:aws:states:::lambda:invoke";
const BUSY = { ErrorEquals: ["Busy"], IntervalSeconds: 5, MaxAttempts: 2 };

function leaf(): fc.Arbitrary<Part> {
  // Those that go on come more often than those that end everything.
  const going = fc.constantFrom(...LEAVES.slice(0, 9));
  return fc
    .oneof({ weight: 8, arbitrary: going }, { weight: 1, arbitrary: fc.constantFrom(...LEAVES) })
    .map((kind) => ({ kind }));
}

/** `mostAtOnce` 1: everything happens in one order. */
export function parts(mostAtOnce: number, depth = 2): fc.Arbitrary<readonly Part[]> {
  const inner = depth === 0 ? fc.array(leaf(), { minLength: 1, maxLength: 2 }) : parts(mostAtOnce, depth - 1);
  const map = fc.record({
    kind: fc.constant("map" as const),
    items: fc.integer({ min: 0, max: 3 }),
    atOnce: fc.integer({ min: 1, max: mostAtOnce }),
    retries: fc.boolean(),
    parts: inner,
  });
  const parallel = fc.record({
    kind: fc.constant("parallel" as const),
    branches: fc.array(inner, { minLength: 1, maxLength: mostAtOnce }),
    catches: fc.boolean(),
  });
  const all =
    depth === 0
      ? leaf()
      : fc.oneof({ weight: 4, arbitrary: leaf() }, { weight: 1, arbitrary: map }, { weight: 1, arbitrary: parallel });
  return fc.array(all, { minLength: 1, maxLength: depth === 0 ? 2 : 4 });
}

/** The block of a list of parts, one state after the other; names say where a state is. */
export function block(list: readonly Part[], path: string): { StartAt: string; States: Record<string, unknown> } {
  const name = (index: number) => `${path}${index} ${list[index]?.kind}`;
  const states = list.map((part, index): [string, unknown] => {
    const isLast = index === list.length - 1;
    const next = isLast ? { End: true } : { Next: name(index + 1) };
    return [name(index), state(part, `${path}${index}.`, next, isLast ? undefined : name(index + 1))];
  });
  // What nobody reaches behind a Fail would be refused.
  const fail = list.findIndex(({ kind }) => kind === "fail");
  return { StartAt: name(0), States: Object.fromEntries(fail < 0 ? states : states.slice(0, fail + 1)) };
}

function state(part: Part, path: string, next: object, following: string | undefined): unknown {
  const task = { Type: "Task", Resource: TASK, Arguments: { does: part.kind, given: "{% $states.input %}" }, ...next };
  switch (part.kind) {
    case "pass":
      return {
        Type: "Pass",
        Assign: { [`v${path.replaceAll(".", "_")}`]: "{% $states.input %}" },
        Output: { from: path },
        ...next,
      };
    case "wait":
      return { Type: "Wait", Seconds: 60, ...next };
    case "fail":
      return { Type: "Fail", Error: "Given", Cause: `at ${path}` };
    case "choice":
      return following === undefined
        ? { Type: "Pass", ...next }
        : {
            Type: "Choice",
            Choices: [{ Condition: "{% $exists($states.input) %}", Output: { chosen: path }, Next: following }],
          };
    case "flaky":
      return { ...task, Retry: [BUSY] };
    case "caught":
      return following === undefined
        ? task
        : { ...task, Catch: [{ ErrorEquals: ["Bad"], Output: "{% $states.errorOutput %}", Next: following }] };
    case "sync":
      return { ...task, Resource: "arn:aws:states:::glue:startJobRun.sync" };
    case "token":
      return { ...task, Resource: `${TASK}.waitForTaskToken`, HeartbeatSeconds: 600, TimeoutSeconds: 3600 };
    case "slow":
      return { ...task, TimeoutSeconds: 30, Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 1 }] };
    case "map":
      return {
        Type: "Map",
        Items: `{% [1..${part.items}] %}`,
        MaxConcurrency: part.atOnce,
        ItemProcessor: block(part.parts, path),
        ...(part.retries ? { Retry: [{ ErrorEquals: ["Given", "Bad"], MaxAttempts: 1 }] } : {}),
        ...next,
      };
    case "parallel":
      return {
        Type: "Parallel",
        Branches: part.branches.map((branch, index) => block(branch, `${path}${index}.`)),
        ...(part.catches && following !== undefined
          ? { Catch: [{ ErrorEquals: ["States.ALL"], Next: following }] }
          : {}),
        ...next,
      };
    default:
      return task;
  }
}

export interface Called {
  readonly state: string;
  readonly isResumed: boolean;
}

/** Performs the tasks of such machines; notes each call. `isFixed`: those that always fail now work. */
export function performer(clock: VirtualClock, calls: Called[], isFixed = false): Invoke {
  return async (task) => {
    calls.push({ state: task.state, isResumed: task.resumed !== undefined });
    const kind = task.state.slice(task.state.lastIndexOf(" ") + 1);
    const result = { did: task.state, attempt: task.retryCount };
    if ((kind === "bad" || kind === "caught") && !isFixed) throw new TaskFailure("Bad", "always");
    if (kind === "flaky" && task.retryCount === 0) throw new TaskFailure("Busy", "at first");
    if (kind === "slow" && task.retryCount === 0) await clock.sleep(100_000, task.signal);
    if (kind === "sync") {
      if (task.resumed === undefined) task.submitted({ run: task.state });
      await clock.sleep(10_000, task.signal);
    }
    if (kind === "token") void clock.sleep(20_000).then(() => task.succeed(result));
    return result;
  };
}
