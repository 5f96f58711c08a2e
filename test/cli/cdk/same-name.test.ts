import { CloudFormationClient, GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { refuseOtherProject } from "../../../cli/cdk/same-name.js";
import { ProjectFile } from "../../../contract/schema.js";

/** A project whose name another one has in the account. */

const project = ProjectFile.parse({
  name: "shop",
  region: "eu-west-1",
  warehouse: { create: {} },
  sources: { erp: { landing: "create" } },
});
const machine = (StateMachineName: string) => ({
  Type: "AWS::StepFunctions::StateMachine",
  Properties: { StateMachineName },
});
const table = (Name: string) => ({ Type: "AWS::Glue::Table", Properties: { TableInput: { Name } } });
const ours = { Machine: machine("shop-erp-load-partition"), Orders: table("orders_rejects") };

const cloudFormation = mockClient(CloudFormationClient);
const stepFunctions = mockClient(SFNClient);
afterAll(() => {
  cloudFormation.restore();
  stepFunctions.restore();
});
beforeEach(() => {
  cloudFormation.reset();
  stepFunctions.reset();
  const absent = Object.assign(new Error("Stack with id shop-erp does not exist"), { name: "ValidationError" });
  cloudFormation.on(GetTemplateCommand).rejects(absent);
  // A call that was not foreseen fails.
  stepFunctions.rejects(new Error("not expected"));
});

const deployed = (StackName: string, Resources: object) =>
  cloudFormation.on(GetTemplateCommand, { StackName }).resolves({ TemplateBody: JSON.stringify({ Resources }) });
const machines = (...names: readonly string[]) =>
  stepFunctions.on(ListStateMachinesCommand).resolves({
    stateMachines: names.map((name) => ({
      name,
      stateMachineArn: name,
      type: "STANDARD" as const,
      creationDate: new Date(0),
    })),
  });
const deploy = (Resources: object, takenOver?: string) =>
  refuseOtherProject(
    {
      folder: "assembly",
      stacks: [
        { name: "shop-warehouse", template: { Resources: {} } },
        { name: "shop-erp", template: { Resources } },
      ],
    },
    project,
    takenOver,
  );

test.each<[string, object, string]>([
  ["a stack that is not Sluice's", { Queue: { Type: "AWS::SQS::Queue" } }, "was not deployed by Sluice"],
  [
    "other datasets",
    { Machine: ours.Machine, A: table("stars_rejects"), B: table("planets_rejects") },
    "the stack shop-erp in this account has the tables stars_rejects, planets_rejects, and this project declares none of them",
  ],
])("%s: refused, until a person says that this one takes its place", async (_, there, says) => {
  deployed("shop-erp", there);
  await expect(deploy(ours)).rejects.toMatchObject({ name: "CommandFailed", message: expect.stringContaining(says) });
  await expect(deploy(ours)).rejects.toThrow(/Nothing was deployed\. .*another prefix; .*--take-over shop\.$/);
  await expect(deploy(ours, "shoe")).rejects.toMatchObject({ name: "UsageWrong" });
  await deploy(ours, "shop");
});

test("other sources with the same warehouse stack are refused", async () => {
  deployed("shop-warehouse", {});
  machines("shop-crm-load-partition", "shop-web-load-partition", "shoe-erp-load-partition", "shop-run-statements");
  await expect(deploy(ours)).rejects.toThrow("with the sources crm, web, and this project declares none of them");
});

test("a first deployment, one that stopped after the warehouse, and one with other datasets beside the old ones pass", async () => {
  await deploy(ours);
  deployed("shop-warehouse", {});
  machines("shop-run-statements", "shoe-erp-load-partition");
  await deploy(ours);
  deployed("shop-erp", ours);
  await deploy({ ...ours, Stars: table("stars_rejects") });
});
