import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { protectionSecretName } from "../../contract/layout.js";
import { awsSuffix } from "../../contract/partition-of-aws.js";
import { needsKey } from "../../contract/protection-file.js";
import type { ProjectFile } from "../../contract/schema.js";
import { expect } from "../expected.js";
import { arn, type Names, roleArn, type SourceNames } from "../names.js";
import type { Permission } from "./role.js";
import { onlyReadBy } from "./secret-readers.js";

/** How an engine comes to the key of `protect: hash`. */
export interface KeyAccess {
  /** The secret's name or ARN: which key, and not the key. */
  readonly secret: string;
  readonly permissions: readonly Permission[];
}

/** Reading one secret, and decrypting it through Secrets Manager alone where a key of the account encrypts it. */
export function keyAccess(names: Names, { protection: { key } }: ProjectFile): KeyAccess {
  const isOwn = key === "create";
  // Secrets Manager adds six characters to a name.
  const secretArn = isOwn ? arn(names, "secretsmanager", `secret:${protectionSecretName(names.project)}-??????`) : key;
  const read = { actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] };
  // What `deployment.kms` encrypts every role may decrypt. By which key another secret is encrypted nobody knows here: the context names it.
  const decrypting: readonly Permission[] = isOwn
    ? []
    : [
        {
          actions: ["kms:Decrypt"],
          resources: [arn(names, "kms", "key/*")],
          conditions: {
            StringEquals: {
              "kms:ViaService": `secretsmanager.${names.region}.${awsSuffix(names.region)}`,
              "kms:EncryptionContext:SecretARN": key,
            },
          },
        },
      ];
  return { secret: isOwn ? protectionSecretName(names.project) : key, permissions: [read, ...decrypting] };
}

/** The roles that read the key for a source: those of its engines. */
export function keyReadersOf(names: SourceNames, contracts: readonly Contract[]): readonly string[] {
  if (!needsKey(contracts)) return [];
  const hasLambda = contracts.some(({ engine }) => engine.choice !== "glue");
  return [names.of("glue-job-role"), ...(hasLambda ? [`${names.of("convert-batch")}-role`] : [])];
}

export interface ProtectionKeyProps {
  readonly names: Names;
  /** `create`, or the ARN of a secret. */
  readonly key: string;
  /** Names of the engines' roles. */
  readonly readers: readonly string[];
}

/**
 * The secret with the key. Its policy denies reading to everybody but the engines, root and break-glass: who can read it can find out
 * which address a hash stands for. It is never rotated by itself: a new key gives other hashes for the same values.
 */
export class ProtectionKey extends Construct {
  constructor(scope: Construct, id: string, { names, key, readers }: ProtectionKeyProps) {
    super(scope, id);
    if (key !== "create") {
      expect(Stack.of(this), {
        ProtectionKey: { Type: "AWS::SecretsManager::Secret", Ref: key, Properties: { Name: key } },
      });
      return;
    }
    const secret = new Secret(this, "Secret", {
      secretName: protectionSecretName(names.project),
      description: "The key of columns with protect: hash. A new value is a new key: docs/protection.md.",
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const engines = readers.map((reader) => roleArn(names, reader));
    onlyReadBy(secret, "OnlyEngines", names.project, engines);
  }
}
