import { describe, expect, test } from "@jest/globals";
import { notesOn } from "../../cli/permissions/notes.js";
import { type Person, people, policyOf } from "../../cli/permissions/policies.js";
import { Scope } from "../../cli/permissions/scope.js";
import { ProjectFile } from "../../contract/schema.js";
import { Statement } from "../../local/iam/document.js";
import { evaluate } from "../../local/iam/evaluate.js";
import { contractOf } from "../planning/fixture.js";

const account = "111111111111";
const declared = {
  name: "shop",
  region: "eu-west-1",
  account,
  warehouse: { create: {} },
  alerts: { email: "data@example.com" },
  sources: { web: { landing: "create", processed: "create" } },
};
const project = ProjectFile.parse(declared);
const scopeOf = (file: ProjectFile) => new Scope(file, [contractOf()]);
const mayDo = (person: Person, action: string, resource: string, of = project) =>
  evaluate(
    policyOf(person, scopeOf(of)).Statement.map((each) => Statement.parse(each)),
    { action, resource },
    {},
  ) === "allowed";

const states = (name: string) => `arn:aws:states:eu-west-1:${account}:${name}`;
const processed = `arn:aws:s3:::shop-web-processed-${account}-eu-west-1`;
const landing = `arn:aws:s3:::shop-web-landing-${account}-eu-west-1`;

describe("the policies of people", () => {
  test("everybody finds the deployment; nobody may do anything to what is another project's", () => {
    for (const person of people) {
      const text = JSON.stringify(policyOf(person, scopeOf(project)));
      expect(mayDo(person, "states:ListStateMachines", "*")).toBe(true);
      expect(text).not.toMatch(/"[a-z0-9-]+:\*"|"\*:/);
      expect(mayDo(person, "states:ListExecutions", states("stateMachine:shop-eu-web-load-partition"))).toBe(false);
      expect(mayDo(person, "s3:GetObject", `arn:aws:s3:::shop-eu-web-processed-${account}-eu-west-1/runs/a.json`)).toBe(
        false,
      );
    }
  });

  test("a reader sees loads and rejects, no rows, and changes nothing", () => {
    expect(mayDo("reader", "s3:GetObject", `${processed}/runs/orders/p/b/r/e/batch.json`)).toBe(true);
    expect(mayDo("reader", "s3:GetObject", `${processed}/runs/orders/p/b/r/e/g/part-0.parquet`)).toBe(false);
    expect(mayDo("reader", "s3:GetObject", `${processed}/data/orders/part-0.parquet`)).toBe(false);
    expect(mayDo("reader", "s3:GetObject", `${landing}/orders/rows.json`)).toBe(false);
    const actions = policyOf("reader", scopeOf(project)).Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
  });

  test("an operator starts loads and lands files, and neither writes what is published nor reads the loader's password", () => {
    expect(mayDo("operator", "states:StartExecution", states("stateMachine:shop-web-load-partition"))).toBe(true);
    expect(mayDo("operator", "s3:PutObject", `${landing}/orders/rows.json`)).toBe(true);
    expect(mayDo("operator", "s3:PutObject", `${processed}/data/orders/part-0.parquet`)).toBe(false);
    const secret = (user: string) => `arn:aws:secretsmanager:eu-west-1:${account}:secret:shop/warehouse/${user}-AbC123`;
    expect(mayDo("operator", "secretsmanager:GetSecretValue", secret("reader"))).toBe(true);
    expect(mayDo("operator", "secretsmanager:GetSecretValue", secret("loader"))).toBe(false);
    expect(mayDo("deployer", "secretsmanager:GetSecretValue", secret("loader"))).toBe(true);
  });

  test("roles of the bootstrap are those of the project's qualifier, region and partition", () => {
    const china = ProjectFile.parse({ ...declared, region: "cn-north-1", deployment: { qualifier: "acme" } });
    const role = (name: string) => `arn:aws-cn:iam::${account}:role/cdk-acme-${name}-role-${account}-cn-north-1`;
    expect(mayDo("deployer", "sts:AssumeRole", role("deploy"), china)).toBe(true);
    expect(mayDo("ci", "sts:AssumeRole", role("lookup"), china)).toBe(true);
    expect(mayDo("ci", "sts:AssumeRole", role("deploy"), china)).toBe(false);
    expect(JSON.stringify(policyOf("deployer", scopeOf(china)))).not.toContain("hnb659fds");
  });

  test("what a project does not have is not in its policy", () => {
    const text = JSON.stringify(policyOf("deployer", scopeOf(project)));
    expect(text).not.toMatch(/s3:PutBucketNotification|kms:|glue:BatchCreatePartition/);
    const own = ProjectFile.parse({
      ...declared,
      deployment: { kms: `arn:aws:kms:eu-west-1:${account}:key/own` },
      sources: { web: { landing: { existingBucket: "theirs" }, processed: "create" } },
    });
    expect(mayDo("deployer", "s3:PutBucketNotification", "arn:aws:s3:::theirs", own)).toBe(true);
    expect(mayDo("reader", "kms:Decrypt", `arn:aws:kms:eu-west-1:${account}:key/own`, own)).toBe(true);
  });

  test("what whoever attaches a policy has to know is said", () => {
    const { account: _, ...open } = declared;
    const unknown = ProjectFile.parse(open);
    expect(notesOn("ci", unknown, policyOf("ci", scopeOf(unknown)))[0]).toMatch(
      /^The account is not in sluice\.yaml: replace <account>/,
    );
    expect(notesOn("deployer", project, policyOf("deployer", scopeOf(project)))).toEqual([
      expect.stringContaining("`deployment.deployers`"),
    ]);
    const sources = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`source-${n}`, { landing: "create" }]));
    const large = ProjectFile.parse({ ...declared, sources });
    expect(notesOn("operator", large, policyOf("operator", scopeOf(large))).at(-1)).toMatch(
      /A managed policy takes 6144/,
    );
  });
});
