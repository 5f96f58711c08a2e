import { type Json, readResource, type Task, TaskFailure } from "../../interpreter/index.js";
import { callSdk } from "./aws-sdk.js";
import { runJob, startJobRun } from "./glue.js";
import type { Host, Integration } from "./host.js";
import { invokeFunction, invokeLambda } from "./lambda.js";
import { operationOf, sdkService } from "./sdk-services.js";
import { publish } from "./sns.js";
import { runExecution, startExecution } from "./start-execution.js";

const OPTIMISED: ReadonlyMap<string, Integration> = new Map([
  ["lambda:invoke", invokeLambda],
  ["lambda:invoke.waitForTaskToken", invokeLambda],
  ["glue:startJobRun", startJobRun],
  ["glue:startJobRun.sync", runJob],
  ["states:startExecution", startExecution],
  ["states:startExecution.waitForTaskToken", startExecution],
  ["states:startExecution.sync", runExecution(false)],
  ["states:startExecution.sync:2", runExecution(true)],
  ["sns:publish", publish],
  ["sns:publish.waitForTaskToken", publish],
]);

/** The integration behind a Task's Resource, or why there is none, in the words of a refused definition. */
export function integrationOf(arn: string): Integration | string {
  const resource = readResource(arn);
  if (typeof resource === "string") return resource;
  if (resource.isFunction) return invokeFunction;
  const { service, action, pattern } = resource;
  if (!service.startsWith("aws-sdk:")) {
    const name = `${service}:${action}${pattern === "request" ? "" : `.${pattern}`}`;
    return (
      OPTIMISED.get(name) ??
      `The resource ${arn} is not supported in the local account; see the README of local-account`
    );
  }
  const sdk = sdkService(service.slice("aws-sdk:".length));
  if (sdk === undefined)
    return `The service of ${arn} is not supported in the local account; see the README of local-account`;
  const operation = operationOf(action);
  if (operation !== undefined && sdk.operations.has(operation)) return callSdk(sdk, operation);
  return `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
}

/** Performs a Task by the integration that its Resource names. @throws TaskFailure */
export async function perform(host: Host, task: Task): Promise<Json> {
  const integration = integrationOf(task.resource);
  if (typeof integration === "string") throw new TaskFailure("States.Runtime", integration);
  return integration(host, task);
}
