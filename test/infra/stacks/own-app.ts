import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { App, Stack, Stage } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import {
  addStacks,
  featureFlags,
  type ProjectStacks,
  readProject,
  SourceStack,
  WarehouseStack,
} from "../../../index.js";

describe("a CDK app of one's own", () => {
  const before = process.env.CDK_VALIDATION;
  let own: Stack;
  let made: ProjectStacks;
  beforeAll(() => {
    process.env.CDK_VALIDATION = "false";
    const app = new App({ context: featureFlags, analyticsReporting: false });
    own = new Stack(app, "own");
    new Queue(own, "Queue");
    const stage = new Stage(app, "production");
    const project = readProject(fileURLToPath(new URL("../../../examples/demo", import.meta.url)));
    made = addStacks(stage, project, { account: "111122223333" });
    app.synth();
  });
  afterAll(() => {
    if (before === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = before;
  });

  test("takes in the stacks of a project, each where it is told to go", () => {
    expect(made.warehouse).toBeInstanceOf(WarehouseStack);
    const sources = [...made.sources.values()];
    expect(sources.length).toBeGreaterThan(0);
    for (const stack of sources) {
      expect(stack).toBeInstanceOf(SourceStack);
      expect(stack.dependencies).toContain(made.warehouse);
    }
    for (const stack of [made.warehouse, ...sources]) {
      expect(stack).toMatchObject({ account: "111122223333", region: readProjectRegion });
    }
  });

  test("synthesizes: the functions' code is there, and what is not ours stays as it was", () => {
    const [stack] = made.sources.values();
    if (stack === undefined) throw new TypeError("a demo without a source");
    Template.fromStack(stack).hasResourceProperties("AWS::StepFunctions::StateMachine", {
      StateMachineName: `demo-${[...made.sources.keys()][0]}-load-partition`,
    });
    const tags = Match.arrayWith([{ Key: "sluice:project", Value: "demo" }]);
    Template.fromStack(stack).hasResourceProperties("AWS::S3::Bucket", { Tags: tags });
    Template.fromStack(own).hasResourceProperties("AWS::SQS::Queue", { Tags: Match.absent() });
  });
});

const readProjectRegion = readProject(fileURLToPath(new URL("../../../examples/demo", import.meta.url))).project.region;
