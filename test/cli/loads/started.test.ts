import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { mayBeOf } from "../../../cli/loads/find-loads.js";
import { executionOfLanded, recentExecutions } from "../../../cli/loads/started.js";
import { contractOf } from "../../planning/fixture.js";

const states = mockClient(SFNClient);
const clients = { stepFunctions: new SFNClient({ region: "eu-west-1" }) };
const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:demo-shop-load-partition";
const arn = (name: string) => `${machine.replace("stateMachine", "execution")}:${name}`;
const manifest = { url: "s3://landing/orders/2026/11/22/05/_manifest.json", versionId: undefined };
const landing = { contract: contractOf(), partition: "2026-11-22T05" };

/** The list shows these, newest first; each names the same manifest. */
function listed(...names: readonly string[]): void {
  const executions = names.map((name) => ({
    name,
    executionArn: arn(name),
    stateMachineArn: machine,
    startDate: new Date(),
    status: "RUNNING" as const,
  }));
  states.on(ListExecutionsCommand).resolves({ executions });
}

const key = "orders/2026/11/22/05/_manifest.json";
beforeEach(() => {
  states.reset();
  states.on(DescribeExecutionCommand).callsFake(({ executionArn }) => ({
    executionArn,
    input: JSON.stringify({ dataset: "orders", manifest: { bucket: "landing", key } }),
  }));
});

test("without versions, the load of an earlier landing of the same manifest is not taken for this one", async () => {
  listed("first");
  const earlier = await recentExecutions(clients, machine);
  listed("second", "first");
  expect(await executionOfLanded(clients, machine, landing, { ...manifest, key }, earlier)).toBe(arn("second"));
});

test("with versions, the name follows from the manifest", async () => {
  const versioned = { ...manifest, key, versionId: "v1" };
  const found = await executionOfLanded(clients, machine, landing, versioned, new Set());
  expect(found).toMatch(/:execution:demo-shop-load-partition:orders-2026112205-[0-9a-f]{12}$/);
});

test("a name of ours tells the dataset; one that a person gave may be of any", () => {
  const isLine = mayBeOf("order");
  expect(isLine("order-2026112205-0123456789ab-r2")).toBe(true);
  expect(isLine("orders-2026112205-0123456789ab")).toBe(false);
  expect(isLine("again, by hand")).toBe(true);
});
