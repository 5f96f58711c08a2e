import { readFileSync, statSync } from "node:fs";
import {
  AwsError,
  type Call,
  type EmittedEvent,
  FileBody,
  type Principal,
  type ResolvedResource,
  type Shape,
} from "../../call/call.js";
import type { RedshiftAccount } from "../../redshift/service.js";

export const CLUSTER = "demo";
export const ADMIN_SECRET = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:redshift!demo-admin-abcdef";
export const COPY_ROLE = "arn:aws:iam::000000000000:role/demo-warehouse-role";
export const LOADER: Principal = {
  arn: "arn:aws:iam::000000000000:role/demo-loader",
  accountId: "000000000000",
  kind: "role",
};
export const OTHER: Principal = {
  arn: "arn:aws:iam::000000000000:role/demo-other",
  accountId: "000000000000",
  kind: "role",
};

const cluster: ResolvedResource = {
  stack: "warehouse",
  logicalId: "Cluster",
  type: "AWS::Redshift::Cluster",
  properties: {
    ClusterIdentifier: CLUSTER,
    DBName: "analytics",
    MasterUsername: "admin",
    ManageMasterPassword: true,
    NodeType: "ra3.large",
    NumberOfNodes: 2,
    IamRoles: [COPY_ROLE],
  },
  ref: CLUSTER,
  attributes: { MasterPasswordSecretArn: ADMIN_SECRET, "Endpoint.Address": "demo.local", "Endpoint.Port": "5439" },
};

/** What the rest of the account would be: secrets by ARN, objects of S3 by URL as files, and a record of the rest. */
export interface FakeAccount extends RedshiftAccount {
  readonly secrets: Map<string, string>;
  /** `s3://bucket/key` to a file on disk. */
  readonly objects: Map<string, string>;
  readonly events: EmittedEvent[];
  readonly calls: Call[];
  /** Ahead of the real time, in ms. */
  advance(ms: number): void;
  serve(body: {
    readonly operations: Readonly<Record<string, (input: Shape, context: { principal: Principal }) => Promise<Shape>>>;
  }): void;
}

function getObject(objects: ReadonlyMap<string, string>, call: Call): Shape {
  const url = `s3://${String(call.input.Bucket)}/${String(call.input.Key)}`;
  const file = objects.get(url);
  if (file === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.", { statusCode: 404 });
  return { ContentLength: statSync(file).size, Body: new FileBody(file, 0, readFileSync(file).length) };
}

/** An account that knows secrets, objects and Redshift's own operations, and throws on any other call. */
export function fakeAccount(stateFolder: string): FakeAccount {
  const secrets = new Map([[ADMIN_SECRET, JSON.stringify({ username: "admin", password: "Managed1secret" })]]);
  const objects = new Map<string, string>();
  const events: EmittedEvent[] = [];
  const calls: Call[] = [];
  let ahead = 0;
  let redshift: Parameters<FakeAccount["serve"]>[0] | undefined;
  return {
    secrets,
    objects,
    events,
    calls,
    stateFolder,
    region: "eu-west-1",
    accountId: "000000000000",
    clock: { now: () => Date.now() + ahead, sleep: () => Promise.reject(new Error("nothing here sleeps")) },
    advance: (ms) => {
      ahead += ms;
    },
    serve: (body) => {
      redshift = body;
    },
    resourcesOf: (type) => (type === cluster.type ? [cluster] : []),
    rolePrincipal: (arn) => ({ arn, accountId: "000000000000", kind: "role" }),
    emit: async (event) => {
      events.push(event);
    },
    async call(call) {
      calls.push(call);
      if (call.service === "secretsmanager" && call.operation === "GetSecretValue") {
        const value = secrets.get(String(call.input.SecretId));
        if (value === undefined)
          throw new AwsError(
            "AccessDeniedException",
            `User: ${call.principal.arn} is not authorized to perform: secretsmanager:GetSecretValue`,
          );
        return { ARN: call.input.SecretId, SecretString: value };
      }
      if (call.service === "s3" && call.operation === "GetObject") return getObject(objects, call);
      const operation = call.service === "redshift" ? redshift?.operations[call.operation] : undefined;
      if (operation === undefined) throw new Error(`unforeseen call ${call.service} ${call.operation}`);
      return operation(call.input, { principal: call.principal });
    },
  };
}
