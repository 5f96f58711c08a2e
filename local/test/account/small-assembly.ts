import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface SmallAssembly {
  readonly resources: Readonly<Record<string, Resource>>;
  /** Files of function assets by asset name, e.g. `{ echo: { "index.js": "…" } }`. */
  readonly code?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The template's Metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is an argument of Fn::Sub
export const ASSET_BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-eu-west-1";

/** A folder of its own for a test's files. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "local-account-"));
}

/** Writes a cloud assembly of one stack, as the CDK would, and returns its folder. */
export function writeAssembly({ resources, code = {}, outputs = {}, metadata = {} }: SmallAssembly): string {
  const folder = temporaryFolder();
  const json = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  json("manifest.json", {
    version: "55.0.0",
    artifacts: {
      small: {
        type: "aws:cloudformation:stack",
        environment: "aws://unknown-account/eu-west-1",
        properties: { templateFile: "small.template.json" },
      },
    },
  });
  json("small.template.json", { Metadata: metadata, Resources: resources, Outputs: outputs });
  const files = Object.entries(code).map(([name, sources]) => {
    mkdirSync(join(folder, `asset.${name}`));
    for (const [file, text] of Object.entries(sources)) writeFileSync(join(folder, `asset.${name}`, file), text);
    const destinations = { local: { bucketName: ASSET_BUCKET, objectKey: `${name}.zip` } };
    return [name, { source: { path: `asset.${name}`, packaging: "zip" }, destinations }];
  });
  json("small.assets.json", { version: "55.0.0", files: Object.fromEntries(files) });
  return folder;
}

/** A role that `service` may assume, under conditions if any. */
export function role(
  name: string,
  statements: readonly unknown[] = [],
  trust: { readonly service?: string | readonly string[]; readonly condition?: unknown } = {},
): Resource {
  const { service = "lambda.amazonaws.com", condition } = trust;
  const Policies =
    statements.length === 0
      ? []
      : [{ PolicyName: "own", PolicyDocument: { Version: "2012-10-17", Statement: statements } }];
  const AssumeRolePolicyDocument = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  };
  return { Type: "AWS::IAM::Role", Properties: { RoleName: name, AssumeRolePolicyDocument, Policies } };
}

/** A function whose code is the asset of the same name. */
export function lambda(name: string, roleId: string, more: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      FunctionName: name,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: { "Fn::GetAtt": [roleId, "Arn"] },
      Code: { S3Bucket: { "Fn::Sub": ASSET_BUCKET }, S3Key: `${name}.zip` },
      ...more,
    },
  };
}
