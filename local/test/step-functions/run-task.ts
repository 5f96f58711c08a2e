import type { Shape } from "../../call/call.js";
import { machine, machineArn, type Others, openAccount } from "./support.js";

/** Runs a machine of one Task to its end. */
export async function runTask(
  task: object,
  others: Others,
  more: { input?: unknown; machines?: Record<string, unknown> } = {},
) {
  const m = machine({ T: { Type: "Task", End: true, ...task } });
  const account = openAccount({ m, ...more.machines }, { others });
  const input = JSON.stringify(more.input ?? {});
  const { executionArn } = await account.call("StartExecution", { stateMachineArn: machineArn("m"), name: "e", input });
  const described = await account.ended(String(executionArn));
  const output: unknown = typeof described.output === "string" ? JSON.parse(described.output) : undefined;
  return { ...account, executionArn: String(executionArn), described, output };
}

/** The types of an execution's history, in order. */
export async function eventTypes(
  account: { call: (operation: string, input: Shape) => Promise<Shape> },
  executionArn: string,
) {
  const { events } = await account.call("GetExecutionHistory", { executionArn, maxResults: 1000 });
  return Array.isArray(events) ? events.map((event: { type: string }) => event.type) : [];
}

export const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
