import { describe, expect, test } from "@jest/globals";
import { App, Stack } from "aws-cdk-lib";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { z } from "zod";
import { ProjectFile } from "../../../contract/schema.js";
import { SourceFile } from "../../../contract/source-file.js";
import { ProcessedBucket } from "../../../infra/constructs/source-buckets.js";
import { sourceReasons } from "../../../infra/nag-reasons.js";
import { BucketNames } from "../../../infra/names.js";
import { mayDeleteData } from "../../../infra/synthesize.js";
import { soundProject } from "../../contract/projects.js";
import { checked, isUsed, resourcesOf, unexplained } from "../synthesized.js";

const project = (source: string, more = "") => ({
  ...soundProject,
  "sluice.yaml": `${soundProject["sluice.yaml"].replace("{ landing: create }", source)}${more}`,
});
const producer = "arn:aws:iam::222222222222:role/shop-exporter";
const reader = "arn:aws:iam::222222222222:role/analyst";
const { findings, templates: made } = checked(
  project(
    `
    kms: true
    accessLogs: true
    producers: [${producer}]
    readers: [${reader}]
    retention: { landing: 400d, processed: 800d, runs: 20d, oldVersions: 15d, accessLogs: 30d }`,
    `  old:
    landing: { existingBucket: theirs }
    processed: { existingBucket: lake }
    kms: arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d
tags: { team: web }
`,
  ),
  false,
);
const templates = Object.fromEntries(made);
const source = templates["shop-web"];

const Statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Condition: z.looseObject({ ArnNotLike: z.looseObject({}).optional() }).optional(),
});
type Statement = z.infer<typeof Statement>;
const Document = z.object({ Statement: z.array(Statement) });

/** The statements of the policy of one of the source's buckets, by their names. */
function statementsOf(kind: string): ReadonlyMap<string, Statement> {
  const policies = Object.entries(source?.Resources ?? {}).filter(([id]) => id.startsWith(`${kind}BucketPolicy`));
  const { Statement: statements } = Document.parse(policies[0]?.[1].Properties.PolicyDocument);
  return new Map(
    statements.flatMap((statement) => (statement.Sid === undefined ? [] : [[statement.Sid, statement] as const])),
  );
}

const namesIn = (value: unknown) =>
  [...JSON.stringify(value).matchAll(/role\/shop-web-([a-z-]+)-role/g)].map(([, name]) => name).sort();

test("cdk-nag finds nothing that has no reason, and all that reasons are given for", () => {
  expect(unexplained(findings)).toEqual([]);
  expect(sourceReasons.filter((each) => !isUsed(findings)(each))).toEqual([]);
});

describe("buckets that were there before", () => {
  test("are neither made nor changed; S3 may call start-load for them, and their key may be used", () => {
    const old = templates["shop-old"];
    expect([...resourcesOf(old, "AWS::S3::Bucket"), ...resourcesOf(old, "AWS::S3::BucketPolicy")]).toEqual([]);
    expect(resourcesOf(old, "AWS::Lambda::Permission").map(({ Properties }) => Properties)).toContainEqual(
      expect.objectContaining({
        Principal: "s3.amazonaws.com",
        SourceArn: { "Fn::Sub": expect.stringMatching(/:s3:::theirs$/) },
      }),
    );
    const policies = JSON.stringify(resourcesOf(old, "AWS::IAM::Policy"));
    expect(policies).toContain('"Resource":"arn:aws:kms:eu-west-1:111111111111:key/0a1b2c3d"');
    expect(policies).not.toContain("kms:ResourceAliases");
    expect(policies).toContain(":s3:::theirs/*");
  });
});

describe("who reaches a source's buckets", () => {
  test("producers may put, and nothing else", () => {
    const landing = statementsOf("Landing");
    expect(landing.get("ProducersDeliver")).toMatchObject({
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:PutObject"],
      Principal: { AWS: producer },
    });
    const exempt = (sid: string) => JSON.stringify(landing.get(sid)?.Condition?.ArnNotLike);
    expect(exempt("OnlyProducersDeliver")).toContain(producer);
    expect(exempt("OnlyTheSourceReads")).not.toContain(producer);
    expect(exempt("OnlyTheSourceLists")).not.toContain(producer);
  });

  test("readers may read what is published, and nothing else", () => {
    const processed = statementsOf("Processed");
    expect(processed.get("ReadersRead")).toMatchObject({
      Action: "s3:GetObject",
      Resource: [
        { "Fn::Sub": expect.stringMatching(/shop-web-processed-.*\/data\/\*$/) },
        { "Fn::Sub": expect.stringMatching(/shop-web-processed-.*\/rejected\/\*$/) },
      ],
    });
    const exempt = (sid: string) => JSON.stringify(processed.get(sid)?.Condition?.ArnNotLike);
    expect(exempt("OnlyReadersRead")).toContain(reader);
    for (const sid of ["OnlyTheSourceReadsTheRest", "OnlyTheSourceWrites"]) expect(exempt(sid)).not.toContain(reader);
  });

  /** A role that a policy forgot would be shut out of its own bucket. */
  test.each(["landing", "processed"] as const)("every role that has rights in %s is let in", (kind) => {
    const arns = `:s3:::shop-web-${kind}-`;
    const roles = Object.values(templates).flatMap((template) =>
      resourcesOf(template, "AWS::IAM::Policy")
        .filter(({ Properties }) => JSON.stringify(Properties).includes(arns))
        .flatMap(({ Properties }) => (Array.isArray(Properties.Roles) ? Properties.Roles : []))
        .map(({ Ref }) => String(template.Resources[Ref]?.Properties.RoleName)),
    );
    const allowed = JSON.stringify([...statementsOf(kind === "landing" ? "Landing" : "Processed").values()]);
    expect(roles.length).toBeGreaterThan(1);
    expect(roles.filter((role) => !allowed.includes(`role/${role}"`))).toEqual([]);
  });

  test("administrators and those who deploy are let in by every Deny", () => {
    for (const statement of [...statementsOf("Landing").values(), ...statementsOf("Processed").values()]) {
      if (statement.Effect !== "Deny" || statement.Condition?.ArnNotLike === undefined) continue;
      const text = JSON.stringify(statement.Condition);
      expect(text).toContain(":root");
      expect(text).toContain("AWSReservedSSO_AdministratorAccess_");
      expect(text).toContain("cdk-hnb659fds-");
    }
    expect(namesIn([...statementsOf("Landing").values()])).not.toContain("check-report");
  });
});

describe("a source's key", () => {
  test("encrypts both buckets, as a bucket key, rotates and stays", () => {
    expect(resourcesOf(source, "AWS::KMS::Key")).toMatchObject([
      { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain", Properties: { EnableKeyRotation: true } },
    ]);
    const encrypted = resourcesOf(source, "AWS::S3::Bucket").filter(({ Properties }) =>
      JSON.stringify(Properties.BucketEncryption).includes('"BucketKeyEnabled":true'),
    );
    expect(encrypted).toHaveLength(2);
  });

  test("may be used by the roles that read and write there, through S3 alone, and by no other", () => {
    const users = Object.values(templates).flatMap((template) =>
      resourcesOf(template, "AWS::IAM::Policy").filter(({ Properties }) =>
        JSON.stringify(Properties).includes("kms:ResourceAliases"),
      ),
    );
    expect(namesIn(source?.Resources).length).toBeGreaterThan(0);
    expect(users).toHaveLength(9);
    for (const { Properties } of users) {
      expect(JSON.stringify(Properties)).toContain('"kms:ViaService":"s3.eu-west-1.amazonaws.com"');
      expect(JSON.stringify(Properties)).toContain('"kms:ResourceAliases":"alias/shop-web-data"');
    }
  });
});

test("what lies in the buckets goes when the project says so", () => {
  const rules = resourcesOf(source, "AWS::S3::Bucket").map(({ Properties }) =>
    JSON.stringify(Properties.LifecycleConfiguration),
  );
  const all = rules.join("\n");
  for (const rule of [
    '"ExpirationInDays":400',
    '"ExpirationInDays":800,"Prefix":"data/"',
    '"ExpirationInDays":800,"Prefix":"rejected/"',
    '"ExpirationInDays":20,"Prefix":"runs/"',
    '"NoncurrentVersionExpiration":{"NoncurrentDays":15}',
    '"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}',
  ]) {
    expect(all).toContain(rule);
  }
});

test("access logs go into a bucket of their own, where S3 alone writes", () => {
  const logging = resourcesOf(source, "AWS::S3::Bucket").flatMap(
    ({ Properties }) => Properties.LoggingConfiguration ?? [],
  );
  expect(logging).toMatchObject([{ LogFilePrefix: "landing/" }, { LogFilePrefix: "processed/" }]);
  const policies = resourcesOf(source, "AWS::S3::BucketPolicy").map(({ Properties }) => JSON.stringify(Properties));
  expect(policies.filter((text) => text.includes("logging.s3.amazonaws.com"))).toHaveLength(1);
});

test("every resource says whose it is", () => {
  for (const { Properties } of resourcesOf(source, "AWS::Lambda::Function")) {
    expect(Properties.Tags).toEqual(
      expect.arrayContaining([
        { Key: "sluice:project", Value: "shop" },
        { Key: "sluice:source", Value: "web" },
        { Key: "team", Value: "web" },
      ]),
    );
  }
});

describe("two switches before data may go with the stack", () => {
  test.each([
    ["never", undefined, false],
    ["allowed", undefined, false],
    ["never", "shop", false],
    ["allowed", "another", false],
    ["allowed", "shop", true],
  ] as const)("%s and %s", (dataDeletion, typed, mayGo) => {
    const declared = ProjectFile.parse({
      name: "shop",
      dataDeletion,
      region: "eu-west-1",
      warehouse: { create: {} },
      sources: { web: {} },
    });
    const mayBeDeleted = mayDeleteData(declared, typed);
    expect(mayBeDeleted).toBe(mayGo);
    const stack = new Stack(new App());
    const names = BucketNames.ofSource(
      {
        project: "shop",
        region: "eu-west-1",
        roles: declared.deployment.roles,
        schema: "sluice",
        sources: declared.sources,
      },
      "web",
      "processed",
    );
    const { retention } = SourceFile.parse({});
    const { bucket } = new ProcessedBucket(stack, "Processed", {
      names,
      retention,
      mayBeDeleted,
      reach: { own: [], others: [] },
      key: undefined,
      accessLogs: undefined,
    });
    const resource = bucket.node.defaultChild;
    expect(resource).toBeInstanceOf(CfnBucket);
    expect(resource).toHaveProperty("cfnOptions.deletionPolicy", mayGo ? "Delete" : "Retain");
    expect(resource).toHaveProperty("cfnOptions.updateReplacePolicy", mayGo ? "Delete" : "Retain");
  });
});
