import { AwsError, type Shape } from "../../call/call.js";
import { optionalNumber, optionalText } from "../../call/input.js";
import { columnMetadata, records, rowBytes } from "./fields.js";
import { validation } from "./request.js";
import { isOver, type Part, parseId, STATUSES, type Statement, warehouseMember } from "./statement.js";
import type { StatementStore } from "./statement-store.js";

const PAGE_BYTES = 1024 * 1024;
const PAGE_STATEMENTS = 100;

function partFields(part: Part): Shape {
  return {
    Status: part.status,
    ...(part.error !== undefined && { Error: part.error }),
    Duration: part.durationNs,
    CreatedAt: new Date(part.createdAt),
    UpdatedAt: new Date(part.updatedAt),
    QueryString: part.sql,
    HasResultSet: part.hasResult,
    ResultRows: part.rows,
    ResultSize: part.resultBytes,
    RedshiftQueryId: part.queryId,
  };
}

/** DescribeStatement of a statement, or of one part of a batch. Durations are nanoseconds (B2.9). */
export function describeStatement(statement: Statement, part: number | undefined): Shape {
  const common = {
    ...warehouseMember(statement),
    Database: statement.database,
    ...(statement.secretArn !== undefined && { SecretArn: statement.secretArn }),
    ...(statement.dbUser !== undefined && { DbUser: statement.dbUser }),
    RedshiftPid: statement.pid,
    ResultFormat: "JSON",
  };
  const one = part === undefined ? undefined : statement.parts[part];
  if (one !== undefined) return { Id: `${statement.id}:${(part ?? 0) + 1}`, ...common, ...partFields(one) };
  const whole = {
    Id: statement.id,
    ...common,
    Status: statement.status,
    ...(statement.error !== undefined && { Error: statement.error }),
    Duration: statement.durationNs,
    CreatedAt: new Date(statement.createdAt),
    UpdatedAt: new Date(statement.updatedAt),
    ...(statement.parameters.length > 0 && { QueryParameters: statement.parameters }),
  };
  const [first] = statement.parts;
  if (!statement.isBatch && first !== undefined) {
    return { ...partFields(first), ...whole };
  }
  return {
    ...whole,
    HasResultSet: statement.parts.some((each) => each.hasResult),
    ResultRows: -1,
    ResultSize: -1,
    RedshiftQueryId: 0,
    SubStatements: statement.parts.map((each, index) => ({ Id: `${statement.id}:${index + 1}`, ...partFields(each) })),
  };
}

function noResult(message: string, id: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, { members: { ResourceId: id } });
}

/** One page of a result. @throws AwsError ResourceNotFoundException while it is not there yet (B7.5), or never will be. */
export function statementResult(store: StatementStore, statement: Statement, input: Shape): Shape {
  const id = String(input.Id);
  const { part } = parseId(id);
  const index = part ?? (statement.isBatch ? -1 : 0);
  const found = statement.parts[index];
  // What a batch's own id gives is not known (B2.8): a part's id is wanted.
  const result =
    found?.status === "FINISHED" && statement.status === "FINISHED" ? store.result(statement.id, index) : undefined;
  if (!isOver(statement.status))
    throw noResult(
      `Query is not finished. Current status: ${statement.status}. Please check query status with DescribeStatement.`,
      id,
    );
  if (result === undefined)
    throw noResult("Query does not have result. Please check query status with DescribeStatement.", id);
  const from = readToken(optionalText(input, "NextToken"));
  let to = from;
  for (let bytes = 0; to < result.rows.length && (to === from || bytes < PAGE_BYTES); to++)
    bytes += rowBytes(result.rows[to] ?? []);
  return {
    Records: records(result, from, to),
    ColumnMetadata: columnMetadata(result.columns),
    TotalNumRows: result.rows.length,
    ...(to < result.rows.length && { NextToken: Buffer.from(String(to)).toString("base64") }),
  };
}

function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const at = Number(Buffer.from(token, "base64").toString("utf8"));
  if (!Number.isInteger(at) || at < 0) throw validation("Invalid NextToken");
  return at;
}

/** ListStatements over the caller's own, newest first. */
export function listStatements(own: readonly Statement[], input: Shape): Shape {
  const status = optionalText(input, "Status");
  const name = optionalText(input, "StatementName");
  if (status !== undefined && status !== "ALL" && !STATUSES.some((each) => each === status))
    throw validation(`Invalid Status ${status}`);
  const wanted = own
    .filter(
      (each) =>
        (status === undefined || status === "ALL" || each.status === status) &&
        (name === undefined || (each.name ?? "").startsWith(name)),
    )
    .sort((a, b) => b.createdAt - a.createdAt || b.id.localeCompare(a.id));
  const size = Math.min(optionalNumber(input, "MaxResults") ?? PAGE_STATEMENTS, PAGE_STATEMENTS) || PAGE_STATEMENTS;
  const from = readToken(optionalText(input, "NextToken"));
  return {
    Statements: wanted.slice(from, from + size).map(listed),
    ...(from + size < wanted.length && { NextToken: Buffer.from(String(from + size)).toString("base64") }),
  };
}

function listed(statement: Statement): Shape {
  return {
    Id: statement.id,
    ...(statement.isBatch
      ? { QueryStrings: statement.parts.map((part) => part.sql) }
      : { QueryString: statement.parts[0]?.sql }),
    ...(statement.secretArn !== undefined && { SecretArn: statement.secretArn }),
    ...(statement.name !== undefined && { StatementName: statement.name }),
    Status: statement.status,
    CreatedAt: new Date(statement.createdAt),
    UpdatedAt: new Date(statement.updatedAt),
    IsBatchStatement: statement.isBatch,
  };
}
