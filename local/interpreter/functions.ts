import { createHash, randomUUID } from "node:crypto";
import { compile } from "./expression.js";
import { isArray, parseJson } from "./json.js";

/** Where the functions of an expression take time and chance from. */
export interface Sources {
  readonly now: () => number;
  readonly random: () => number;
}

/** An error as JSONata's own functions throw them. */
class FunctionError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "FunctionError";
    this.code = code;
  }
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);
const LONGEST_RANGE = 1000;

function partition(items: unknown, size: unknown): unknown {
  if (items === undefined) return undefined;
  const list = isArray(items) ? items : [items];
  if (typeof size !== "number" || !Number.isInteger(size) || size < 1) {
    throw new FunctionError("T0410", 'Argument 2 of function "partition" must be an integer greater than 0');
  }
  const parts = [];
  for (let start = 0; start < list.length; start += size) parts.push(list.slice(start, start + size));
  return parts;
}

function range(first: unknown, last: unknown, step: unknown): unknown {
  if (typeof first !== "number" || typeof last !== "number" || typeof step !== "number") {
    throw new FunctionError("T0410", 'The arguments of function "range" must be three numbers');
  }
  if (step === 0) throw new FunctionError("D3000", 'The step of function "range" must not be 0');
  const count = Math.floor((last - first) / step) + 1;
  if (count > LONGEST_RANGE)
    throw new FunctionError("D3000", `Function "range" gives at most ${LONGEST_RANGE} numbers`);
  return asSequence(Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step));
}

/** A list as JSONata's own operators make them: of one element it is that element, of none it is nothing. So AWS's
 * `$range` gives 1 for 1, 9, 9, where `$partition` keeps `[[0]]` (J4.1, recorded executions). */
function asSequence(items: unknown[]): unknown[] {
  return Object.defineProperty(items, "sequence", { enumerable: false, value: true });
}

function hash(data: unknown, algorithm: unknown): unknown {
  if (data === undefined) return undefined;
  const name = typeof algorithm === "string" ? HASHES.get(algorithm) : undefined;
  if (typeof data !== "string" || name === undefined) {
    const names = [...HASHES.keys()].join(", ");
    throw new FunctionError("T0410", `Function "hash" takes a string and one of ${names}`);
  }
  return createHash(name).update(data).digest("hex");
}

/** The same seed gives the same number, in [0, 1). */
function random(seed: unknown, sources: Sources): unknown {
  if (seed === undefined) return sources.random();
  if (typeof seed !== "number") throw new FunctionError("T0410", 'The seed of function "random" must be a number');
  return createHash("sha256").update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== "string") throw new FunctionError("T0410", 'Function "parse" takes a string');
  try {
    return parseJson(text);
  } catch (error) {
    throw new FunctionError("D3120", `The argument of function "parse" is not JSON: ${String(error)}`);
  }
}

/** The bindings that Step Functions adds to JSONata (A5.4), with time taken from the clock, and without $eval. */
export function awsFunctions(sources: Sources): Record<string, unknown> {
  return {
    partition,
    range,
    hash,
    parse,
    random: (seed: unknown) => random(seed, sources),
    uuid: () => randomUUID(),
    millis: () => sources.now(),
    now: async (picture: unknown, timezone: unknown) => {
      if (picture === undefined) return new Date(sources.now()).toISOString();
      const text: unknown = await compile("$fromMillis($millis, $picture, $timezone)").evaluate(undefined, {
        millis: sources.now(),
        picture,
        timezone,
      });
      return text;
    },
    eval: undefined,
  };
}
