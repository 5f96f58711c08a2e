import type { z } from "zod";
import { AwsError, type Shape } from "../call/call.js";

/** The input of an operation in its parsed shape.
 * @throws AwsError InvalidInputException that names the member */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: Shape): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new AwsError("InvalidInputException", sentence(result.error.issues));
}

/** The properties of a template's resource in their parsed shape.
 * @throws Error that names the resource and the property */
export function parseProperties<Schema extends z.ZodType>(
  schema: Schema,
  resource: { readonly type: string; readonly logicalId: string; readonly stack: string; readonly properties: Shape },
): z.infer<Schema> {
  const result = schema.safeParse(resource.properties);
  if (result.success) return result.data;
  throw new Error(
    `The local account cannot take ${resource.type} ${resource.logicalId} of stack ${resource.stack}: ${sentence(result.error.issues)}`,
  );
}

function sentence(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  return issues.map((issue) => `${issue.path.map(String).join(".") || "input"}: ${issue.message}`).join("; ");
}

export function entityNotFound(message: string): AwsError {
  return new AwsError("EntityNotFoundException", message);
}

export function alreadyExists(message: string): AwsError {
  return new AwsError("AlreadyExistsException", message);
}

/** One page of a list. The token is the place of the next item. @throws AwsError InvalidInputException */
export function page<Item>(
  items: readonly Item[],
  request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  defaultSize: number,
): { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  const from = request.NextToken === undefined ? 0 : Number(request.NextToken);
  if (!Number.isInteger(from) || from < 0) throw new AwsError("InvalidInputException", "NextToken is not one of ours");
  const to = from + (request.MaxResults ?? defaultSize);
  return { items: items.slice(from, to), next: to < items.length ? { NextToken: String(to) } : {} };
}
