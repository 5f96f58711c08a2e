import { type Allowed, expressionIn, expressionProblem, expressionsIn } from "./expression.js";
import type { Finding } from "./findings.js";
import { isArray, isJson, isObject, type Json, type JsonObject } from "./json.js";

type Raw = Readonly<Record<string, unknown>>;

const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  "InputPath",
  "OutputPath",
  "ResultPath",
  "Parameters",
  "ResultSelector",
  "ItemsPath",
  "Result",
  "Variable",
  "SecondsPath",
  "TimestampPath",
  "TimeoutSecondsPath",
  "HeartbeatSecondsPath",
  "ErrorPath",
  "CausePath",
  "MaxConcurrencyPath",
]);
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const LONGEST_VARIABLE_NAME = 80;

/** Reads the fields of one object of a definition, and notes what is wrong with them instead of throwing. */
export class Fields {
  readonly path: string;
  readonly #raw: Raw;
  readonly #findings: Finding[];
  readonly #read = new Set<string>();

  constructor(raw: Raw, path: string, findings: Finding[]) {
    this.#raw = raw;
    this.path = path;
    this.#findings = findings;
  }

  problem(message: string, field?: string): void {
    const location = field === undefined ? this.path || "/" : `${this.path}/${field}`;
    this.#findings.push({ code: "SCHEMA_VALIDATION_FAILED", message, location });
  }

  at(field: string): unknown {
    this.#read.add(field);
    return this.#raw[field];
  }

  has(field: string): boolean {
    return this.#raw[field] !== undefined;
  }

  text(field: string): string | undefined {
    const value = this.at(field);
    if (value === undefined || typeof value === "string") return value;
    this.problem("Expected value of type String", field);
    return undefined;
  }

  requiredText(field: string): string {
    const value = this.text(field);
    if (value !== undefined && value !== "") return value;
    if (value !== undefined || !this.has(field)) this.problem(`The field '${field}' is required but was missing`);
    return "";
  }

  flag(field: string): boolean {
    const value = this.at(field);
    if (value === undefined || typeof value === "boolean") return value ?? false;
    this.problem("Expected value of type Boolean", field);
    return false;
  }

  /** A number between two limits, `fallback` when absent. */
  number(field: string, limits: { min: number; max?: number; whole?: boolean; above?: boolean }): number | undefined {
    const value = this.at(field);
    if (value === undefined) return undefined;
    const problem = numberProblem(value, limits);
    if (problem !== undefined) this.problem(problem, field);
    return typeof value === "number" && problem === undefined ? value : undefined;
  }

  /** A number, or an expression that gives one when it is needed. */
  numberOrExpression(
    field: string,
    limits: { min: number; max?: number; whole?: boolean; above?: boolean },
  ): number | string | undefined {
    const value = this.at(field);
    if (typeof value !== "string") return this.number(field, limits);
    return this.#expression(value, field) ? value : undefined;
  }

  #expression(value: string, field: string, allowed: Allowed = {}): boolean {
    const expression = expressionIn(value);
    if (expression === undefined) {
      this.problem("Expected a number, or a JSONata expression between {% and %}", field);
      return false;
    }
    const problem = expressionProblem(expression, allowed);
    if (problem !== undefined) this.problem(problem, field);
    return problem === undefined;
  }

  /** Any JSON, whose texts may be expressions. */
  template(field: string, allowed: Allowed): Json | undefined {
    const value = this.at(field);
    if (value === undefined) return undefined;
    if (!isJson(value)) {
      this.problem("Expected a JSON value", field);
      return undefined;
    }
    for (const found of expressionsIn(value, field)) {
      const problem = expressionProblem(found.expression, allowed);
      if (problem !== undefined) this.problem(problem, found.path);
    }
    return value;
  }

  /** A text that may be an expression. */
  textTemplate(field: string, allowed: Allowed): string | undefined {
    const value = this.template(field, allowed);
    if (value === undefined || typeof value === "string") return value;
    this.problem("Expected value of type String", field);
    return undefined;
  }

  /** Assign: an object with one member a variable. */
  assign(allowed: Allowed): JsonObject | undefined {
    const value = this.template("Assign", allowed);
    if (value === undefined) return undefined;
    if (isArray(value) || !isObject(value)) {
      this.problem("Expected value of type Object", "Assign");
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (name === "states") this.problem("The variable name 'states' is reserved", "Assign/states");
      else if (name.length > LONGEST_VARIABLE_NAME || !VARIABLE_NAME.test(name)) {
        this.problem(`'${name}' is not a variable name`, `Assign/${name}`);
      }
    }
    return value;
  }

  /** The objects of a list, each with its own fields. */
  list(field: string): readonly Fields[] | undefined {
    const value = this.at(field);
    if (value === undefined) return undefined;
    if (!isArray(value)) {
      this.problem("Expected value of type Array", field);
      return undefined;
    }
    return value.flatMap((item, index) => {
      const path = `${field}[${index}]`;
      if (isObject(item)) return [new Fields(item, `${this.path}/${path}`, this.#findings)];
      this.problem("Expected value of type Object", path);
      return [];
    });
  }

  object(field: string): Fields | undefined {
    const value = this.at(field);
    if (value === undefined) return undefined;
    if (isObject(value)) return new Fields(value, `${this.path}/${field}`, this.#findings);
    this.problem("Expected value of type Object", field);
    return undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.#raw);
  }

  /** Refuses JSONPath by name, and every field that nobody asked for. */
  finish(): void {
    this.text("Comment");
    if (this.has("QueryLanguage") && this.text("QueryLanguage") !== "JSONata") {
      this.problem("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
    }
    for (const name of Object.keys(this.#raw)) {
      if (this.#read.has(name)) continue;
      const isJsonPath = JSONPATH_FIELDS.has(name) || name.endsWith(".$");
      this.problem(
        isJsonPath ? `The field '${name}' belongs to JSONPath; this machine is JSONata` : "Field is not supported",
        name,
      );
    }
  }
}

function numberProblem(
  value: unknown,
  limits: { min: number; max?: number; whole?: boolean; above?: boolean },
): string | undefined {
  if (typeof value !== "number") return "Expected value of type Number";
  if (limits.whole !== false && !Number.isInteger(value)) return "Expected value of type Integer";
  if (limits.above === true ? value <= limits.min : value < limits.min) {
    return `Value must be ${limits.above === true ? "greater than" : "at least"} ${limits.min}`;
  }
  return limits.max !== undefined && value > limits.max ? `Value must be at most ${limits.max}` : undefined;
}
