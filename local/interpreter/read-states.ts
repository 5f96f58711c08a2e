import type { Block, ChoiceRule, State, TaskState, WaitState } from "./definition.js";
import { expressionIn } from "./expression.js";
import type { Fields } from "./read-fields.js";
import { readCatch, readRetry } from "./read-handlers.js";
import { readResource } from "./resource.js";

const LONGEST_SECONDS = 99_999_999;
export const STATE_TYPES = ["Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"] as const;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const RESULT = { result: true } as const;

type ReadBlock = (fields: Fields) => Block;

/** One state; undefined when its Type is none. */
export function readState(name: string, fields: Fields, readBlock: ReadBlock): State | undefined {
  const state = readByType(name, fields, readBlock);
  if (state === undefined) {
    fields.problem(`The field 'Type' should have one of these values: [${STATE_TYPES.join(", ")}]`, "Type");
    return undefined;
  }
  fields.finish();
  return state;
}

function readByType(name: string, fields: Fields, readBlock: ReadBlock): State | undefined {
  switch (fields.text("Type")) {
    case "Pass":
      return { type: "Pass", name, ...plain(fields), next: readNext(fields) };
    case "Succeed":
      return { type: "Succeed", name, output: fields.template("Output", {}), assign: undefined };
    case "Fail":
      return {
        type: "Fail",
        name,
        output: undefined,
        assign: undefined,
        error: fields.textTemplate("Error", {}),
        cause: fields.textTemplate("Cause", {}),
      };
    case "Wait":
      return readWait(name, fields);
    case "Choice":
      return readChoice(name, fields);
    case "Task":
      return readTask(name, fields);
    case "Parallel":
      return readParallel(name, fields, readBlock);
    case "Map":
      return readMap(name, fields, readBlock);
    default:
      return undefined;
  }
}

function plain(fields: Fields) {
  return { output: fields.template("Output", {}), assign: fields.assign({}) };
}

function handled(fields: Fields) {
  return {
    output: fields.template("Output", RESULT),
    assign: fields.assign(RESULT),
    next: readNext(fields),
    retry: readRetry(fields),
    catch: readCatch(fields),
  };
}

function readNext(fields: Fields): string | undefined {
  const next = fields.text("Next");
  const isEnd = fields.flag("End");
  if (next === undefined && !isEnd) fields.problem("These fields are required: [Next] or [End]");
  if (next !== undefined && isEnd) fields.problem("A state has either 'Next' or 'End', not both");
  return next;
}

function readWait(name: string, fields: Fields): WaitState {
  const seconds = fields.numberOrExpression("Seconds", { min: 0, max: LONGEST_SECONDS });
  const timestamp = fields.textTemplate("Timestamp", {});
  if (fields.has("Seconds") === fields.has("Timestamp")) {
    fields.problem("A Wait state has exactly one of [Seconds, Timestamp]");
  }
  if (timestamp !== undefined && expressionIn(timestamp) === undefined && !ISO_TIME.test(timestamp)) {
    fields.problem("String does not match RFC3339 timestamp", "Timestamp");
  }
  return {
    type: "Wait",
    name,
    ...plain(fields),
    next: readNext(fields),
    until:
      timestamp === undefined ? { field: "Seconds", value: seconds ?? 0 } : { field: "Timestamp", value: timestamp },
  };
}

function readChoice(name: string, fields: Fields): State {
  const choices = (fields.list("Choices") ?? []).map((rule): ChoiceRule => {
    const condition = rule.template("Condition", {});
    const isExpression = typeof condition === "string" && expressionIn(condition) !== undefined;
    if (!isExpression && typeof condition !== "boolean") {
      rule.problem("Expected a JSONata expression between {% and %}, or true or false", "Condition");
    }
    const read = { condition: condition ?? false, next: rule.requiredText("Next"), ...plain(rule) };
    rule.finish();
    return read;
  });
  if (choices.length === 0) fields.problem("A Choice state has one rule at least in 'Choices'", "Choices");
  return { type: "Choice", name, ...plain(fields), choices, default: fields.text("Default") };
}

function readTask(name: string, fields: Fields): TaskState {
  const arn = fields.requiredText("Resource");
  const resource = readResource(arn);
  if (typeof resource === "string" && arn !== "") fields.problem(resource, "Resource");
  const limits = { min: 1, max: LONGEST_SECONDS };
  const timeoutSeconds = fields.numberOrExpression("TimeoutSeconds", limits);
  const heartbeatSeconds = fields.numberOrExpression("HeartbeatSeconds", limits);
  if (
    typeof timeoutSeconds === "number" &&
    typeof heartbeatSeconds === "number" &&
    heartbeatSeconds >= timeoutSeconds
  ) {
    fields.problem("HeartbeatSeconds must be smaller than TimeoutSeconds", "HeartbeatSeconds");
  }
  if (fields.has("Credentials")) {
    fields.at("Credentials");
    fields.problem("Credentials are not supported in the local account", "Credentials");
  }
  return {
    type: "Task",
    name,
    ...handled(fields),
    resource:
      typeof resource === "string" ? { arn, service: "", action: "", pattern: "request", isFunction: false } : resource,
    arguments: fields.template("Arguments", {}),
    timeoutSeconds,
    heartbeatSeconds,
  };
}

function readParallel(name: string, fields: Fields, readBlock: ReadBlock): State {
  const branches = (fields.list("Branches") ?? []).map(readBlock);
  if (branches.length === 0) fields.problem("Value cannot be empty", "Branches");
  return { type: "Parallel", name, ...handled(fields), arguments: fields.template("Arguments", {}), branches };
}

function readMap(name: string, fields: Fields, readBlock: ReadBlock): State {
  const processor = fields.object("ItemProcessor");
  const config = processor?.object("ProcessorConfig");
  const mode = config?.text("Mode");
  if (mode !== undefined && mode !== "INLINE") {
    config?.problem("A distributed Map is not supported in the local account, only Mode INLINE", "Mode");
  }
  for (const field of ["ItemReader", "ItemBatcher", "ResultWriter", "Label"]) {
    if (!fields.has(field)) continue;
    fields.at(field);
    fields.problem(`'${field}' belongs to a distributed Map, which is not supported in the local account`, field);
  }
  const items = fields.template("Items", {});
  if (
    items !== undefined &&
    !Array.isArray(items) &&
    (typeof items !== "string" || expressionIn(items) === undefined)
  ) {
    fields.problem("Expected an array or a JSONata expression between {% and %}", "Items");
  }
  if (processor === undefined) fields.problem("These fields are required: [ItemProcessor]");
  return {
    type: "Map",
    name,
    ...handled(fields),
    items,
    itemSelector: fields.template("ItemSelector", {}),
    maxConcurrency: fields.numberOrExpression("MaxConcurrency", { min: 0 }),
    toleratedFailureCount: fields.numberOrExpression("ToleratedFailureCount", { min: 0 }),
    toleratedFailurePercentage: fields.numberOrExpression("ToleratedFailurePercentage", {
      min: 0,
      max: 100,
      whole: false,
    }),
    processor: processor === undefined ? { startAt: "", states: {} } : readBlock(processor),
  };
}
