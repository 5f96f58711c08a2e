import { graphlib, layout } from "@dagrejs/dagre";
import type { Edge, MachineRun, Visit } from "./api.js";

/** What a drawing says about the visited in a state: the last one, and the time of all. */
export interface StateSummary {
  readonly outcome: Visit["outcome"];
  /** Of those that ended. */
  readonly seconds: number;
  /** When the one that lasts began. */
  readonly runningSince: string | null;
  readonly times: number;
  readonly error: string | null;
}

export interface DrawnState {
  readonly name: string;
  readonly type: string;
  readonly comment: string | null;
  /** Top left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly summary: StateSummary | null;
  /** Names the state among all that are drawn. */
  readonly path: string;
  /** The execution that it started last. */
  readonly child: MachineRun | null;
  /** That execution, drawn inside; null when it is closed. */
  readonly inside: DrawnMachine | null;
}

export interface DrawnEdge {
  readonly kind: Edge["kind"];
  readonly isTaken: boolean;
  /** An SVG path. */
  readonly line: string;
}

export interface DrawnMachine {
  readonly width: number;
  readonly height: number;
  readonly states: readonly DrawnState[];
  readonly edges: readonly DrawnEdge[];
}

export interface Drawing {
  /** Every state of the machine, or only those that this run entered. */
  readonly isWhole: boolean;
  readonly isOpen: (path: string) => boolean;
}

export const stateHeight = 38;
const runWidth = 372;
const insideMargin = 12;
const depthStep = 28;

/** Lays out a run on its machine's graph, children inside the states that started them. */
export function drawMachine(run: MachineRun, drawing: Drawing, prefix = "", depth = 0): DrawnMachine {
  const visited = visitsByState(run.visits);
  const graph = new graphlib.Graph().setGraph({ rankdir: "TB", nodesep: 14, ranksep: 20, marginx: 1, marginy: 1 });
  graph.setDefaultEdgeLabel(() => ({}));
  const nodes = run.nodes.filter(({ name }) => drawing.isWhole || visited.has(name));
  const prepared = nodes.map(({ name, type, comment }) => {
    const path = `${prefix}/${name}`;
    const child = run.children.findLast(({ state }) => state === name)?.run ?? null;
    const inside = child !== null && drawing.isOpen(path) ? drawMachine(child, drawing, path, depth + 1) : null;
    const label = name.length + (visited.get(name)?.error?.length ?? 0);
    const own = drawing.isWhole ? Math.round(label * 7.1 + 92) : runWidth - depth * depthStep;
    const width = Math.max(own, (inside?.width ?? 0) + 2 * insideMargin);
    const height = stateHeight + (inside === null ? 0 : inside.height + insideMargin);
    return { name, type, comment, path, child, inside, width, height, summary: visited.get(name) ?? null };
  });
  for (const { name, width, height } of prepared) graph.setNode(name, { width, height });
  const edges = edgesOf(run, drawing);
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    states: prepared.map((state) => {
      const { x = 0, y = 0 } = graph.node(state.name);
      return { ...state, x: Math.round(x - state.width / 2), y: Math.round(y - state.height / 2) };
    }),
    edges: edges.map(({ from, to, kind, isTaken }) => ({
      kind,
      isTaken,
      line: lineOf(graph.edge(from, to)?.points ?? []),
    })),
  };
}

/** The ways of the definition, and whether this run went them; only those it went, unless the whole machine is drawn. */
function edgesOf(
  { visits, edges }: MachineRun,
  { isWhole }: Drawing,
): readonly (Edge & { readonly isTaken: boolean })[] {
  const visited = new Set(visits.map(({ state }) => state));
  // Branches stand among each other in a history: the ways between them are the definition's.
  const gone = edges.filter(({ from, to, kind }) => kind === "next" && visited.has(from) && visited.has(to));
  const taken = new Map<string, Edge>(gone.map((edge) => [`${edge.from}\n${edge.to}`, edge]));
  for (const [index, { state }] of visits.entries()) {
    const before = visits[index - 1]?.state;
    if (before === undefined || before === state) continue;
    const isKnown = edges.some(({ from, to }) => from === before && to === state);
    if (!isKnown && gone.some(({ to }) => to === state)) continue;
    taken.set(`${before}\n${state}`, { from: before, to: state, kind: "next" });
  }
  if (!isWhole) return [...taken.values()].map((edge) => ({ ...edge, isTaken: true }));
  return edges.map((edge) => ({ ...edge, isTaken: taken.has(`${edge.from}\n${edge.to}`) }));
}

/** The visited in each state together. */
export function visitsByState(visits: readonly Visit[]): ReadonlyMap<string, StateSummary> {
  const visited = new Map<string, StateSummary>();
  for (const { state, seconds, startedAt, outcome, error } of visits) {
    const before = visited.get(state);
    visited.set(state, {
      outcome,
      seconds: (before?.seconds ?? 0) + (seconds ?? 0),
      runningSince: seconds === null ? startedAt : null,
      times: (before?.times ?? 0) + 1,
      error,
    });
  }
  return visited;
}

/** Seconds in a state up to a moment. */
export const secondsOf = ({ seconds, runningSince }: StateSummary, now: number) =>
  seconds + (runningSince === null ? 0 : Math.max(0, (now - Date.parse(runningSince)) / 1000));

/** The paths of the states whose child failed or runs: what one wants to see at once. */
export function openAtFirst(run: MachineRun, prefix = ""): readonly string[] {
  const visited = visitsByState(run.visits);
  return run.children.flatMap(({ state, run: child }) => {
    const path = `${prefix}/${state}`;
    return visited.get(state)?.outcome === "done" ? [] : [path, ...openAtFirst(child, path)];
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line through the points, rounded where it turns. */
function lineOf(points: readonly Point[]): string {
  const [first, ...rest] = points.map(({ x, y }) => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 }));
  if (first === undefined) return "";
  const parts = [`M${first.x} ${first.y}`];
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    if (next === undefined) parts.push(`L${point.x} ${point.y}`);
    else parts.push(`Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`);
  }
  return parts.join("");
}
