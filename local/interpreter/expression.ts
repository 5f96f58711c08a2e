import jsonata from "jsonata";
import { isArray, isObject, type Json } from "./json.js";
import { watch } from "./limits.js";

const OPEN = "{%";
const CLOSE = "%}";
const compiled = new Map<string, jsonata.Expression>();

/** The expression in a text such as `{% $x %}`; undefined for plain text. Blanks before or after make it plain (A5.3). */
export function expressionIn(text: string): string | undefined {
  if (text.length < OPEN.length + CLOSE.length || !text.startsWith(OPEN) || !text.endsWith(CLOSE)) return undefined;
  return text.slice(OPEN.length, -CLOSE.length).trim();
}

/** Compiles once, keeps for ever: definitions are few. @throws jsonata's error on bad syntax */
export function compile(expression: string): jsonata.Expression {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const made = jsonata(expression);
  watch(made);
  compiled.set(expression, made);
  return made;
}

export interface FoundExpression {
  readonly expression: string;
  /** Path inside the template, e.g. `Output/files[0]`. */
  readonly path: string;
}

/** Every expression inside a template. */
export function expressionsIn(template: Json, path: string): readonly FoundExpression[] {
  if (typeof template === "string") {
    const expression = expressionIn(template);
    return expression === undefined ? [] : [{ expression, path }];
  }
  if (isArray(template)) return template.flatMap((item, index) => expressionsIn(item, `${path}[${index}]`));
  if (!isObject(template)) return [];
  return Object.entries(template).flatMap(([name, value]) => expressionsIn(value, `${path}/${name}`));
}

/** Which members of `$states` may be read where (A5.8). */
export interface Allowed {
  readonly result?: boolean;
  readonly errorOutput?: boolean;
}

/** What is wrong with an expression before it is ever evaluated; undefined: nothing. */
export function expressionProblem(expression: string, allowed: Allowed): string | undefined {
  let tree: unknown;
  try {
    tree = compile(expression).ast();
  } catch (error) {
    const reason = isObject(error) && typeof error.message === "string" ? error.message : String(error);
    return `The JSONata expression '${expression}' is not valid: ${reason}`;
  }
  return problemIn(tree, allowed);
}

function variableName(node: unknown): string | undefined {
  return isObject(node) && node.type === "variable" && typeof node.value === "string" ? node.value : undefined;
}

function problemIn(node: unknown, allowed: Allowed): string | undefined {
  if (isArray(node)) return firstProblem(node, allowed);
  if (!isObject(node)) return undefined;
  return stepProblem(node, allowed) ?? callProblem(node) ?? firstProblem(Object.values(node), allowed);
}

function firstProblem(nodes: readonly unknown[], allowed: Allowed): string | undefined {
  for (const node of nodes) {
    const problem = problemIn(node, allowed);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function stepProblem(node: Readonly<Record<string, unknown>>, allowed: Allowed): string | undefined {
  if (node.type !== "path" || !isArray(node.steps) || variableName(node.steps[0]) !== "states") return undefined;
  const member = node.steps[1];
  if (!isObject(member) || member.type !== "name" || typeof member.value !== "string") return undefined;
  switch (member.value) {
    case "input":
    case "context":
      return undefined;
    case "result":
      return allowed.result === true
        ? undefined
        : "$states.result is there only in Output and Assign of Task, Map and Parallel";
    case "errorOutput":
      return allowed.errorOutput === true ? undefined : "$states.errorOutput is there only in a Catch";
    default:
      return `$states.${member.value} does not exist; $states has input, result, errorOutput and context`;
  }
}

function callProblem(node: Readonly<Record<string, unknown>>): string | undefined {
  if (node.type === "function" && variableName(node.procedure) === "eval") {
    return "$eval is not available in state machines; $parse reads JSON text";
  }
  if (node.type === "bind" && variableName(node.lhs) === "states") return "$states is reserved and cannot be assigned";
  return undefined;
}
