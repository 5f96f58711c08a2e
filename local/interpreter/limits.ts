import type jsonata from "jsonata";

/** The binding under which an evaluation keeps its limits; no expression can name it. */
export const LIMITS = " limits";

/** The service gives an expression about a second (A5.5). The clock is read only once in so many steps, so that a busy
 * machine fails no expression that is short. */
const STEPS_BETWEEN_LOOKS = 10_000;
const LONGEST_EVALUATION_MS = 1000;
const DEEPEST_EVALUATION = 500;

/** How far one evaluation has gone. */
export class Limits {
  #depth = 0;
  #steps = 0;
  #startedAt: number | undefined;

  /** @throws an error in JSONata's shape, when the evaluation goes too deep or takes too long */
  enter(): void {
    this.#depth += 1;
    this.#steps += 1;
    if (this.#depth > DEEPEST_EVALUATION) {
      throw limitError("Stack overflow error: Check for non-terminating recursive function");
    }
    if (this.#steps % STEPS_BETWEEN_LOOKS !== 0) return;
    this.#startedAt ??= performance.now();
    if (performance.now() - this.#startedAt > LONGEST_EVALUATION_MS) {
      throw limitError("Expression evaluation timeout: Check for infinite loop");
    }
  }

  leave(): void {
    this.#depth -= 1;
  }
}

function limitError(message: string): Error {
  return Object.assign(new Error(message), { code: "U1001" });
}

/** Makes an expression look at the limits of each of its evaluations, through JSONata's own hooks. */
export function watch(expression: jsonata.Expression): void {
  const limitsOf = (environment: jsonata.Environment): Limits | undefined => {
    const found: unknown = environment.lookup(LIMITS);
    return found instanceof Limits ? found : undefined;
  };
  const hooks = {
    entry: (_node: unknown, _input: unknown, environment: jsonata.Environment) => limitsOf(environment)?.enter(),
    exit: (_node: unknown, _input: unknown, environment: jsonata.Environment) => limitsOf(environment)?.leave(),
  };
  assignHook(expression, Symbol.for("jsonata.__evaluate_entry"), hooks.entry);
  assignHook(expression, Symbol.for("jsonata.__evaluate_exit"), hooks.exit);
}

/** `assign` takes symbols, though its types say text only. */
function assignHook(expression: { assign(name: unknown, value: unknown): void }, name: symbol, hook: unknown): void {
  expression.assign(name, hook);
}
