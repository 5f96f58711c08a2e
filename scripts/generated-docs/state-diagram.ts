import { z } from "zod";

const Next = z.object({ Next: z.string() });
const State = z.object({
  Type: z.string(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(Next).default([]),
  Catch: z.array(Next).default([]),
});
const Definition = z.object({ StartAt: z.string(), States: z.record(z.string(), State) });

/** A state machine as a Mermaid flowchart. Catchers are dotted; a Fail state is a hexagon, a Succeed state is round. */
export function stateDiagram(definition: string): string {
  const { StartAt, States } = Definition.parse(JSON.parse(definition));
  const names = Object.keys(States);
  const id = (name: string) => `s${names.indexOf(name)}`;
  const shape = (name: string, type: string) => {
    if (type === "Choice") return `{"${name}"}`;
    if (type === "Fail") return `{{"${name}"}}`;
    return type === "Succeed" ? `(["${name}"])` : `["${name}"]`;
  };
  const states = Object.entries(States).map(([name, { Type }]) => `  ${id(name)}${shape(name, Type)}`);
  const arrows = Object.entries(States).flatMap(([name, state]) => {
    const onward = [state.Next, state.Default, ...state.Choices.map((choice) => choice.Next)];
    const plain = [...new Set(onward)].flatMap((to) => (to === undefined ? [] : [`  ${id(name)} --> ${id(to)}`]));
    const caught = [...new Set(state.Catch.map((each) => each.Next))].map((to) => `  ${id(name)} -.-> ${id(to)}`);
    return [...plain, ...caught];
  });
  return ["```mermaid", "flowchart TD", `  begin((" ")) --> ${id(StartAt)}`, ...states, ...arrows, "```"].join("\n");
}
