import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudFormationClient, GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { Command } from "commander";
import { createCdk } from "../../../cli/cdk/cdk.js";
import { bucketsThatGo } from "../../../cli/cdk/empty-buckets.js";
import type { CdkTools } from "../../../cli/cdk/tools.js";
import { addDeploy } from "../../../cli/commands/deploy.js";
import { addDestroy } from "../../../cli/commands/destroy.js";
import { addDiff } from "../../../cli/commands/diff.js";

let folder: string;
let calls: string[][];
let answer: { isDone: boolean; output: string };
let order: string[];

const bucket = (BucketName: unknown, DeletionPolicy: string) => ({
  Type: "AWS::S3::Bucket",
  DeletionPolicy,
  Properties: { BucketName },
});
const template = {
  Resources: {
    Landing: bucket({ "Fn::Sub": `shop-erp-landing-\${AWS::AccountId}-eu-west-1` }, "Delete"),
    Kept: bucket("kept", "Retain"),
    Job: { Type: "AWS::Glue::Job" },
  },
};

const tools = (): CdkTools => ({
  async cdk(args, onLine) {
    order.push(args[0] ?? "");
    calls.push([...args]);
    for (const line of answer.output.split("\n")) onLine?.(line);
    const outputs = args.indexOf("--outputs-file");
    if (outputs >= 0) writeFileSync(args[outputs + 1] ?? "", '{"shop-erp":{"LandingBucket":"shop-erp-landing"}}');
    return answer;
  },
  async assemble(_, { deleteData }) {
    order.push(`assemble ${deleteData ?? "keeping"}`);
    return { folder: "assembly", stacks: [{ name: "shop-erp", template }] };
  },
});

const declare = (more = "") =>
  writeFileSync(
    join(folder, "sluice.yaml"),
    `name: shop\nregion: eu-west-1\nwarehouse: { create: {} }\nsources: { erp: { landing: create } }\n${more}`,
  );

const cloudFormation = mockClient(CloudFormationClient);
afterAll(() => cloudFormation.restore());
const absent = Object.assign(new Error("Stack with id shop-erp does not exist"), { name: "ValidationError" });

beforeEach(() => {
  cloudFormation.reset();
  cloudFormation.on(GetTemplateCommand).rejects(absent);
  folder = mkdtempSync(join(tmpdir(), "sluice-deploy-"));
  declare();
  mkdirSync(join(folder, "datasets"));
  const orders =
    "dataset: orders\nsource: erp\npartition: day\nformat: { type: json }\ncolumns: [{ name: id, type: integer }]\ntable: { name: shop.orders }\nload: { mode: append }\n";
  writeFileSync(join(folder, "datasets", "orders.yaml"), orders);
  [calls, order, answer] = [[], [], { isDone: true, output: "" }];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function sluice(...args: readonly string[]) {
  const written = { stdout: "", stderr: "", error: undefined as unknown };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  const program = new Command("sluice").exitOverride();
  for (const add of [addDeploy, addDiff, addDestroy]) add(program, tools);
  try {
    await program.parseAsync(["node", "sluice", ...args, "--project", folder]);
  } catch (error) {
    written.error = error;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written;
}

describe("sluice deploy", () => {
  test("deploys every stack of the assembly, prints what it put out, and says what comes next", async () => {
    const { stdout, stderr, error } = await sluice("deploy", "--yes");
    expect(error).toBeUndefined();
    expect(calls[0]?.slice(0, 6)).toEqual(["deploy", "--app", "assembly", "--all", "--require-approval", "never"]);
    expect(stdout).toBe("stack     output         value\nshop-erp  LandingBucket  shop-erp-landing\n");
    expect(stderr).toContain("Next: sluice bootstrap");
  });

  test("asks nobody where nobody can answer", async () => {
    const { error } = await sluice("deploy");
    expect(error).toMatchObject({ name: "UsageWrong", message: expect.stringContaining("add --yes") });
    expect(order).toEqual([]);
  });

  test("is quiet while it goes well, and shows everything when it does not", async () => {
    answer = { isDone: true, output: "shop-erp: deploying... [1/1]\nshop-erp: creating CloudFormation changeset" };
    expect((await sluice("deploy", "--yes")).stderr).not.toContain("changeset");
    answer = { isDone: false, output: "SSM parameter /cdk-bootstrap/hnb659fds/version not found." };
    const { stderr, error } = await sluice("deploy", "--yes");
    expect(stderr).toContain("SSM parameter");
    expect(error).toMatchObject({
      name: "CommandFailed",
      message: expect.stringContaining("npx cdk bootstrap aws://"),
    });
  });
});

describe("a deployment that touches what holds data", () => {
  const deployed = (Resources: object) =>
    cloudFormation
      .on(GetTemplateCommand, { StackName: "shop-erp", TemplateStage: "Original" })
      .resolves({ TemplateBody: JSON.stringify({ Resources }) });
  const { Landing, Kept } = template.Resources;

  test("goes on when all of it stays as it was", async () => {
    deployed({ Landing, Kept, Function: { Type: "AWS::Lambda::Function" } });
    expect((await sluice("deploy", "--yes")).error).toBeUndefined();
    expect(order).toEqual(["assemble keeping", "deploy"]);
  });

  test("is refused before the CDK is called: resource, change and remedy are named", async () => {
    deployed({ Landing, Kept: bucket("old", "Retain"), Ours: { Type: "AWS::KMS::Key" } });
    const { error } = await sluice("deploy", "--yes");
    expect(error).toMatchObject({ name: "DataLossRefused" });
    const { message } = error instanceof Error ? error : { message: "" };
    expect(message.split("\n")).toEqual([
      "This deployment would delete or replace resources that hold data:",
      expect.stringMatching(/^ {2}shop-erp: Kept \(AWS::S3::Bucket\) a new, empty one takes .* BucketName .*Restore/),
      expect.stringMatching(/^ {2}shop-erp: Ours \(AWS::KMS::Key\) leaves the stack: it is deleted\. Restore .*`kms`/),
      "Nothing was deployed. To allow it: `dataDeletion: allowed` in sluice.yaml and --allow-data-loss shop.",
    ]);
    expect(order).toEqual(["assemble keeping"]);
  });

  test("is shown by diff, which then refuses", async () => {
    deployed({ Ours: { Type: "AWS::Redshift::Cluster", DeletionPolicy: "Snapshot" } });
    answer = { isDone: true, output: "Stack shop-erp" };
    const { stdout, error } = await sluice("diff");
    expect(stdout).toBe("Stack shop-erp\n");
    expect(error).toMatchObject({
      name: "DataLossRefused",
      message: expect.stringContaining("it is deleted, and a last snapshot stays"),
    });
  });

  test("takes both switches", async () => {
    deployed({ Ours: { Type: "AWS::S3::Bucket" } });
    const { error } = await sluice("deploy", "--yes", "--allow-data-loss", "shop");
    expect(error).toMatchObject({ name: "UsageWrong", message: expect.stringContaining("`dataDeletion: allowed`") });
    expect(order).toEqual([]);
    declare("dataDeletion: allowed\n");
    expect((await sluice("deploy", "--yes")).error).toMatchObject({ name: "DataLossRefused" });
    const both = await sluice("deploy", "--yes", "--allow-data-loss", "shop");
    expect([both.error, order.at(-1)]).toEqual([undefined, "deploy"]);
    expect(both.stderr).toContain("shop-erp: Ours (AWS::S3::Bucket) leaves the stack: it is deleted.");
  });

  test("is not begun when the deployed template cannot be read", async () => {
    const denied = Object.assign(new Error("not authorized"), { name: "AccessDenied" });
    cloudFormation.on(GetTemplateCommand).rejects(denied);
    expect((await sluice("deploy", "--yes")).error).toMatchObject({
      name: "CommandFailed",
      message: expect.stringContaining("cloudformation:GetTemplate"),
    });
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: "Resources: {}" });
    expect((await sluice("deploy", "--yes")).error).toMatchObject({ message: expect.stringContaining("SyntaxError") });
    expect(order).toEqual(["assemble keeping", "assemble keeping"]);
  });
});

describe("for AWS alone", () => {
  test.each(["deploy", "diff", "destroy"])("%s --local says what the local account has instead", async (verb) => {
    const { error } = await sluice(verb, "--local");
    expect(error).toMatchObject({
      name: "UsageWrong",
      message: expect.stringContaining("`sluice local up` starts it"),
    });
    expect(order).toEqual([]);
  });

  test("an endpoint in the environment is refused", async () => {
    process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:1";
    try {
      expect((await sluice("deploy", "--yes")).error).toMatchObject({ message: expect.stringContaining("Unset it") });
    } finally {
      delete process.env.AWS_ENDPOINT_URL;
    }
  });
});

describe("sluice diff", () => {
  test("puts the difference on stdout, and fails on what it is told to fail on", async () => {
    answer = { isDone: true, output: "Stack shop-erp\nThere were no differences" };
    expect((await sluice("diff")).stdout).toBe("Stack shop-erp\nThere were no differences\n");
    answer = { isDone: false, output: "[-] AWS::S3::Bucket" };
    const { error } = await sluice("diff", "--fail-on", "destructive");
    expect(calls[1]).toEqual(["diff", "--app", "assembly", "--fail-on", "destructive"]);
    expect(error).toMatchObject({ name: "CommandFailed", message: expect.stringContaining("destructive") });
  });
});

describe("sluice destroy", () => {
  test("keeps the data, and says so", async () => {
    const { stderr } = await sluice("destroy", "--yes");
    expect(order).toEqual(["assemble keeping", "destroy"]);
    expect(calls[0]?.slice(0, 5)).toEqual(["destroy", "--app", "assembly", "--all", "--force"]);
    expect(stderr).toContain("Buckets and their contents are kept");
  });

  test.each([
    ["the name of another project", "dataDeletion: allowed", "demo", "names 'demo'"],
    ["one switch alone", "", "shop", "`dataDeletion: allowed` in sluice.yaml"],
  ])("takes no data with %s", async (_, more, name, sentence) => {
    declare(more);
    const { error } = await sluice("destroy", "--yes", "--delete-data", name);
    expect(error).toMatchObject({ name: "UsageWrong", message: expect.stringContaining(sentence) });
    expect(order).toEqual([]);
  });

  test("with both switches: the templates let go first, then the buckets are emptied, then all goes", async () => {
    declare("dataDeletion: allowed\n");
    const states = mockClient(SFNClient);
    states.on(ListStateMachinesCommand).resolves({
      stateMachines: [
        {
          name: "shop-run-statements",
          stateMachineArn: "arn:aws:states:eu-west-1:111122223333:stateMachine:shop-run-statements",
          type: "STANDARD",
          creationDate: new Date(0),
        },
      ],
    });
    const s3 = mockClient(S3Client);
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({ Versions: [{ Key: "a", VersionId: "1" }], DeleteMarkers: [{ Key: "a", VersionId: "2" }] })
      .resolves({});
    s3.on(DeleteObjectsCommand).callsFake(async ({ Bucket, Delete }) => {
      order.push(`empty ${Bucket} ${Delete.Objects.length}`);
      return {};
    });
    try {
      expect((await sluice("destroy", "--yes", "--delete-data", "shop")).error).toBeUndefined();
    } finally {
      states.restore();
      s3.restore();
    }
    const emptied = "empty shop-erp-landing-111122223333-eu-west-1 2";
    expect(order).toEqual(["assemble shop", "deploy", emptied, "destroy"]);
  });

  test("a bucket that stays is not emptied", () => {
    expect(bucketsThatGo([template], "1", "eu-west-1")).toEqual(["shop-erp-landing-1-eu-west-1"]);
  });
});

describe("the CDK's command line", () => {
  test("runs in a process of its own; its lines and its end come back", async () => {
    const script = join(folder, "cdk.cjs");
    writeFileSync(script, "console.log(process.argv[2]); console.error('trouble'); process.exitCode = 3;");
    const lines: string[] = [];
    const ended = await createCdk(script)(["deploy"], (line) => lines.push(line));
    expect(lines.sort()).toEqual(["deploy", "trouble"]);
    expect(ended.isDone).toBe(false);
  });

  test("is the one of the package aws-cdk", async () => {
    const { isDone, output } = await createCdk()(["--version"], () => {});
    expect(isDone).toBe(true);
    expect(output).toMatch(/^2\.\d+\.\d+/);
  });
});
