import { z } from "zod";

export const STATUSES = ["SUBMITTED", "PICKED", "STARTED", "FINISHED", "FAILED", "ABORTED"] as const;
export type Status = (typeof STATUSES)[number];

/** One SQL text of a statement: the whole of an ExecuteStatement, or a part of a batch. */
const Part = z.object({
  sql: z.string(),
  status: z.enum(STATUSES),
  error: z.string().optional(),
  durationNs: z.number().default(0),
  rows: z.number().default(-1),
  resultBytes: z.number().default(0),
  hasResult: z.boolean().default(false),
  queryId: z.number().default(-1),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Part = z.infer<typeof Part>;

/** A statement of the Data API as it is journalled. Times in ms since 1970. */
export const Statement = z.object({
  id: z.string(),
  isBatch: z.boolean(),
  isAutoCommit: z.boolean(),
  /** The cluster's identifier, or the workgroup's name. */
  clusterIdentifier: z.string(),
  isServerless: z.boolean().default(false),
  database: z.string(),
  secretArn: z.string().optional(),
  /** As asked for. */
  dbUser: z.string().optional(),
  name: z.string().optional(),
  withEvent: z.boolean(),
  isEventSent: z.boolean(),
  clientToken: z.string().optional(),
  owner: z.object({ arn: z.string(), accountId: z.string(), kind: z.enum(["role", "root", "service"]) }),
  parameters: z.array(z.object({ name: z.string(), value: z.string() })),
  status: z.enum(STATUSES),
  error: z.string().optional(),
  durationNs: z.number(),
  pid: z.number(),
  createdAt: z.number(),
  updatedAt: z.number(),
  parts: z.array(Part),
});
export type Statement = z.infer<typeof Statement>;

export function isOver(status: Status): boolean {
  return status === "FINISHED" || status === "FAILED" || status === "ABORTED";
}

/** Which of a project's databases a statement is for. */
export type WarehouseName = Pick<Statement, "clusterIdentifier" | "isServerless">;

/** As the API calls it. */
export const warehouseMember = ({ clusterIdentifier, isServerless }: WarehouseName) =>
  isServerless ? { WorkgroupName: clusterIdentifier } : { ClusterIdentifier: clusterIdentifier };

/** Cuts `uuid` or `uuid:2`. The part's position is from 0. */
export function parseId(id: string): { readonly id: string; readonly part: number | undefined } {
  const found = /^(.*):(\d+)$/.exec(id);
  if (found?.[1] === undefined) return { id, part: undefined };
  return { id: found[1], part: Number(found[2]) - 1 };
}
