import { createHash, randomBytes } from "node:crypto";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { rolePathAndName } from "../../contract/deployment-file.js";
import { externalSchema, glueDatabase, secretName, spectrumRoleName } from "../../contract/layout.js";
import { ownSchema, warehouseUsers } from "../../contract/own-schema.js";
import { awsPartition } from "../../contract/partition-of-aws.js";
import type { ProjectFile } from "../../contract/schema.js";
import { noteBootstrap, presentState } from "../../sql/bootstrap-note.js";
import {
  type Lake,
  noteOfProject,
  type PasswordDigest,
  type WarehouseStatement,
  warehouseStatements,
} from "../../sql/warehouse.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import { version } from "../output/version.js";
import { runStatement } from "../warehouse/statements.js";
import { adminWarehouse } from "../warehouse/warehouse.js";
import { begunNote, digestOf, doneNote, readPresent } from "./note.js";

const Secret = z.object({ password: z.string().min(1) });

/** What a bootstrap of the warehouse consists of. */
export interface WarehouseWork {
  readonly statements: readonly WarehouseStatement[];
  /** Of all that decides what they do; a password counts by the version of its secret. */
  readonly digest: string;
  /** The query of what the last one noted, and made. */
  readonly present: string;
}

/** Every statement that prepares the warehouse of a project, with the digests of its users' passwords in it. */
export async function bootstrapStatements(
  clients: Pick<Clients, "secrets">,
  project: ProjectFile,
  contracts: readonly Contract[],
): Promise<WarehouseWork> {
  const [loader, reader] = await Promise.all([
    readPassword(clients, secretName(project.name, "loader")),
    readPassword(clients, secretName(project.name, "reader")),
  ]);
  const users = warehouseUsers();
  const lake = lakeOf(project, loader.account);
  const statementsWith = (loaderPassword: PasswordDigest, readerPassword: PasswordDigest) => [
    ...noteOfProject(project.name),
    ...warehouseStatements(contracts, { ...users, loaderPassword, readerPassword }, lake),
  ];
  const external = (lake?.schemas ?? []).map(({ schema }) => schema);
  return {
    statements: statementsWith(loader.digest, reader.digest),
    // A digest of a password has a salt of its own each time.
    digest: digestOf([
      version(),
      ...[loader, reader].map((secret) => secret.version),
      ...statementsWith(null, null).map(({ sql, unless = "" }) => `${sql}\n${unless}`),
    ]),
    present: presentState(contracts, users, external),
  };
}

/** Whether the last bootstrap ran these statements to their end, and what it made stands as it left it. Changes nothing. */
export async function isBootstrapped(
  clients: Pick<Clients, "redshift" | "redshiftData">,
  project: Pick<ProjectFile, "name" | "warehouse">,
  { digest, present }: Pick<WarehouseWork, "digest" | "present">,
): Promise<boolean> {
  const state = readPresent((await runStatement(clients, await adminWarehouse(clients, project), present)).rows);
  return state.note === doneNote(digest, state);
}

/** An external schema a source, where the warehouse has a role to read with. */
export function lakeOf(
  { name, region, sources, warehouse, deployment }: ProjectFile,
  account: string,
): Lake | undefined {
  const role =
    "create" in warehouse
      ? `arn:${awsPartition(region)}:iam::${account}:role${rolePathAndName(deployment.roles, spectrumRoleName(name))}`
      : warehouse.existing.spectrumRoleArn;
  if (role === undefined) return undefined;
  const schemas = Object.keys(sources).map((source) => ({
    schema: externalSchema(source),
    database: glueDatabase(name, source),
  }));
  return { role, region, schemas };
}

/**
 * Runs them as the cluster's administrator, one at a time; every one may be repeated.
 * @param onPart told of each part of them that is done
 * @throws CommandFailed also where the schema is another project's: nothing was changed then
 */
export async function runBootstrap(
  clients: Pick<Clients, "redshift" | "redshiftData">,
  project: Pick<ProjectFile, "name" | "warehouse">,
  { statements, digest, present }: WarehouseWork,
  onPart: (part: string) => void,
): Promise<void> {
  const warehouse = await adminWarehouse(clients, project);
  const askAs = (name: string) => async (sql: string) => {
    try {
      return (await runStatement(clients, warehouse, sql)).rows;
    } catch (error) {
      throw new CommandFailed(
        `Bootstrap stopped at '${name}': ${error instanceof Error ? error.message : error}. Earlier steps are kept. Fix the cause and run it again.`,
      );
    }
  };
  const begun = begunNote();
  let isOurs = false;
  for (const [index, statement] of statements.entries()) {
    const ask = askAs(statement.name);
    await runOne(statement, ask);
    // Only then is it known whose the note is; what came before changes nothing of what is there.
    if (statement.isOf !== undefined && !isOurs) {
      isOurs = true;
      await ask(noteBootstrap(begun));
    }
    if (statement.part !== statements[index + 1]?.part) onPart(statement.part);
  }
  const ask = askAs("the note that all was done");
  const state = readPresent(await ask(present));
  // Another bootstrap that ran meanwhile may have put its own over ours.
  if (state.note === begun) await ask(noteBootstrap(doneNote(digest, state)));
}

/** Redshift has no CREATE USER IF NOT EXISTS: what is there already is left. */
async function runOne(
  { sql, unless, isOf }: WarehouseStatement,
  ask: (sql: string) => Promise<readonly (readonly unknown[])[]>,
): Promise<void> {
  if (unless === undefined || (await ask(unless)).length === 0) await ask(sql);
  const owner = isOf === undefined ? undefined : (await ask(isOf.query))[0]?.[0];
  if (owner !== isOf?.project) throw new CommandFailed(takenSchema(String(owner)));
}

/** What a second project is told that says the schema of the first. */
export const takenSchema = (owner: string) =>
  `the schema ${ownSchema()} of this warehouse belongs to the project '${owner}', and two projects in one schema would change each other's passwords. Give this project its own schema (warehouse: { schema: … } in sluice.yaml), and deploy it again`;

/** `sha256|<digest>|<salt>`, so that no password is ever part of a statement; the secret's version; and the account, which the ARN tells. */
async function readPassword(
  { secrets }: Pick<Clients, "secrets">,
  SecretId: string,
): Promise<{ readonly digest: PasswordDigest; readonly version: string; readonly account: string }> {
  const { ARN = "", SecretString, VersionId = "" } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const { password } = Secret.parse(JSON.parse(SecretString ?? "{}"));
  const salt = randomBytes(16).toString("hex");
  const digest = createHash("sha256")
    .update(password + salt)
    .digest("hex");
  return { digest: `sha256|${digest}|${salt}`, version: VersionId, account: ARN.split(":")[4] ?? "" };
}
