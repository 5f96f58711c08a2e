import { z } from "zod";
import { AwsError, type Shape } from "../../call/call.js";

/** AWS's pages say 100 KB, newer ones 200 KB (B1.2, J3.1): the stricter of the two. */
const MAX_SQL_BYTES = 100 * 1024;
const MAX_BATCH = 40;
const MAX_NAME = 2048;
const MAX_TOKEN = 64;

const common = {
  ClusterIdentifier: z.string().min(1).optional(),
  WorkgroupName: z.string().min(1).optional(),
  Database: z.string().min(1).optional(),
  DbUser: z.string().optional(),
  SecretArn: z.string().optional(),
  StatementName: z.string().max(MAX_NAME).optional(),
  WithEvent: z.boolean().optional(),
  ClientToken: z.string().min(1).max(MAX_TOKEN).optional(),
  ResultFormat: z.string().optional(),
  SessionId: z.string().optional(),
  SessionKeepAliveSeconds: z.number().optional(),
  WaitTimeSeconds: z.number().optional(),
  Parameters: z.array(z.object({ name: z.string().regex(/^[0-9a-zA-Z_]+$/), value: z.string().min(1) })).optional(),
};
const sql = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= MAX_SQL_BYTES, "Cannot process query string larger than 100kB");
const Execute = z.object({ ...common, Sql: sql });
const Batch = z.object({
  ...common,
  Sqls: z.array(sql).min(1).max(MAX_BATCH),
  ExecutionMode: z.enum(["TRANSACTION", "AUTO_COMMIT"]).optional(),
});

/** What ExecuteStatement and BatchExecuteStatement ask for, checked. */
export interface StatementRequest {
  /** The cluster's identifier, or the workgroup's name. */
  readonly clusterIdentifier: string;
  readonly isServerless: boolean;
  readonly database: string;
  readonly dbUser?: string;
  readonly secretArn?: string;
  readonly name?: string;
  readonly withEvent: boolean;
  readonly clientToken?: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly sqls: readonly string[];
  readonly isBatch: boolean;
  readonly isAutoCommit: boolean;
}

export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function notSupported(what: string): AwsError {
  return validation(`not supported in the local account: ${what}; see the README of local-account`);
}

/** @throws AwsError ValidationException */
export function readRequest(input: Shape, isBatch: boolean): StatementRequest {
  const parsed = (isBatch ? Batch : Execute).safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw validation(`1 validation error detected: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const data = parsed.data;
  if (data.SessionId !== undefined || data.SessionKeepAliveSeconds !== undefined)
    throw notSupported("sessions of the Data API");
  if (data.WaitTimeSeconds !== undefined) throw notSupported("WaitTimeSeconds");
  if (data.ResultFormat === "CSV") throw notSupported("ResultFormat CSV");
  const name = data.ClusterIdentifier ?? data.WorkgroupName;
  if (name === undefined) throw validation("Either ClusterIdentifier or WorkgroupName is required");
  if (data.ClusterIdentifier !== undefined && data.WorkgroupName !== undefined)
    throw validation("ClusterIdentifier and WorkgroupName cannot both be given");
  if (data.WorkgroupName !== undefined && data.DbUser !== undefined)
    throw validation("DbUser cannot be given with WorkgroupName");
  if (data.Database === undefined) throw validation("Database is required");
  if (data.SecretArn !== undefined && data.DbUser !== undefined)
    throw validation("SecretArn and DbUser cannot both be given");
  return {
    clusterIdentifier: name,
    isServerless: data.WorkgroupName !== undefined,
    database: data.Database,
    ...(data.DbUser !== undefined && { dbUser: data.DbUser }),
    ...(data.SecretArn !== undefined && { secretArn: data.SecretArn }),
    ...(data.StatementName !== undefined && { name: data.StatementName }),
    ...(data.ClientToken !== undefined && { clientToken: data.ClientToken }),
    withEvent: data.WithEvent ?? false,
    parameters: data.Parameters ?? [],
    sqls: "Sqls" in data ? data.Sqls : [data.Sql],
    isBatch,
    isAutoCommit: "ExecutionMode" in data && data.ExecutionMode === "AUTO_COMMIT",
  };
}
