import { z } from "zod";

/** A failed Lambda's cause is the JSON of its error (A8.4), a Glue run's its JobRun, a child's its description (A8.10). */
const Cause = z.object({
  errorMessage: z.string().optional(),
  ErrorMessage: z.string().optional(),
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

/** The sentence for a person inside the cause of a failed execution or task, however deep it is wrapped. */
export function causeText(cause: string | null | undefined): string {
  if (cause === null || cause === undefined || cause === "") return "No cause was given.";
  const inner = Cause.safeParse(parse(cause)).data;
  const message = inner?.errorMessage ?? inner?.ErrorMessage;
  if (message !== undefined) return message;
  if (inner?.Cause !== undefined) {
    return `${inner.Error === undefined ? "" : `${inner.Error}: `}${causeText(inner.Cause)}`;
  }
  return inner?.Error ?? cause;
}

/** What an execution failed with: where a child of it failed (A8.10), the child's own error and words. */
export function readFailure(error: string, cause: string | null | undefined): Failure {
  const child = error === "States.TaskFailed" ? Cause.safeParse(parse(cause ?? "")).data : undefined;
  return child?.Error === undefined ? { error, message: causeText(cause) } : readFailure(child.Error, child.Cause);
}

export interface Failure {
  readonly error: string;
  readonly message: string;
}

/** A child's description holds its input too, and a cause is cut at 32,768 characters (A4.13): then its members are looked for. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!text.startsWith('{"')) return undefined;
    return { Error: memberOf(text, "Error"), Cause: memberOf(text, "Cause") };
  }
}

function memberOf(text: string, name: string): string | undefined {
  const [, value] = new RegExp(`[{,]"${name}":("(?:[^"\\\\]|\\\\.)*")`).exec(text) ?? [];
  return value === undefined ? undefined : String(JSON.parse(value));
}
