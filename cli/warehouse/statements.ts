import { setTimeout as sleep } from "node:timers/promises";
import {
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
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

/** A statement ended otherwise than well; the message is the warehouse's own. */
export class StatementFailed extends CommandFailed {}

/** The result cannot be shown as the warehouse has it. */
export class ResultInexact extends CommandFailed {}

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

async function readResult(redshiftData: Clients["redshiftData"], Id: string | undefined): Promise<ResultSet> {
  const rows: (string | number | boolean | null)[][] = [];
  let columns: readonly string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await redshiftData.send(new GetStatementResultCommand({ Id, NextToken }));
    columns = (page.ColumnMetadata ?? []).map(({ label, name }) => label ?? name ?? "");
    for (const record of page.Records ?? []) rows.push(record.map((field, index) => readField(field, columns[index])));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return { columns, rows };
}

/** The union of B7.1. @throws ResultInexact for an integer that JSON numbers cannot hold: its last digits are gone. */
function readField(field: Field, column = "?"): string | number | boolean | null {
  if (field.isNull) return null;
  if (field.longValue !== undefined && !Number.isSafeInteger(field.longValue)) {
    throw new ResultInexact(
      `Column '${column}' holds an integer beyond 9007199254740991, which the Data API hands over as a number without its last digits. Read it as text: CAST(${column} AS varchar(20)).`,
    );
  }
  return field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;
}
