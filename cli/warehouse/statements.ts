import { setTimeout as sleep } from "node:timers/promises";
import {
  type ColumnMetadata,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  type Field,
  GetStatementResultCommand,
} from "@aws-sdk/client-redshift-data";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";

/** Where statements run, and as whom. */
export interface Warehouse {
  readonly place: { readonly ClusterIdentifier: string } | { readonly WorkgroupName: string };
  readonly database: string;
  /** Name or ARN of the secret with the user's password. */
  readonly secret: string;
}

export interface ResultSet {
  readonly columns: readonly string[];
  /** A bigint where a number has not all digits. */
  readonly rows: readonly (readonly (string | number | bigint | boolean | null)[])[];
}

/** A statement ended otherwise than well; the message is the warehouse's own. */
export class StatementFailed extends CommandFailed {}

const firstWaitMs = 50;
const longestWaitMs = 2000;

/** Runs one statement through the Data API and waits for it. @throws StatementFailed */
export async function runStatement(
  { redshiftData }: Pick<Clients, "redshiftData">,
  warehouse: Warehouse,
  sql: string,
): Promise<ResultSet> {
  const { Id } = await redshiftData.send(
    new ExecuteStatementCommand({
      ...warehouse.place,
      Database: warehouse.database,
      SecretArn: warehouse.secret,
      Sql: sql,
    }),
  );
  for (let wait = firstWaitMs; ; wait = Math.min(wait * 1.5, longestWaitMs)) {
    const { Status, Error: error, HasResultSet } = await redshiftData.send(new DescribeStatementCommand({ Id }));
    if (Status === "FINISHED") return HasResultSet ? readResult(redshiftData, Id) : { columns: [], rows: [] };
    if (Status === "FAILED" || Status === "ABORTED") {
      throw new StatementFailed(error ?? `The statement ended as ${Status}.`);
    }
    await sleep(wait);
  }
}

type Value = ResultSet["rows"][number][number];

async function readResult(redshiftData: Clients["redshiftData"], Id: string | undefined): Promise<ResultSet> {
  const rows: Value[][] = [];
  let columns: readonly ColumnMetadata[] = [];
  let NextToken: string | undefined;
  do {
    const page = await redshiftData.send(new GetStatementResultCommand({ Id, NextToken }));
    columns = page.ColumnMetadata ?? [];
    for (const record of page.Records ?? []) rows.push(record.map((field, index) => readField(field, columns[index])));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return { columns: columns.map(({ label, name }) => label ?? name ?? ""), rows };
}

const wholeNumbers: ReadonlySet<string> = new Set(["int2", "int4", "int8", "oid"]);

/** The union of B7.1; an integer beyond 2^53 comes as a text (cli/account/exact-integers.ts). NULL is apart from ''. */
function readField(field: Field, column: ColumnMetadata | undefined): Value {
  if (field.isNull) return null;
  if (field.stringValue !== undefined && wholeNumbers.has(column?.typeName ?? "")) return exact(field.stringValue);
  return field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;
}

const exact = (digits: string): number | bigint =>
  Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
