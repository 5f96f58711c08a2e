import { createHash, randomBytes } from "node:crypto";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { rolePathAndName } from "../../contract/deployment-file.js";
import { externalSchema, glueDatabase, secretName, spectrumRoleName } from "../../contract/layout.js";
import { ownSchema, warehouseUsers } from "../../contract/own-schema.js";
import { awsPartition } from "../../contract/partition-of-aws.js";
import type { ProjectFile } from "../../contract/schema.js";
import {
  type Lake,
  noteOfProject,
  type PasswordDigest,
  type WarehouseStatement,
  warehouseStatements,
} from "../../sql/warehouse.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import { runStatement } from "../warehouse/statements.js";
import { adminWarehouse } from "../warehouse/warehouse.js";

const Secret = z.object({ password: z.string().min(1) });

/** Every statement that prepares the warehouse of a project, with the digests of its users' passwords in it. */
export async function bootstrapStatements(
  clients: Pick<Clients, "secrets">,
  project: ProjectFile,
  contracts: readonly Contract[],
): Promise<readonly WarehouseStatement[]> {
  const [loader, reader] = await Promise.all([
    readPassword(clients, secretName(project.name, "loader")),
    readPassword(clients, secretName(project.name, "reader")),
  ]);
  const users = { ...warehouseUsers(), loaderPassword: loader.digest, readerPassword: reader.digest };
  return [...noteOfProject(project.name), ...warehouseStatements(contracts, users, lakeOf(project, loader.account))];
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
 * @throws CommandFailed also where the schema is another project's: nothing was changed then
 */
export async function runBootstrap(
  clients: Pick<Clients, "redshift" | "redshiftData">,
  project: Pick<ProjectFile, "name" | "warehouse">,
  statements: readonly WarehouseStatement[],
  onDone: (name: string) => void,
): Promise<void> {
  const warehouse = await adminWarehouse(clients, project);
  for (const statement of statements) {
    const { name, isOf } = statement;
    const ask = async (sql: string) => {
      try {
        return (await runStatement(clients, warehouse, sql)).rows;
      } catch (error) {
        throw new CommandFailed(
          `Bootstrap stopped at '${name}': ${error instanceof Error ? error.message : error}. What was done before it stays; run it again after the fix.`,
        );
      }
    };
    const isDone = await runOne(statement, ask);
    const owner = isOf === undefined ? undefined : (await ask(isOf.query))[0]?.[0];
    if (owner !== isOf?.project) throw new CommandFailed(takenSchema(String(owner)));
    if (isDone) onDone(name);
  }
}

/** Redshift has no CREATE USER IF NOT EXISTS: what is there already is left. @returns whether it was run */
async function runOne(
  { sql, unless }: WarehouseStatement,
  ask: (sql: string) => Promise<readonly unknown[]>,
): Promise<boolean> {
  if (unless !== undefined && (await ask(unless)).length > 0) return false;
  await ask(sql);
  return true;
}

/** What a second project is told that says the schema of the first. */
export const takenSchema = (owner: string) =>
  `the schema ${ownSchema()} of this warehouse is of the project '${owner}', and two projects in one would set each other's passwords: give this one a schema of its own (warehouse: { schema: … } in sluice.yaml), and deploy it again`;

/** `sha256|<digest>|<salt>`, so that no password is ever part of a statement; and the account, which the ARN tells. */
async function readPassword(
  { secrets }: Pick<Clients, "secrets">,
  SecretId: string,
): Promise<{ readonly digest: PasswordDigest; readonly account: string }> {
  const { ARN = "", SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const { password } = Secret.parse(JSON.parse(SecretString ?? "{}"));
  const salt = randomBytes(16).toString("hex");
  const digest = createHash("sha256")
    .update(password + salt)
    .digest("hex");
  return { digest: `sha256|${digest}|${salt}`, account: ARN.split(":")[4] ?? "" };
}
