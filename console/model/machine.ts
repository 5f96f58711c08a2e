import { z } from "zod";
import type { Edge, StateNode } from "./api.js";

/** The graph of a state machine: its states, and the ways between them. */
export interface Graph {
  readonly startAt: string;
  readonly nodes: readonly StateNode[];
  readonly edges: readonly Edge[];
}

interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}
const Branch = z.object({ Next: z.string() });
const StateShape = z.object({
  Type: z.string(),
  Comment: z.string().optional(),
  Next: z.string().optional(),
  End: z.boolean().optional(),
  Default: z.string().optional(),
  Choices: z.array(Branch).optional(),
  Catch: z.array(Branch).optional(),
});
type State = z.infer<typeof StateShape> & {
  readonly ItemProcessor?: Machine | undefined;
  readonly Branches?: readonly Machine[] | undefined;
};
const Machine: z.ZodType<Machine> = z.lazy(() => {
  const State = StateShape.extend({ ItemProcessor: Machine.optional(), Branches: z.array(Machine).optional() });
  return z.object({ StartAt: z.string(), States: z.record(z.string(), State) });
});

/**
 * Reads a definition in Amazon States Language. The states inside a Map or Parallel are drawn as what it leads to and
 * what leads back. @throws ZodError when it is none.
 */
export function readGraph(definition: string): Graph {
  const machine = Machine.parse(JSON.parse(definition));
  const { nodes, edges } = graphOf(machine);
  return { startAt: machine.StartAt, nodes, edges: withoutDoubles(edges) };
}

function graphOf(machine: Machine): { readonly nodes: StateNode[]; readonly edges: Edge[] } {
  const nodes: StateNode[] = [];
  const edges: Edge[] = [];
  for (const [name, state] of Object.entries(machine.States)) {
    nodes.push({ name, type: state.Type, comment: state.Comment ?? null });
    for (const inner of [state.ItemProcessor, ...(state.Branches ?? [])]) {
      if (inner === undefined) continue;
      const graph = graphOf(inner);
      nodes.push(...graph.nodes);
      edges.push({ from: name, to: inner.StartAt, kind: "next" }, ...graph.edges, ...waysBack(inner, state));
    }
    edges.push(...waysOf(name, state.Branches === undefined ? state : { ...state, Next: undefined }));
  }
  return { nodes, edges };
}

/** From where a branch of a Parallel ends to what comes after all of them. */
const waysBack = ({ States }: Machine, { Branches, Next }: State): Edge[] =>
  Branches === undefined || Next === undefined
    ? []
    : Object.entries(States)
        .filter(([, { End, Type }]) => End === true || Type === "Succeed")
        .map(([from]) => ({ from, to: Next, kind: "next" as const }));

const waysOf = (from: string, { Next, Default, Choices, Catch }: State): Edge[] => [
  ...(Next === undefined ? [] : [{ from, to: Next, kind: "next" as const }]),
  ...(Choices ?? []).map((choice) => ({ from, to: choice.Next, kind: "choice" as const })),
  ...(Default === undefined ? [] : [{ from, to: Default, kind: "choice" as const }]),
  ...(Catch ?? []).map((caught) => ({ from, to: caught.Next, kind: "catch" as const })),
];

function withoutDoubles(edges: readonly Edge[]): readonly Edge[] {
  const known = new Map<string, Edge>();
  for (const edge of edges) {
    const key = `${edge.from}\n${edge.to}`;
    // A plain way says more than a caught one.
    if (!known.has(key) || known.get(key)?.kind === "catch") known.set(key, edge);
  }
  return [...known.values()];
}
