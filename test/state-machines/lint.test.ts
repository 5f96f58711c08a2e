import * as glue from "@aws-sdk/client-glue";
import * as redshift from "@aws-sdk/client-redshift";
import * as redshiftData from "@aws-sdk/client-redshift-data";
import * as redshiftServerless from "@aws-sdk/client-redshift-serverless";
import { describe, expect, test } from "@jest/globals";
import validate from "asl-validator";
import { z } from "zod";
import { definitionVersion } from "../../contract/definition.js";
import { validateDefinition } from "../../local/interpreter/index.js";
import { readShapes } from "../../local/protocols/operation-shapes.js";
import { sdkService } from "../../local/step-functions/integrations/sdk-services.js";
import { definitions, definitionText, machineNames, placeholdersOf } from "../../state-machines/definitions.js";
import { deployed } from "./play.js";

const Handler = z.object({ ErrorEquals: z.array(z.string()) });
const State = z.object({
  Type: z.string(),
  Comment: z.string().optional(),
  Resource: z.string().optional(),
  Arguments: z.unknown().optional(),
  TimeoutSeconds: z.unknown().optional(),
  HeartbeatSeconds: z.unknown().optional(),
  Retry: z
    .array(Handler.extend({ MaxAttempts: z.int(), IntervalSeconds: z.int(), BackoffRate: z.number().default(2) }))
    .default([]),
  Catch: z.array(Handler).default([]),
  Default: z.string().optional(),
  ItemProcessor: z.object({ States: z.record(z.string(), z.unknown()) }).optional(),
});
type State = z.infer<typeof State>;

function statesOf(states: Readonly<Record<string, unknown>>): readonly (readonly [string, State])[] {
  return Object.entries(states).flatMap(([name, raw]) => {
    const state = State.parse(raw);
    return [[name, state] as const, ...statesOf(state.ItemProcessor?.States ?? {})];
  });
}

const Machine = z.object({ States: z.record(z.string(), z.unknown()) });
const machines = machineNames.map((machine) => ({
  machine,
  states: statesOf(Machine.parse(deployed(machine)).States),
}));
const all = machines.flatMap(({ machine, states }) => states.map(([name, state]) => ({ machine, name, state })));
const tasks = all.flatMap(({ machine, name, state }) =>
  state.Resource === undefined ? [] : [{ machine, name, state, resource: state.Resource }],
);

describe.each(machineNames)("%s", (machine) => {
  test("is a definition that asl-validator and the interpreter accept", () => {
    const verdict = validate(deployed(machine));
    expect(verdict.isValid ? "" : verdict.errorsText()).toBe("");
    expect(validateDefinition(deployed(machine))).toEqual([]);
  });

  test("lies there as JSON, its placeholders inside of texts and all declared", () => {
    const text = definitionText(machine);
    expect(() => JSON.parse(text)).not.toThrow();
    expect(placeholdersOf(text)).toEqual([...definitions[machine].substitutions].sort());
  });
});

test("states are called by sentences, and what does something says why", () => {
  for (const { name } of all) expect(name).toMatch(/^[A-Z][a-z]*( [A-Za-z0-9']+)+\??$/);
  for (const { name, state } of all) if (state.Type === "Choice") expect(name).toMatch(/\?$/);
});

test("every Task has a limit in time, and every one that waits for a token a shorter one", () => {
  for (const { name, state, resource } of tasks) {
    expect([name, typeof state.TimeoutSeconds]).not.toContain("undefined");
    expect([name, state.HeartbeatSeconds !== undefined]).toEqual([name, resource.endsWith(".waitForTaskToken")]);
  }
});

test("every Choice says what becomes of the rest", () => {
  for (const { name, state } of all)
    if (state.Type === "Choice") expect([name, state.Default]).not.toContain(undefined);
});

test("nothing is retried by a name that stands for any error", () => {
  const retried = all.flatMap(({ state }) => state.Retry.flatMap(({ ErrorEquals }) => ErrorEquals));
  expect(retried.filter((name) => name.startsWith("States."))).toEqual([]);
});

test("no catcher relies on whether a name for any error stands for States.DataLimitExceeded: AWS's page and recordings differ", () => {
  const isWildcard = (name: string) => name === "States.ALL" || name === "States.TaskFailed";
  const wide = all.filter(({ state }) => state.Catch.some(({ ErrorEquals }) => ErrorEquals.some(isWildcard)));
  expect(wide.length).toBeGreaterThan(0);
  for (const { name, state } of wide) {
    const before = state.Catch.slice(0, state.Catch.findIndex(({ ErrorEquals }) => ErrorEquals.some(isWildcard)) + 1);
    expect([name, ...before.flatMap(({ ErrorEquals }) => ErrorEquals)]).toContain("States.DataLimitExceeded");
  }
});

test("the retries are the policies that are written down, and no others", () => {
  const policies = new Set(
    all.flatMap(({ state }) =>
      state.Retry.map((retry) => [retry.IntervalSeconds, retry.BackoffRate, retry.MaxAttempts].join()),
    ),
  );
  expect([...policies].sort()).toEqual(["2,2,6", "30,2,75", "5,2,12", "5,2,2", "5,2,6", "5,2,8", "60,1,60"]);
});

test("every function that decides about the data has its refusals caught, by the one name that they have", () => {
  const lambdas = tasks.filter(({ resource }) => resource === "arn:aws:states:::lambda:invoke");
  // What is loaded is not refused any more: whatever goes wrong behind it is a failure, which a redrive takes up.
  const decidesNothing = ["Record the refusal", "Publish what was replayed"];
  const caught = lambdas
    .filter(({ machine, name }) => machine === "load-partition" && !decidesNothing.includes(name))
    .map(({ state }) => state.Catch);
  expect(caught.length).toBeGreaterThan(0);
  for (const handlers of caught) {
    expect(handlers.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(["Refused"]);
  }
});

/** The services behind `aws-sdk:`: the client that knows their operations and errors, and their prefix (A7.6). */
const services: Readonly<
  Record<string, { readonly client: Readonly<Record<string, unknown>>; readonly prefix: string }>
> = {
  glue: { client: glue, prefix: "Glue" },
  redshift: { client: redshift, prefix: "Redshift" },
  redshiftdata: { client: redshiftData, prefix: "RedshiftData" },
  redshiftserverless: { client: redshiftServerless, prefix: "RedshiftServerless" },
};
const sdkTasks = tasks.flatMap(({ resource, name, state }) => {
  const [, service, action] = /^arn:aws:states:::aws-sdk:(\w+):(\w+)(?:\.waitForTaskToken)?$/.exec(resource) ?? [];
  return service === undefined || action === undefined ? [] : [{ name, state, action, service: services[service] }];
});
/** The names of an operation's arguments, out of the schemas that the SDK's clients carry. */
function argumentsOf(client: Readonly<Record<string, unknown>>, operation: string): readonly string[] {
  const input = readShapes(client).operations.get(operation)?.input;
  if (input?.kind !== "structure") throw new Error(`there is no operation ${operation}`);
  return input.members.map(({ name }) => name);
}

test("the actions of aws-sdk exist, in camel case, and take the arguments that they are given", () => {
  expect(sdkTasks.length).toBeGreaterThan(10);
  for (const { name, state, action, service } of sdkTasks) {
    expect(action).toMatch(/^[a-z]/);
    const operation = action.charAt(0).toUpperCase() + action.slice(1);
    // In state machines every member begins with a capital (A7.3).
    const known = argumentsOf(service?.client ?? {}, operation).map(
      (each) => each.charAt(0).toUpperCase() + each.slice(1),
    );
    const given = Object.keys(z.record(z.string(), z.unknown()).parse(state.Arguments));
    expect([name, given.filter((argument) => !known.includes(argument))]).toEqual([name, []]);
  }
});

/** Of Step Functions itself, and what answer-statement makes a waiting task fail with. */
const ownErrors = new Set([
  "States.DataLimitExceeded",
  "States.TaskFailed",
  "States.Timeout",
  "States.HeartbeatTimeout",
  "StatementNotFinished",
]);

test("the errors of aws-sdk exist: the service's own, the one for all the rest, and the client's", () => {
  for (const { name, state, service } of sdkTasks) {
    const { client = {}, prefix = "" } = service ?? {};
    const errors = [...state.Retry, ...state.Catch].flatMap(({ ErrorEquals }) => ErrorEquals);
    const unknown = errors.filter((error) => {
      if (ownErrors.has(error)) return false;
      const [, own = ""] = error.split(`${prefix}.`);
      const isService = [own, `${own}$`, own.replace(/Exception$/, "Fault")].some((each) => each in client);
      return !isService && own !== `${prefix}Exception` && own !== "SdkClientException";
    });
    expect([name, unknown]).toEqual([name, []]);
  }
});

test("the errors of the integrations of Step Functions' own are those that they are documented with", () => {
  const documented = {
    "lambda:invoke":
      /^(Lambda\.(ClientExecutionTimeoutException|ServiceException|AWSLambdaException|SdkClientException|TooManyRequestsException|Unknown)|Sandbox\.Timedout|ManifestContested)$/,
    "glue:startJobRun.sync":
      /^Glue\.(ConcurrentRunsExceededException|ResourceNumberLimitExceededException|AWSGlueException|InternalServiceException|OperationTimeoutException|SdkClientException)$/,
    "states:startExecution.sync:2": /^StepFunctions\.(AWSStepFunctionsException|SdkClientException)$/,
  };
  /** What becomes of a Lambda that converts and cannot (A8.4): by it Glue is asked instead. */
  const exhausted =
    /^(Lambda\.(TooManyRequestsException|Unknown)|Runtime\.ExitError|Sandbox\.Timedout|States\.Timeout|MemoryError|NeedsSpark)$/;
  const caught =
    /^(States\.(ALL|DataLimitExceeded|QueryEvaluationError)|StepFunctions\.ExecutionAlreadyExistsException|[A-Z][a-z]+([A-Z][a-z]+)*)$/;
  const own = tasks.filter(({ resource }) => !resource.includes(":aws-sdk:"));
  for (const { state, resource } of own) {
    const [, pattern] =
      Object.entries(documented).find(([integration]) => resource.endsWith(`:::${integration}`)) ?? [];
    for (const error of state.Retry.flatMap(({ ErrorEquals }) => ErrorEquals)) expect(error).toMatch(pattern ?? "none");
    for (const error of state.Catch.flatMap(({ ErrorEquals }) => ErrorEquals)) {
      if (exhausted.test(error)) continue;
      expect(error).toMatch(caught);
      // A name without a service is one of ours.
      if (!error.includes(".")) expect(error).toBe("Refused");
    }
  }
});

/** The service's own catch-all, which is how throttling arrives that is not in its model (A7.8), and what the client says
 * of a lost connection. */
const passing: Readonly<Record<string, readonly string[]>> = {
  lambda: ["Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"],
  glue: ["Glue.AWSGlueException", "Glue.SdkClientException"],
  states: ["StepFunctions.AWSStepFunctionsException", "StepFunctions.SdkClientException"],
};

test("every Task is retried when its service throttles it or the connection is lost", () => {
  for (const { name, state, resource } of tasks) {
    const [, sdk, own = ""] = /^arn:aws:states:::(?:aws-sdk:(\w+)|(\w+)):/.exec(resource) ?? [];
    const prefix = sdk === undefined ? "" : services[sdk]?.prefix;
    const modelled = sdk !== undefined && sdkService(sdk)?.exceptions.has("ThrottlingException") === true;
    const throttled = modelled ? [`${prefix}.ThrottlingException`] : [];
    const expected =
      sdk === undefined ? passing[own] : [`${prefix}.${prefix}Exception`, `${prefix}.SdkClientException`, ...throttled];
    const retried = state.Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
    expect([name, retried]).toEqual([name, expect.arrayContaining([...(expected ?? ["an integration of this list"])])]);
  }
});

test("arguments of aws-sdk are PascalCase, whatever the API calls them", () => {
  for (const { name, state } of sdkTasks) {
    const given = Object.keys(z.record(z.string(), z.unknown()).parse(state.Arguments));
    expect([name, given.filter((argument) => !/^[A-Z]/.test(argument))]).toEqual([name, []]);
  }
});

test("the machines know the version of their definition as the functions do", () => {
  const written = machineNames.flatMap((machine) => [
    ...definitionText(machine).matchAll(/"definition": (\d+)|\$states\.input\.definition = (\d+)/g),
  ]);
  expect(new Set(written.map(([, payload, input]) => Number(payload ?? input)))).toEqual(new Set([definitionVersion]));
});

test("load-partition can be read: at most 27 states and 630 lines, the two branches of its Parallel among them", () => {
  const [load] = machines.filter(({ machine }) => machine === "load-partition");
  expect(load?.states.length).toBeLessThanOrEqual(27);
  expect(definitionText("load-partition").trimEnd().split("\n").length).toBeLessThanOrEqual(630);
});
