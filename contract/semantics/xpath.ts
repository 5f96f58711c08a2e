import { createRequire } from "node:module";
import { z } from "zod";

// The package's own types leave `parse` out, and bring the browser's types into every file.
const parser = z
  .object({ parse: z.function({ input: [z.string()], output: z.looseObject({ expression: z.unknown() }) }) })
  .parse(createRequire(import.meta.url)("xpath"));

/** The functions of XPath 1.0 with the fewest and most arguments of each (W3C XPath 1.0, section 4). */
const functions: Readonly<Record<string, readonly [number, number]>> = {
  last: [0, 0],
  position: [0, 0],
  count: [1, 1],
  id: [1, 1],
  "local-name": [0, 1],
  "namespace-uri": [0, 1],
  name: [0, 1],
  string: [0, 1],
  concat: [2, Number.POSITIVE_INFINITY],
  "starts-with": [2, 2],
  contains: [2, 2],
  "substring-before": [2, 2],
  "substring-after": [2, 2],
  substring: [2, 3],
  "string-length": [0, 1],
  "normalize-space": [0, 1],
  translate: [3, 3],
  boolean: [1, 1],
  not: [1, 1],
  true: [0, 0],
  false: [0, 0],
  lang: [1, 1],
  number: [0, 1],
  sum: [1, 1],
  floor: [1, 1],
  ceiling: [1, 1],
  round: [1, 1],
};
export const xpathFunctions = Object.keys(functions);

export interface XPathProblem {
  readonly problem: string;
  /** The function that XPath 1.0 does not have. */
  readonly unknown?: string;
}

/** What keeps a text from being an XPath 1.0 expression that can be evaluated; undefined when nothing does. */
export function xpathProblem(text: string): XPathProblem | undefined {
  let tree: unknown;
  try {
    tree = parser.parse(text).expression;
  } catch {
    return { problem: unbalanced(text) ?? "cannot be read as XPath 1.0" };
  }
  for (const node of nodesOf(tree)) {
    const variable: unknown = Reflect.get(node, "variable");
    if (typeof variable === "string") return { problem: `has the variable '$${variable}', and nothing sets variables` };
    const name: unknown = Reflect.get(node, "functionName");
    const given: unknown = Reflect.get(node, "arguments");
    if (typeof name !== "string" || !Array.isArray(given)) continue;
    const problem = callProblem(name, given.length);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function callProblem(name: string, given: number): XPathProblem | undefined {
  if (name === "id") return { problem: "calls 'id()', for which the document's DTD would have to be kept" };
  const arity = functions[name];
  if (arity === undefined) return { problem: `calls '${name}()', which XPath 1.0 does not have`, unknown: name };
  const [least, most] = arity;
  if (given >= least && given <= most) return undefined;
  const range =
    least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} or ${most}`;
  return { problem: `gives '${name}()' ${given} arguments; it takes ${range}` };
}

function* nodesOf(value: unknown): Generator<object> {
  if (typeof value !== "object" || value === null) return;
  yield value;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

function unbalanced(path: string): string | undefined {
  const bare = path.replaceAll(/'[^']*'|"[^"]*"/g, "");
  if (/['"]/.test(bare)) return "has a quote that is not closed";
  const open: string[] = [];
  for (const character of bare) {
    if (character === "[") open.push("]");
    if (character === "(") open.push(")");
    if ((character === "]" || character === ")") && open.pop() !== character)
      return `has a '${character}' that nothing opened`;
  }
  return open.length > 0 ? "has a bracket that is not closed" : undefined;
}
