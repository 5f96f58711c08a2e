import { z } from "zod";

export const TargetInput = z.object({
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
});
export type TargetInput = z.infer<typeof TargetInput>;

export interface RuleFacts {
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly ingestionTime: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The text that a target gets of an event: the event, a constant, a part of it, or a template filled from it. */
export function targetText(input: TargetInput, event: Json, facts: RuleFacts): string {
  if (input.Input !== undefined) return input.Input;
  if (input.InputPath !== undefined) return JSON.stringify(valueAt(event, input.InputPath) ?? null);
  if (input.InputTransformer !== undefined) return transform(input.InputTransformer, event, facts);
  return JSON.stringify(event);
}

/** The subset of JSONPath that EventBridge takes: `$`, `.name`, `['name']`, `[0]`. */
export function valueAt(event: unknown, path: string): unknown {
  const steps = path.replace(/^\$/, "").match(/\.([\w-]+)|\['([^']*)'\]|\[(\d+)\]/g) ?? [];
  return steps.reduce<unknown>((value, step) => {
    const name = step.replace(/^\.|^\['?|'?\]$/g, "");
    return typeof value === "object" && value !== null
      ? Object.entries(value).find(([key]) => key === name)?.[1]
      : undefined;
  }, event);
}

function transform(transformer: NonNullable<TargetInput["InputTransformer"]>, event: Json, facts: RuleFacts): string {
  const { InputPathsMap: paths, InputTemplate: template } = transformer;
  const own: Json = {
    "aws.events.rule-arn": facts.ruleArn,
    "aws.events.rule-name": facts.ruleName,
    "aws.events.event.ingestion-time": facts.ingestionTime,
    "aws.events.event": event,
    "aws.events.event.json": event,
  };
  let isInText = false;
  return template.replace(/\\.|"|<([^<>]+)>/g, (found, name: string | undefined) => {
    if (found === '"') isInText = !isInText;
    if (name === undefined) return found;
    const path = paths[name];
    const value = path === undefined ? own[name] : valueAt(event, path);
    if (path === undefined && !Object.hasOwn(own, name)) return found;
    const json = JSON.stringify(value ?? (isInText ? "" : null));
    if (!isInText) return json;
    return typeof value === "string" ? json.slice(1, -1) : json.replaceAll('"', '\\"');
  });
}
