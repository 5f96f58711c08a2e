import { createHash, randomBytes } from "node:crypto";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import type { Contract } from "../contract/contract.js";
import { secretName, warehouseUsers } from "../contract/layout.js";
import type { ProjectFile } from "../contract/schema.js";
import { type PasswordDigest, type WarehouseStatement, warehouseStatements } from "../sql/warehouse.js";
import type { Clients } from "./clients.js";
import { CommandFailed } from "./exit-codes.js";
import { runStatement } from "./statements.js";
import { adminWarehouse } from "./warehouse.js";

const Secret = z.object({ password: z.string().min(1) });

/** Every statement that prepares the warehouse of a project, with the digests of its users' passwords in it. */
export async function bootstrapStatements(
  clients: Pick<Clients, "secrets">,
  project: ProjectFile,
  contracts: readonly Contract[],
): Promise<readonly WarehouseStatement[]> {
  const [loaderPassword, readerPassword] = await Promise.all([
    passwordDigest(clients, secretName(project.name, "loader")),
    passwordDigest(clients, secretName(project.name, "reader")),
  ]);
  return warehouseStatements(contracts, { ...warehouseUsers, loaderPassword, readerPassword });
}

/** Runs them as the cluster's administrator, one at a time; every one may be repeated. @throws CommandFailed */
export async function runBootstrap(
  clients: Clients,
  project: ProjectFile,
  statements: readonly WarehouseStatement[],
  onDone: (name: string) => void,
): Promise<void> {
  const warehouse = await adminWarehouse(clients, project);
  for (const { name, sql, unless } of statements) {
    try {
      // Redshift has no CREATE USER IF NOT EXISTS: what is there already is left.
      if (unless !== undefined && (await runStatement(clients, warehouse, unless)).rows.length > 0) continue;
      await runStatement(clients, warehouse, sql);
    } catch (error) {
      throw new CommandFailed(
        `Bootstrap stopped at '${name}': ${error instanceof Error ? error.message : error}. What was done before it stays; run it again after the fix.`,
      );
    }
    onDone(name);
  }
}

/** `sha256|<digest>|<salt>`, so that no password is ever part of a statement. */
async function passwordDigest({ secrets }: Pick<Clients, "secrets">, SecretId: string): Promise<PasswordDigest> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const { password } = Secret.parse(JSON.parse(SecretString ?? "{}"));
  const salt = randomBytes(16).toString("hex");
  return `sha256|${createHash("sha256")
    .update(password + salt)
    .digest("hex")}|${salt}`;
}
