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

/**
 * Every statement that prepares the warehouse of a project, with the digests of its users' passwords in it.
 * @param takesOver whether the schema may be the same project's, deployed elsewhere
 */
export async function bootstrapStatements(
  clients: Pick<Clients, "secrets">,
  project: ProjectFile,
  contracts: readonly Contract[],
  takesOver = false,
): Promise<WarehouseWork> {
  const [loader, reader] = await Promise.all([
    readPassword(clients, secretName(project.name, "loader")),
    readPassword(clients, secretName(project.name, "reader")),
  ]);
  const users = warehouseUsers();
  const lake = lakeOf(project, loader.account);
  const own = warehouseStatements.bind(undefined, contracts);
  const statementsWith = (loaderPassword: PasswordDigest, readerPassword: PasswordDigest, isTakenOver: boolean) => [
    ...noteOfProject({ project: project.name, deployedIn: deployedIn(project, loader.account) }, isTakenOver),
    ...own({ ...users, loaderPassword, readerPassword }, lake),
  ];
  const external = (lake?.schemas ?? []).map(({ schema }) => schema);
  return {
    statements: statementsWith(loader.digest, reader.digest, takesOver),
    // A digest of a password has a salt of its own each time; and who takes over has afterwards what everybody has.
    digest: digestOf([
      version(),
      ...[loader, reader].map((secret) => secret.version),
      ...statementsWith(null, null, false).map(({ sql, unless = "" }) => `${sql}\n${unless}`),
    ]),
    present: presentState(contracts, users, external),
  };
}

/** Whether the last bootstrap ran these statements to their end, and what it made stands as it left it. Changes nothing. */
export async function isBootstrapped(
  clients: Pick<Clients, "redshift" | "redshiftData" | "redshiftServerless">,
  project: Pick<ProjectFile, "name" | "warehouse">,
  { digest, present }: Pick<WarehouseWork, "digest" | "present">,
): Promise<boolean> {
  const state = readPresent((await runStatement(clients, await adminWarehouse(clients, project), present)).rows);
  return state.note === doneNote(digest, state);
}

/** An external schema a source, where the warehouse has a role to read with. */
export function lakeOf(project: ProjectFile, account: string): Lake | undefined {
  const { name, region, sources, warehouse, deployment } = project;
  const role =
    "create" in warehouse
      ? `arn:${awsPartition(region)}:iam::${account}:role${rolePathAndName(deployment.roles, spectrumRoleName(name))}`
      : warehouse.existing.spectrumRoleArn;
  if (role === undefined) return undefined;
  const schemas = Object.keys(sources).map((source) => ({
    schema: externalSchema(source),
    database: glueDatabase(project, source),
  }));
  return { role, region, schemas };
}

/**
 * Runs them as the cluster's administrator, one at a time; every one may be repeated.
 * @param onPart told of each part of them that is done
 * @throws CommandFailed also where the schema is another project's: nothing was changed then
 */
export async function runBootstrap(
  clients: Pick<Clients, "redshift" | "redshiftData" | "redshiftServerless">,
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
  const taken = isOf === undefined ? undefined : takenSchema(isOf, await ask(isOf.query));
  if (taken !== undefined) throw new CommandFailed(taken);
}

/** Account and region: in these, names of secrets are unique, so there is one deployment of a project. */
export const deployedIn = ({ region }: Pick<ProjectFile, "region">, account: string) => `${account}/${region}`;

/**
 * What a second project is told that says the schema of the first, and the second deployment of one project.
 * @param noted what `notedProjects` answers with @returns undefined when the schema is its own
 */
export function takenSchema(
  own: { readonly project: string; readonly deployedIn?: string },
  noted: readonly (readonly unknown[])[],
): string | undefined {
  const [owner, , where] = noted[0] ?? [];
  const remedy = "its own schema (warehouse: { schema: … } in sluice.yaml), and deploy it again";
  if (owner !== own.project)
    return `the schema ${ownSchema()} of this warehouse belongs to the project '${owner}', and two projects in one schema would change each other's passwords. Give this project ${remedy}`;
  if (typeof where !== "string" || own.deployedIn === undefined || where === own.deployedIn) return undefined;
  return `the schema ${ownSchema()} of this warehouse belongs to the project '${owner}' as deployed in ${where}, and this deployment is in ${own.deployedIn}: both would change each other's passwords and ledgers. Give this project ${remedy}; if the warehouse was restored from a snapshot or moved here, and the other deployment no longer loads into it, run sluice bootstrap --take-over`;
}

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
