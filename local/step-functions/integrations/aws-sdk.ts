import { isJsonObject, TaskFailure } from "../../interpreter/index.js";
import { sdkFailure } from "./failures.js";
import { call, type Integration } from "./host.js";
import type { SdkService } from "./sdk-services.js";
import { camel, objectToJson, pascal, renamed } from "./sdk-values.js";

/** `aws-sdk:<service>:<action>`: PascalCase in and out, whatever the API has (A7.3). */
export const callSdk =
  (service: SdkService, operation: string): Integration =>
  async (host, task) => {
    if (task.resumed !== undefined) return task.resumed;
    const small = isJsonObject(task.arguments)
      ? Object.keys(task.arguments).find((name) => !/^[A-Z]/.test(name))
      : undefined;
    if (!isJsonObject(task.arguments) || small !== undefined) {
      const why =
        small === undefined ? "They must be an object" : `The field '${small}' is not supported by Step Functions`;
      const text = JSON.stringify(task.arguments);
      throw new TaskFailure("States.Runtime", `The Arguments '${text}' could not be used to start the Task: [${why}]`);
    }
    const given = service.isCamelCase ? renamed(task.arguments, camel) : task.arguments;
    try {
      const output = await call(host, service.service, operation, isJsonObject(given) ? given : {});
      const json = await objectToJson(output, "iso");
      return service.hasCamelCaseResults ? renamed(json, pascal) : json;
    } catch (error) {
      throw sdkFailure(service, error);
    }
  };
