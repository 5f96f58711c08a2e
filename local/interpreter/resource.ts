import type { Resource } from "./definition.js";

const FUNCTION = /^arn:[a-z-]+:lambda:[a-z0-9-]*:\d*:function:/;
const INTEGRATION =
  /^arn:[a-z-]+:states:[a-z0-9-]*:\d*:(aws-sdk:[a-z0-9]+|[a-z0-9-]+):([A-Za-z0-9]+)(?:\.(sync:2|sync|waitForTaskToken))?$/;

function patternOf(text: string | undefined): Resource["pattern"] {
  return text === "sync" || text === "sync:2" || text === "waitForTaskToken" ? text : "request";
}

/** Takes a Task's Resource apart; a text says why when it cannot be. */
export function readResource(arn: string): Resource | string {
  if (FUNCTION.test(arn)) return { arn, service: "lambda", action: "function", pattern: "request", isFunction: true };
  if (/^arn:[a-z-]+:states:[a-z0-9-]*:\d*:activity:/.test(arn))
    return "Activities are not supported in the local account";
  const match = INTEGRATION.exec(arn);
  const [, service, action, suffix] = match ?? [];
  if (service === undefined || action === undefined) {
    return `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
  }
  const pattern = patternOf(suffix);
  if (service.startsWith("aws-sdk:") && pattern.startsWith("sync")) {
    return `The resource provided ${arn} is not recognized: .sync does not exist for AWS SDK integrations`;
  }
  return { arn, service, action, pattern, isFunction: false };
}

/** `resource` of the history's task events: the action with its pattern. */
export function resourceName(resource: Resource): string {
  return resource.pattern === "request" ? resource.action : `${resource.action}.${resource.pattern}`;
}
