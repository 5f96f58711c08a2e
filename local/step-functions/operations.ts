import type { Account, AwsError, Operation, Shape } from "../call/call.js";
import { optionalBoolean, optionalText, requiredText } from "../call/input.js";
import { InvalidDefinition, type Json, LARGEST_PAYLOAD_BYTES, parseJson } from "../interpreter/index.js";
import { invalidInput, invalidOutput, invalidToken, taskTimedOut, validation } from "./errors.js";
import type { Executions } from "./executions.js";
import { findMachine, readChecked, type StateMachine } from "./machines.js";
import { checkArn, executionName } from "./names.js";
import { pageOf } from "./pages.js";
import { describeExecution, historyShape, listedExecution } from "./responses.js";
import type { ExecutionStore, Summary } from "./store.js";

const STATUSES: ReadonlySet<string> = new Set([
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "TIMED_OUT",
  "ABORTED",
  "PENDING_REDRIVE",
]);

export interface StatesRoom {
  readonly account: Account;
  readonly machines: ReadonlyMap<string, StateMachine>;
  readonly executions: Executions;
  readonly store: ExecutionStore;
  /** Shown as the creation date of every machine. */
  readonly openedAt: number;
}

/** Operations on executions. */
export function executionOperations(room: StatesRoom): Readonly<Record<string, Operation>> {
  const { account, machines, executions } = room;
  const arnOf = (input: Shape) => {
    const arn = requiredText(input, "executionArn");
    checkArn(arn, "execution");
    return arn;
  };
  return {
    async StartExecution(input) {
      const arn = requiredText(input, "stateMachineArn");
      checkArn(arn, "stateMachine");
      const machine = findMachine(machines, arn);
      const name = executionName(optionalText(input, "name"));
      const text = optionalText(input, "input") ?? "{}";
      const started = executions.start(machine, name, text, parseInput(text));
      return { executionArn: started.arn, startDate: new Date(started.startedAt) };
    },
    async DescribeExecution(input) {
      const { header, journal } = executions.read(arnOf(input));
      return describeExecution(header, journal, account.clock.now());
    },
    async StopExecution(input) {
      const stoppedAt = await executions.stop(arnOf(input), optionalText(input, "error"), optionalText(input, "cause"));
      return { stopDate: new Date(stoppedAt) };
    },
    async RedriveExecution(input) {
      const token = optionalText(input, "clientToken");
      if (token !== undefined && (token.length < 1 || token.length > 64)) {
        throw validation("clientToken must have 1 to 64 characters");
      }
      return { redriveDate: new Date(await executions.redrive(arnOf(input), token)) };
    },
    async GetExecutionHistory(input) {
      const { history } = executions.journal(arnOf(input));
      const ordered = optionalBoolean(input, "reverseOrder") === true ? history.toReversed() : history;
      const { page, next } = pageOf(ordered, input, (event) => String(event.id));
      const hasData = optionalBoolean(input, "includeExecutionData") ?? true;
      return { events: page.map((event) => historyShape(event, hasData)), ...next };
    },
    async ListExecutions(input) {
      return listExecutions(room, input);
    },
    async DescribeStateMachineForExecution(input) {
      const { header } = executions.read(arnOf(input));
      const machine = machines.get(header.stateMachineArn);
      return {
        stateMachineArn: header.stateMachineArn,
        name: machine?.name ?? header.stateMachineArn.slice(header.stateMachineArn.lastIndexOf(":") + 1),
        definition: room.store.definition(header.definitionHash),
        roleArn: header.roleArn,
        updateDate: new Date(room.openedAt),
      };
    },
  };
}

/** Operations on task tokens. */
export function tokenOperations({ executions }: StatesRoom): Readonly<Record<string, Operation>> {
  const settle = (outcome: "done" | "unknown" | "gone"): Shape => {
    if (outcome === "unknown") throw invalidToken();
    if (outcome === "gone") throw taskTimedOut();
    return {};
  };
  return {
    async SendTaskSuccess(input) {
      const token = requiredText(input, "taskToken");
      return settle(executions.answer(token, { output: parseOutput(requiredText(input, "output")) }));
    },
    async SendTaskFailure(input) {
      const [error, cause] = [optionalText(input, "error"), optionalText(input, "cause")];
      return settle(executions.answer(requiredText(input, "taskToken"), { error, cause }));
    },
    async SendTaskHeartbeat(input) {
      return settle(executions.heartbeat(requiredText(input, "taskToken")));
    },
  };
}

/** Operations on machines. */
export function machineOperations({ machines, openedAt }: StatesRoom): Readonly<Record<string, Operation>> {
  return {
    async ListStateMachines(input) {
      const all = [...machines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { page, next } = pageOf(all, input, ({ arn }) => arn);
      return {
        stateMachines: page.map(({ arn, name }) => ({
          stateMachineArn: arn,
          name,
          type: "STANDARD",
          creationDate: new Date(openedAt),
        })),
        ...next,
      };
    },
    async DescribeStateMachine(input) {
      const arn = requiredText(input, "stateMachineArn");
      checkArn(arn, "stateMachine");
      const { name, definition, roleArn } = findMachine(machines, arn);
      return {
        stateMachineArn: arn,
        name,
        status: "ACTIVE",
        definition,
        roleArn,
        type: "STANDARD",
        creationDate: new Date(openedAt),
      };
    },
    async ValidateStateMachineDefinition(input) {
      const definition = requiredText(input, "definition");
      try {
        readChecked(definition);
        return { result: "OK", diagnostics: [], truncated: false };
      } catch (error) {
        if (!(error instanceof InvalidDefinition)) throw error;
        const diagnostics = error.findings.map((finding) => ({ severity: "ERROR", ...finding }));
        return { result: "FAIL", diagnostics, truncated: false };
      }
    },
  };
}

function listExecutions({ machines, store }: StatesRoom, input: Shape): Shape {
  const arn = requiredText(input, "stateMachineArn");
  checkArn(arn, "stateMachine");
  findMachine(machines, arn);
  const status = optionalText(input, "statusFilter");
  if (status !== undefined && !STATUSES.has(status)) throw validation(`statusFilter has no value ${status}`);
  const redriven = optionalText(input, "redriveFilter");
  const all = [...store.summaries()]
    .filter((summary) => summary.stateMachineArn === arn)
    .filter((summary) => redriven === undefined || (redriven === "REDRIVEN") === summary.redriveCount > 0)
    // The newest first; what began in the same millisecond, by name, so that pages do not overlap.
    .sort((a, b) => b.startedAt - a.startedAt || (a.name < b.name ? 1 : -1));
  const isWanted = (summary: Summary) => status === undefined || summary.status === status;
  const { page, next } = pageOf(all, input, ({ name }) => name, isWanted);
  return { executions: page.map(listedExecution), ...next };
}

/** @throws InvalidExecutionInput (A1.10) */
function parseInput(text: string): Json {
  if (text.trim() === "") throw invalidInput("Invalid execution input.");
  if (Buffer.byteLength(text) > LARGEST_PAYLOAD_BYTES) {
    throw invalidInput(`Execution input has more than ${LARGEST_PAYLOAD_BYTES} bytes.`);
  }
  return parse(text, invalidInput);
}

function parseOutput(text: string): Json {
  if (Buffer.byteLength(text) > LARGEST_PAYLOAD_BYTES) {
    throw invalidOutput(`Output has more than ${LARGEST_PAYLOAD_BYTES} bytes.`);
  }
  return parse(text, invalidOutput);
}

function parse(text: string, refuse: (why: string) => AwsError): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}
