import { compile, expressionIn } from "./expression.js";
import { evaluationFailed, type Place, type StateFailed } from "./failure.js";
import { awsFunctions, type Sources } from "./functions.js";
import { isArray, isObject, type Json, type JsonObject, typeName } from "./json.js";
import { LIMITS, Limits } from "./limits.js";

/** What an expression may read. */
export interface Scope {
  readonly variables: JsonObject;
  readonly states: {
    readonly input: Json;
    readonly context: JsonObject;
    readonly result?: Json;
    readonly errorOutput?: Json;
  };
}

export interface Evaluator {
  readonly place: Place;
  readonly scope: Scope;
  readonly sources: Sources;
}

/** Replaces every expression of a template by its value. `field` names the template in causes.
 * @throws StateFailed States.QueryEvaluationError, when one fails, or gives nothing, or a function */
export async function evaluateTemplate(template: Json, field: string, evaluator: Evaluator): Promise<Json> {
  if (typeof template === "string") {
    const expression = expressionIn(template);
    return expression === undefined ? template : evaluateExpression(expression, field, evaluator);
  }
  if (isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await evaluateTemplate(item, `${field}[${index}]`, evaluator));
    }
    return items;
  }
  if (!isObject(template)) return template;
  const members: Record<string, Json> = {};
  for (const [name, value] of Object.entries(template)) {
    members[name] = await evaluateTemplate(value, `${field}/${name}`, evaluator);
  }
  return members;
}

/** A template whose value must be of one type. @throws StateFailed */
export async function evaluateTyped<T extends Json>(
  template: Json,
  field: string,
  expected: string,
  isExpected: (value: Json) => value is T,
  evaluator: Evaluator,
): Promise<T> {
  const value = await evaluateTemplate(template, field, evaluator);
  if (isExpected(value)) return value;
  throw unexpectedType(template, field, expected, value, evaluator.place);
}

function unexpectedType(template: Json, field: string, expected: string, value: Json, place: Place): StateFailed {
  const expression = typeof template === "string" ? expressionIn(template) : undefined;
  const text =
    expression === undefined
      ? `The field '${field}' has an unexpected type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`
      : `The JSONata expression '${expression}' specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`;
  return evaluationFailed(place, field, text);
}

async function evaluateExpression(expression: string, field: string, evaluator: Evaluator): Promise<Json> {
  const fail = (text: string) =>
    evaluationFailed(
      evaluator.place,
      field,
      `The JSONata expression '${expression}' specified for the field '${field}' ${text}`,
    );
  let value: unknown;
  try {
    value = await compile(expression).evaluate(undefined, bindings(evaluator));
  } catch (error) {
    const code = isObject(error) && typeof error.code === "string" ? `${error.code}: ` : "";
    const message = isObject(error) && typeof error.message === "string" ? error.message : String(error);
    throw fail(`threw an error during evaluation. ${code}${message}`);
  }
  if (value === undefined) throw fail("returned nothing (undefined).");
  const json = toJson(value);
  if (json === undefined) throw fail("returned an unsupported result type.");
  return json;
}

function bindings({ scope, sources }: Evaluator): Record<string, unknown> {
  return { ...awsFunctions(sources), ...scope.variables, states: scope.states, [LIMITS]: new Limits() };
}

/** JSONata's value as plain JSON; undefined when a function is in it. Members without a value are left out. */
function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (isArray(value)) {
    const items: Json[] = [];
    for (const item of value) {
      const json = toJson(item);
      if (json === undefined) return undefined;
      items.push(json);
    }
    return items;
  }
  return isObject(value) && !isFunction(value) ? objectToJson(value) : undefined;
}

function objectToJson(value: Readonly<Record<string, unknown>>): Json | undefined {
  const members: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const json = toJson(member);
    if (json === undefined) return undefined;
    members[name] = json;
  }
  return members;
}

function isFunction(value: Readonly<Record<string, unknown>>): boolean {
  return value._jsonata_lambda === true || value._jsonata_function === true;
}
