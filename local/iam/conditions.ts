import type { Statement } from "./document.js";
import { matchesArn, matchesWildcard } from "./wildcards.js";

/** What a request says about itself, by condition key in lower case. A key that is not there is not in the request. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

type Test = (actual: string, expected: string) => boolean;

const operators: Readonly<Record<string, Test>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => matchesWildcard(expected, actual),
  ArnEquals: (actual, expected) => matchesArn(expected, actual),
  ArnLike: (actual, expected) => matchesArn(expected, actual),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
  NumericLessThanEquals: (actual, expected) => Number(actual) <= Number(expected),
  NumericGreaterThan: (actual, expected) => Number(actual) > Number(expected),
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/** True when every condition of a statement holds for the request. */
export function conditionsHold(condition: Statement["Condition"], context: RequestContext): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      holds(operator, context[key.toLowerCase()], [values].flat().map(String)),
    ),
  );
}

/** One key under one operator. Absent: a plain operator fails, a negated one and `…IfExists` hold, as IAM has it. */
function holds(operator: string, actual: string | readonly string[] | undefined, expected: readonly string[]): boolean {
  if (operator === "Null") return expected.every((value) => (value === "true") === (actual === undefined));
  const ifExists = operator.endsWith("IfExists");
  // Of a key with several values one is enough, which is how all are compared here.
  const plain = (ifExists ? operator.slice(0, -"IfExists".length) : operator).replace(/^ForAnyValue:/, "");
  const positive = negations[plain];
  const test = operators[positive ?? plain];
  if (test === undefined) throw new Error(`condition operator ${operator} is not supported in the local account`);
  if (actual === undefined) return ifExists || positive !== undefined;
  const hit = [actual].flat().some((value) => expected.some((wanted) => test(value, wanted)));
  return positive === undefined ? hit : !hit;
}
