import { isJsonObject, type JsonObject, type Task, TaskFailure } from "../../interpreter/index.js";

/** The arguments of an optimised integration, which takes only the members it knows. @throws TaskFailure States.Runtime */
export function argumentsOf(task: Task, known: readonly string[]): JsonObject {
  const refuse = (why: string) =>
    new TaskFailure(
      "States.Runtime",
      `The Arguments '${JSON.stringify(task.arguments)}' could not be used to start the Task: [${why}]`,
    );
  if (!isJsonObject(task.arguments)) throw refuse("They must be an object");
  const unknown = Object.keys(task.arguments).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refuse(`The field '${unknown}' is not supported by Step Functions`);
  return task.arguments;
}
