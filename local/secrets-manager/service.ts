import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Account, AwsError, type ServiceBody, type Shape } from "../call/call.js";
import { optionalText, optionalTexts, requiredText } from "../call/input.js";
import { SecretStore, type SecretVersion, type StoredSecret, withStages } from "./store.js";
import { declareSecrets } from "./template.js";

/** Secrets Manager: the secrets of the templates. */
export function createSecretsService(account: Account): ServiceBody {
  const store = new SecretStore(join(account.stateFolder, "secrets.json"));
  declareSecrets(account, store);
  const now = () => account.clock.now();
  return {
    service: "secretsmanager",
    operations: {
      GetSecretValue: async (input) => getSecretValue(find(store, input), input),
      DescribeSecret: async (input) => describe(find(store, input)),
      ListSecrets: async () => ({ SecretList: store.all().map(listed) }),
      PutSecretValue: async (input) => putSecretValue(store, find(store, input), input, now()),
      UpdateSecretVersionStage: async (input) => updateStage(store, find(store, input), input, now()),
    },
  };
}

function find(store: SecretStore, input: Shape): StoredSecret {
  const secret = store.find(requiredText(input, "SecretId"));
  if (secret === undefined)
    throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  return secret;
}

function getSecretValue(secret: StoredSecret, input: Shape): Shape {
  const id = optionalText(input, "VersionId");
  const stage = optionalText(input, "VersionStage") ?? (id === undefined ? "AWSCURRENT" : undefined);
  const version = secret.versions.find(
    (each) => (id === undefined || each.id === id) && (stage === undefined || each.stages.includes(stage)),
  );
  if (version === undefined) {
    const what = stage === undefined ? `VersionId: ${id}` : `staging label: ${stage}`;
    throw new AwsError(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: version.stages,
    CreatedDate: new Date(version.createdAt),
    ...(version.text === null ? {} : { SecretString: version.text }),
    ...(version.binary === null ? {} : { SecretBinary: Buffer.from(version.binary, "base64") }),
  };
}

function stagesOf(secret: StoredSecret): Shape {
  return Object.fromEntries(
    secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
  );
}

function describe(secret: StoredSecret): Shape {
  const { SecretVersionsToStages, ...common } = listed(secret);
  return { ...common, VersionIdsToStages: SecretVersionsToStages };
}

function listed(secret: StoredSecret): Shape {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.changedAt),
    SecretVersionsToStages: stagesOf(secret),
  };
}

function putSecretValue(store: SecretStore, secret: StoredSecret, input: Shape, now: number): Shape {
  const id = optionalText(input, "ClientRequestToken") ?? randomUUID();
  const text = optionalText(input, "SecretString") ?? null;
  const binary = input.SecretBinary instanceof Uint8Array ? Buffer.from(input.SecretBinary).toString("base64") : null;
  if ((text === null) === (binary === null))
    throw new AwsError("InvalidParameterException", "You must provide either SecretString or SecretBinary.");
  const given = optionalTexts(input, "VersionStages");
  const stages = given.length === 0 ? ["AWSCURRENT"] : given;
  const known = secret.versions.find((version) => version.id === id);
  if (known !== undefined && (known.text !== text || known.binary !== binary)) {
    throw new AwsError(
      "ResourceExistsException",
      "You can't use this token because a version with a different value exists.",
    );
  }
  const version: SecretVersion = known ?? { id, text, binary, createdAt: now, stages: [] };
  const versions = known === undefined ? [version, ...secret.versions] : secret.versions;
  store.save(withStages({ ...secret, versions: [...versions] }, id, stages, now));
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
}

function updateStage(store: SecretStore, secret: StoredSecret, input: Shape, now: number): Shape {
  const stage = requiredText(input, "VersionStage");
  const to = optionalText(input, "MoveToVersionId");
  const from = optionalText(input, "RemoveFromVersionId");
  const holder = secret.versions.find((version) => version.stages.includes(stage));
  if (holder !== undefined && holder.id !== to && holder.id !== from) {
    throw new AwsError(
      "InvalidParameterException",
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  const knows = (id: string | undefined) => id === undefined || secret.versions.some((version) => version.id === id);
  if (!knows(to) || !knows(from))
    throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret version.");
  const moved = to === undefined ? without(secret, stage, now) : withStages(secret, to, [stage], now);
  store.save(moved);
  return { ARN: secret.arn, Name: secret.name };
}

function without(secret: StoredSecret, stage: string, now: number): StoredSecret {
  const versions = secret.versions.map((version) => ({
    ...version,
    stages: version.stages.filter((each) => each !== stage),
  }));
  return { ...secret, changedAt: now, versions };
}
