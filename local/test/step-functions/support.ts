import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Account,
  AwsError,
  type Call,
  type EmittedEvent,
  type Operation,
  type ResolvedResource,
  type ServiceBody,
  type ServiceName,
  type Shape,
} from "../../call/call.js";
import { createDispatcher } from "../../call/dispatch.js";
import { VirtualClock } from "../../call/virtual-clock.js";
import { createStatesService } from "../../step-functions/service.js";

export const START = Date.parse("2026-11-24T05:00:00Z");
const ROLE = "arn:aws:iam::000000000000:role/machine-role";

export function machineArn(name: string): string {
  return `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`;
}

export function machineResource(name: string, definition: unknown, substitutions?: Shape): ResolvedResource {
  return {
    stack: "Test",
    logicalId: name,
    type: "AWS::StepFunctions::StateMachine",
    properties: {
      StateMachineName: name,
      RoleArn: ROLE,
      DefinitionString: JSON.stringify(definition),
      ...(substitutions === undefined ? {} : { DefinitionSubstitutions: substitutions }),
    },
    ref: machineArn(name),
    attributes: { Arn: machineArn(name), Name: name },
  };
}

/** Bodies of other services, by service and operation. What is not here throws when it is called. */
export type Others = Partial<Record<ServiceName, Record<string, Operation>>>;

export interface TestAccount {
  readonly account: Account;
  readonly states: ServiceBody;
  readonly events: readonly EmittedEvent[];
  readonly calls: readonly Call[];
  readonly clock: VirtualClock;
  /** A call as the person makes it. */
  readonly call: (operation: string, input: Shape) => Promise<Shape>;
  /** DescribeExecution, once it has ended. */
  readonly ended: (executionArn: string) => Promise<Shape>;
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "states-"));
}

/** An account with Step Functions in it, and of other services only what is given. */
export function openAccount(
  machines: Readonly<Record<string, unknown>>,
  options: {
    others?: Others;
    folder?: string;
    clock?: VirtualClock;
    substitutions?: Shape;
    watch?: () => void;
    emit?: Account["emit"];
    report?: Account["report"];
  } = {},
): TestAccount {
  const clock = options.clock ?? new VirtualClock(START);
  const resources = Object.entries(machines).map(([name, definition]) =>
    machineResource(name, definition, options.substitutions),
  );
  const events: EmittedEvent[] = [];
  const calls: Call[] = [];
  const bodies = new Map<ServiceName, ServiceBody>();
  const dispatcher = createDispatcher({
    bodies,
    clock,
    authorise: async (call) => {
      options.watch?.();
      calls.push(call);
    },
  });
  const account: Account = {
    call: (call) => dispatcher.call(call),
    clock,
    stateFolder: options.folder ?? newFolder(),
    region: "eu-west-1",
    accountId: "000000000000",
    partition: "aws",
    endpoint: "http://127.0.0.1:0",
    resources,
    resourcesOf: (type) => resources.filter((resource) => resource.type === type),
    asset: () => undefined,
    rolePrincipal: (arn) => ({ arn, accountId: "000000000000", kind: "role" }),
    roleCredentials: () => {
      throw new AwsError("NotHere", "no credentials in this test");
    },
    roleEnvironment: () => ({}),
    emit:
      options.emit ??
      (async (event) => {
        options.watch?.();
        events.push(event);
      }),
    report:
      options.report ??
      ((problem) => {
        throw new Error(`nothing was to go wrong: ${String(problem)}`);
      }),
  };
  const states = createStatesService(account);
  bodies.set("states", states);
  for (const [service, operations] of Object.entries(options.others ?? {})) {
    bodies.set(serviceName(service), { service: serviceName(service), operations });
  }
  const principal = { arn: "arn:aws:iam::000000000000:root", accountId: "000000000000", kind: "root" } as const;
  const call = (operation: string, input: Shape) => account.call({ service: "states", operation, input, principal });
  return {
    account,
    states,
    events,
    calls,
    clock,
    call,
    ended: async (executionArn) => {
      for (;;) {
        const described = await call("DescribeExecution", { executionArn });
        if (described.status !== "RUNNING") return described;
        // Every call holds the clock, which moves only after some turns without one.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

function serviceName(text: string): ServiceName {
  const known: readonly ServiceName[] = [
    "lambda",
    "glue",
    "sns",
    "redshift-data",
    "redshift",
    "redshift-serverless",
    "s3",
    "secretsmanager",
  ];
  const found = known.find((name) => name === text);
  if (found === undefined) throw new Error(`no service ${text} in these tests`);
  return found;
}

/** A machine of these states; StartAt is the first. */
export function machine(states: Record<string, unknown>) {
  return { QueryLanguage: "JSONata", StartAt: Object.keys(states)[0], States: states };
}
