import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { createClients } from "../../../cli/account/clients.js";
import type { Session } from "../../../cli/account/session.js";
import { rollBack } from "../../../cli/commands/rollback.js";
import { ProjectFile } from "../../../contract/schema.js";
import { findings } from "../../planning/findings.js";
import { contractOf } from "../../planning/fixture.js";

const stepFunctions = mockClient(SFNClient);
const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:demo-run-statements";
const contract = contractOf({ load: { mode: "swap" } });
const now = new Date("2026-11-25T00:20:30.123Z");

const project = ProjectFile.parse({
  name: "demo",
  region: "eu-west-1",
  warehouse: { create: { nodeType: "ra3.large", nodes: 2, database: "analytics", snapshotRetentionDays: 14 } },
  alerts: { email: "data-team@example.com" },
  sources: { shop: { landing: "create", processed: "create", concurrency: 4 } },
});
const session: Session = {
  project: { folder: ".", project, contracts: [contract], findings: [] },
  clients: createClients({ region: "eu-west-1" }),
  deployment: {
    project,
    account: "123456789012",
    stateMachines: new Map([["demo-run-statements", machine]]),
    bucket: () => "bucket",
    loadPartition: () => "arn",
  },
  pollEveryMs: 1,
};

const may = [1, 1, 1, 1];
const loader = "sluice_loader";
const table = (schema: string, name: string) => [schema, name, "table", loader, ...may];

/** The inspection's results, with a previous generation or without. */
function inspected(...relations: readonly (readonly (string | number)[])[]) {
  const results = findings({
    session: [[loader, "analytics", 1, 1, 0, 1]],
    relations: [table("sales", "orders"), ...relations],
    columns: [["id", "character varying(8)", 1, 0]],
  });
  return { outcome: "done", results };
}

function ends(name: string, end: { readonly output: unknown } | { readonly error: string }): void {
  const executionArn = `arn:${name}`;
  stepFunctions.on(StartExecutionCommand, { stateMachineArn: machine, name }).resolves({ executionArn });
  stepFunctions
    .on(DescribeExecutionCommand, { executionArn })
    .resolvesOnce({ status: "RUNNING" })
    .resolves(
      "error" in end
        ? { status: "FAILED", error: end.error }
        : { status: "SUCCEEDED", output: JSON.stringify(end.output) },
    );
}

beforeEach(() => {
  stepFunctions.reset();
  stepFunctions.onAnyCommand().rejects(new Error("a call that was not foreseen"));
});

describe("sluice rollback", () => {
  const previous = table("sales", "orders__sluice_previous");

  test("looks at the target, then exchanges the tables, as the loading user", async () => {
    ends("rollback-20261125T002030Z-orders-inspect", { output: inspected(previous) });
    ends("rollback-20261125T002030Z-orders", {
      output: { outcome: "done", results: [{ rows: [[0, 0, 0, 0, 3]] }] },
    });
    expect(await rollBack(session, "orders", now)).toEqual({
      outcome: "rolled_back",
      revision: "rollback-20261125T002030Z",
    });
    const input = stepFunctions.commandCalls(StartExecutionCommand).at(-1)?.args[0].input.input ?? "";
    expect(JSON.parse(input)).toMatchObject({ transaction: true, label: "orders: roll back" });
    expect(input).toContain("CALL sluice.hand_over('sales', 'orders', 'orders__sluice_previous')");
  });

  test("what the warehouse refuses is an answer", async () => {
    const refused = { outcome: "refused", error: "WarehouseCheckFailed", message: "a view …" };
    ends("rollback-20261125T002030Z-orders-inspect", { output: inspected(previous) });
    ends("rollback-20261125T002030Z-orders", { output: refused });
    expect(await rollBack(session, "orders", now)).toEqual(refused);
  });

  test("says so when there is nothing to go back to", async () => {
    ends("rollback-20261125T002030Z-orders-inspect", { output: inspected() });
    await expect(rollBack(session, "orders", now)).rejects.toMatchObject({
      name: "CommandFailed",
      message: expect.stringContaining("no previous generation"),
    });
  });

  test("says why an execution failed", async () => {
    ends("rollback-20261125T002030Z-orders-inspect", { error: "StatementFailed" });
    await expect(rollBack(session, "orders", now)).rejects.toMatchObject({
      name: "CommandFailed",
      message: "orders: inspect the target: StatementFailed",
    });
  });

  test("knows only the project's datasets", async () => {
    await expect(rollBack(session, "other", now)).rejects.toMatchObject({ name: "UsageWrong" });
  });
});
