import type { MachineRun, Visit } from "./api.js";

/** One stay in a state, as a bar between the beginning and the end of the run. */
export interface TimelineRow {
  /** Names the row among all. */
  readonly path: string;
  readonly depth: number;
  readonly state: string;
  /** The execution that the state belongs to, and its machine. */
  readonly arn: string;
  readonly machine: string;
  readonly outcome: Visit["outcome"];
  readonly error: string | null;
  readonly seconds: number;
  /** From the run's beginning to its end, 0 to 1. */
  readonly from: number;
  readonly share: number;
  /** Nothing is done meanwhile: the state's name says what is waited for. */
  readonly isWait: boolean;
  /** When the SQL was submitted that runs now; null where none runs. */
  readonly sqlSince: string | null;
}

/** States that take no time of their own, and say nothing but which way was gone. */
const silent: ReadonlySet<string> = new Set(["Choice", "Pass", "Succeed"]);

/** The run and, inside the states that started them, its children, in the order in which they began. */
export function timelineOf(run: MachineRun, now: number): readonly TimelineRow[] {
  const times = run.visits.map(({ startedAt }) => Date.parse(startedAt));
  const begin = Math.min(...times);
  const end = Math.max(...run.visits.map((visit) => endOf(visit, now)));
  return rowsOf(run, { now, begin, whole: Math.max(1, end - begin) }, "", 0);
}

interface Scale {
  readonly now: number;
  readonly begin: number;
  /** Milliseconds. */
  readonly whole: number;
}

const endOf = ({ startedAt, seconds }: Visit, now: number) =>
  seconds === null ? Math.max(now, Date.parse(startedAt)) : Date.parse(startedAt) + seconds * 1000;

/** When an execution of run-statements submitted last. */
const submittedAt = ({ machine, visits }: MachineRun): string | null =>
  machine.endsWith("-run-statements")
    ? (visits.findLast(({ state }) => state.startsWith("Submit the "))?.startedAt ?? null)
    : null;

function rowsOf(run: MachineRun, scale: Scale, prefix: string, depth: number): TimelineRow[] {
  const types = new Map(run.nodes.map(({ name, type }) => [name, type]));
  const started = new Map<string, number>();
  return run.visits.flatMap((visit, index) => {
    const { state, startedAt, outcome, error } = visit;
    const type = types.get(state) ?? "Task";
    if (silent.has(type) && outcome === "done") return [];
    const nth = started.get(state) ?? 0;
    started.set(state, nth + 1);
    const path = `${prefix}/${state}#${index}`;
    const from = Date.parse(startedAt);
    const milliseconds = endOf(visit, scale.now) - from;
    const row: TimelineRow = {
      ...{ path, depth, state, outcome, error, arn: run.arn, machine: run.machine },
      seconds: milliseconds / 1000,
      from: (from - scale.begin) / scale.whole,
      share: milliseconds / scale.whole,
      isWait: type === "Wait",
      sqlSince: outcome === "running" ? submittedAt(run) : null,
    };
    // A state that was tried again has a child for each try; the last visit has what is left.
    const isLast = !run.visits.slice(index + 1).some((later) => later.state === state);
    const children = run.children.filter((child) => child.state === state);
    const own = isLast ? children.slice(nth) : children.slice(nth, nth + 1);
    return [row, ...own.flatMap(({ run: child }) => rowsOf(child, scale, path, depth + 1))];
  });
}

/** Whether a row is seen while those rows are open: all that it lies in have to be. */
export const isShown = ({ path, depth }: TimelineRow, open: ReadonlySet<string>): boolean => {
  if (depth === 0) return true;
  const parts = path.split("/").slice(1);
  return parts.slice(0, -1).every((_, at) => open.has(`/${parts.slice(0, at + 1).join("/")}`));
};

/** The rows that hold others, and of them those where the run failed or stands. */
export function holders(rows: readonly TimelineRow[]): {
  readonly all: ReadonlySet<string>;
  readonly first: ReadonlySet<string>;
} {
  const all = rows.filter(({ depth }, index) => (rows[index + 1]?.depth ?? 0) > depth);
  return {
    all: new Set(all.map(({ path }) => path)),
    first: new Set(all.filter(({ outcome }) => outcome !== "done").map(({ path }) => path)),
  };
}
