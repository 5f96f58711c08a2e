import { z } from "zod";
import type { Account, Principal } from "../../call/call.js";
import type { ClusterBody } from "../cluster/cluster.js";
import { isPasswordOf } from "../dialect/passwords.js";
import type { Warehouse } from "../server/warehouse.js";
import { StatementFailed } from "../session/pg-errors.js";
import type { Statement } from "./statement.js";

const Secret = z.object({ username: z.string(), password: z.string(), dbClusterIdentifier: z.string().optional() });
const Granted = z.object({ DbUser: z.string() });
const GrantedByServerless = z.object({ dbUser: z.string() });

/** Finds the database user that a statement runs as (B6).
 * @throws StatementFailed when the caller may not, or the database does not know the user or its password. */
export async function logIn(
  account: Pick<Account, "call">,
  cluster: ClusterBody,
  warehouse: Warehouse,
  statement: Statement,
): Promise<string> {
  if (statement.secretArn !== undefined) return bySecret(account, cluster, warehouse, statement, statement.secretArn);
  return byIam(account, warehouse, statement);
}

async function ask(
  account: Pick<Account, "call">,
  principal: Principal,
  service: "secretsmanager" | "redshift" | "redshift-serverless",
  operation: string,
  input: Record<string, unknown>,
) {
  try {
    return await account.call({ service, operation, input, principal });
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new StatementFailed(`ERROR: ${text}`, { cause: error });
  }
}

/** So many failed passwords lock a user (J2.5); log-ins by IAM are exempt. */
const FAILED_LOGINS = 5;
const failedLogins = new WeakMap<Warehouse, Map<string, { readonly hash: string; readonly times: number }>>();

/** Counts a failed password; another password, which an administrator has set, begins anew. */
function countFailure(warehouse: Warehouse, user: string, hash: string): void {
  const users = failedLogins.get(warehouse) ?? new Map<string, { readonly hash: string; readonly times: number }>();
  const known = users.get(user);
  users.set(user, { hash, times: known?.hash === hash ? known.times + 1 : 1 });
  failedLogins.set(warehouse, users);
}

function isLocked(warehouse: Warehouse, user: string, hash: string): boolean {
  const known = failedLogins.get(warehouse)?.get(user);
  return known?.hash === hash && known.times >= FAILED_LOGINS;
}

function refused(user: string): StatementFailed {
  return new StatementFailed(`FATAL: password authentication failed for user "${user}"`);
}

/** The secret is read as the caller (B6.1), now, so that a rotation is seen at once (H1.9). */
async function bySecret(
  account: Pick<Account, "call">,
  cluster: ClusterBody,
  warehouse: Warehouse,
  statement: Statement,
  arn: string,
): Promise<string> {
  const found = await ask(account, statement.owner, "secretsmanager", "GetSecretValue", { SecretId: arn });
  const secret = Secret.safeParse(parseJson(found.SecretString));
  if (!secret.success)
    throw new StatementFailed(`ERROR: Secret ${arn} does not have the required members username and password`);
  const { username, password, dbClusterIdentifier } = secret.data;
  if (dbClusterIdentifier !== undefined && dbClusterIdentifier !== statement.clusterIdentifier) {
    throw new StatementFailed(
      `ERROR: The cluster of the secret (${dbClusterIdentifier}) is not the cluster of the request (${statement.clusterIdentifier})`,
    );
  }
  // Redshift itself keeps the managed secret and the master user's password the same (D4.1).
  if (
    username === warehouse.masterUser &&
    cluster.masterSecretArn !== undefined &&
    found.ARN === cluster.masterSecretArn
  )
    return username;
  const hash = await warehouse.passwordHash(username);
  if (hash === undefined) throw refused(username);
  if (isLocked(warehouse, username, hash))
    throw new StatementFailed(`FATAL: user "${username}" is locked after ${FAILED_LOGINS} failed log-in attempts`);
  if (!isPasswordOf(username, password, hash)) {
    countFailure(warehouse, username, hash);
    throw refused(username);
  }
  failedLogins.get(warehouse)?.delete(username);
  return username;
}

async function byIam(account: Pick<Account, "call">, warehouse: Warehouse, statement: Statement): Promise<string> {
  const { clusterIdentifier: ClusterIdentifier, database: DbName, dbUser: DbUser, owner } = statement;
  if (statement.isServerless) {
    const input = { workgroupName: ClusterIdentifier, dbName: DbName };
    const { dbUser } = GrantedByServerless.parse(
      await ask(account, owner, "redshift-serverless", "GetCredentials", input),
    );
    await warehouse.ensureUser(dbUser);
    return dbUser;
  }
  const operation = DbUser === undefined ? "GetClusterCredentialsWithIAM" : "GetClusterCredentials";
  const input = DbUser === undefined ? { ClusterIdentifier, DbName } : { ClusterIdentifier, DbName, DbUser };
  const granted = Granted.parse(await ask(account, owner, "redshift", operation, input));
  if (DbUser === undefined) {
    await warehouse.ensureUser(granted.DbUser);
    return granted.DbUser;
  }
  const user = granted.DbUser.replace(/^IAMA?:/, "");
  if (!(await warehouse.hasUser(user))) throw new StatementFailed(`FATAL: user "${user}" does not exist`);
  return user;
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
