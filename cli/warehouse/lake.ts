import { setTimeout as sleep } from "node:timers/promises";
import {
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { projectResource } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import type { ResultSet } from "./statements.js";

const firstWaitMs = 200;
const longestWaitMs = 2000;

/**
 * Runs one statement through Athena, in the project's workgroup, and waits for it. Values come as Athena writes them, as
 * texts; NULL stays NULL. Ctrl-C ends the query too.
 * @throws CommandFailed with Athena's own words
 */
export async function queryLake(
  { athena }: Pick<Clients, "athena">,
  project: ProjectFile,
  sql: string,
): Promise<ResultSet> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: projectResource(project.name, "lake") }),
  );
  const stop = () => {
    athena.send(new StopQueryExecutionCommand({ QueryExecutionId })).finally(() => process.exit(130));
  };
  process.once("SIGINT", stop);
  try {
    await ended(athena, QueryExecutionId);
  } finally {
    process.removeListener("SIGINT", stop);
  }
  return readResults(athena, QueryExecutionId);
}

async function ended(athena: Clients["athena"], QueryExecutionId: string | undefined): Promise<void> {
  for (let wait = firstWaitMs; ; wait = Math.min(wait * 1.5, longestWaitMs)) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") return;
    if (State === "FAILED" || State === "CANCELLED") {
      throw new CommandFailed(StateChangeReason ?? `The query ended as ${State}.`);
    }
    await sleep(wait);
  }
}

async function readResults(athena: Clients["athena"], QueryExecutionId: string | undefined): Promise<ResultSet> {
  let columns: readonly string[] | undefined;
  const rows: (string | null)[][] = [];
  for await (const { ResultSet: page } of paginateGetQueryResults({ client: athena }, { QueryExecutionId })) {
    const isFirst = columns === undefined;
    columns ??= (page?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Label, Name }) => Label ?? Name ?? "");
    const read = (page?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));
    // The first row of a SELECT repeats the names; that of SHOW or DESCRIBE does not.
    const [first] = read;
    const isHeader = isFirst && first !== undefined && first.join("\0") === columns.join("\0");
    rows.push(...(isHeader ? read.slice(1) : read));
  }
  return { columns: columns ?? [], rows };
}
