import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type OpenAccount, openAccount } from "../../account.js";
import type { Shape } from "../../call/call.js";
import { randomPassword } from "../../secrets-manager/generate.js";
import { temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const assemblyFolder = writeAssembly({
  resources: {
    Cluster: {
      Type: "AWS::Redshift::Cluster",
      Properties: {
        ClusterIdentifier: "wh",
        DBName: "analytics",
        NodeType: "ra3.large",
        ClusterType: "multi-node",
        NumberOfNodes: 2,
        MasterUsername: "boss",
        ManageMasterPassword: true,
      },
    },
    Loader: {
      Type: "AWS::SecretsManager::Secret",
      Properties: {
        Name: "loader",
        GenerateSecretString: {
          SecretStringTemplate: '{"username":"loader"}',
          GenerateStringKey: "password",
          PasswordLength: 40,
          ExcludePunctuation: true,
        },
      },
    },
    Attachment: {
      Type: "AWS::SecretsManager::SecretTargetAttachment",
      Properties: { SecretId: { Ref: "Loader" }, TargetId: { Ref: "Cluster" }, TargetType: "AWS::Redshift::Cluster" },
    },
  },
});
const stateFolder = temporaryFolder();
let account: OpenAccount;
beforeAll(async () => {
  account = await openAccount({ assemblyFolder, stateFolder });
});
afterAll(() => account.close());

const call = (operation: string, input: Shape) =>
  account.call({ service: "secretsmanager", operation, input, principal: account.root });
const secretOf = async (SecretId: string, more: Shape = {}) =>
  String((await call("GetSecretValue", { SecretId, ...more })).SecretString);

describe("secrets of the template", () => {
  test("are generated, attached to their cluster, and kept for their owner's eyes", async () => {
    const text = await secretOf("loader");
    expect(JSON.parse(text)).toEqual({
      username: "loader",
      password: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      engine: "redshift",
      host: expect.stringContaining("wh."),
      port: 5439,
      dbname: "analytics",
      dbClusterIdentifier: "wh",
    });
    expect(statSync(join(stateFolder, "secrets.json")).mode & 0o777).toBe(0o600);
    await account.close();
    account = await openAccount({ assemblyFolder, stateFolder });
    expect(await secretOf("loader")).toBe(text);
  });

  test("include the admin secret that Redshift manages", async () => {
    const arn = account.resourcesOf("AWS::Redshift::Cluster")[0]?.attributes.MasterPasswordSecretArn ?? "";
    expect(JSON.parse(await secretOf(arn))).toEqual({ username: "boss", password: expect.any(String) });
    expect(readFileSync(join(stateFolder, "secrets.json"), "utf8")).toContain("redshift!wh-boss");
  });
});

describe("versions", () => {
  test("a new value moves AWSCURRENT and AWSPREVIOUS", async () => {
    const old = await secretOf("loader");
    await call("PutSecretValue", { SecretId: "loader", SecretString: "second", ClientRequestToken: "v2" });
    expect([await secretOf("loader"), await secretOf("loader", { VersionStage: "AWSPREVIOUS" })]).toEqual([
      "second",
      old,
    ]);
  });

  test("a rotation waits as AWSPENDING until its stage is moved", async () => {
    await call("PutSecretValue", {
      SecretId: "loader",
      SecretString: "third",
      ClientRequestToken: "v3",
      VersionStages: ["AWSPENDING"],
    });
    expect(await secretOf("loader")).toBe("second");
    expect(await secretOf("loader", { VersionStage: "AWSPENDING" })).toBe("third");
    const move = { SecretId: "loader", VersionStage: "AWSCURRENT", MoveToVersionId: "v3" };
    await expect(call("UpdateSecretVersionStage", move)).rejects.toMatchObject({ name: "InvalidParameterException" });
    await call("UpdateSecretVersionStage", { ...move, RemoveFromVersionId: "v2" });
    expect([await secretOf("loader"), await secretOf("loader", { VersionStage: "AWSPREVIOUS" })]).toEqual([
      "third",
      "second",
    ]);
    const { VersionIdsToStages } = await call("DescribeSecret", { SecretId: "loader" });
    expect(VersionIdsToStages).toMatchObject({
      v2: ["AWSPREVIOUS"],
      v3: expect.arrayContaining(["AWSCURRENT", "AWSPENDING"]),
    });
  });

  test("a token that was used for another value is refused", async () => {
    await call("PutSecretValue", { SecretId: "loader", SecretString: "third", ClientRequestToken: "v3" });
    await expect(
      call("PutSecretValue", { SecretId: "loader", SecretString: "x", ClientRequestToken: "v3" }),
    ).rejects.toMatchObject({ name: "ResourceExistsException" });
    await expect(call("GetSecretValue", { SecretId: "loader", VersionStage: "NONE" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

test("a password has every kind of character that is not excluded, and none that is", () => {
  for (let turn = 0; turn < 200; turn += 1) {
    const password = randomPassword({ PasswordLength: 8, ExcludeCharacters: "abc/@\"'\\" });
    expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[^A-Za-z0-9])[^abc/@"'\\]{8}$/);
  }
  expect(() =>
    randomPassword({ ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true }),
  ).toThrow("excludes every character");
});
