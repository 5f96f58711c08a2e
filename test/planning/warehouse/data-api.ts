import { RedshiftClient } from "@aws-sdk/client-redshift";
import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from "@aws-sdk/client-redshift-data";
import { RedshiftServerlessClient } from "@aws-sdk/client-redshift-serverless";
import { mockClient } from "aws-sdk-client-mock";
import type { Session } from "../../../local/redshift/session/session.js";
import { rowsOf } from "./test-warehouse.js";

/**
 * Clients whose Data API runs each statement in a session of a test's warehouse.
 * @param before called with each statement; what it throws is the statement's failure
 */
export function clientsOver(session: Session, before: (sql: string) => void | Promise<void> = () => {}) {
  let ended: { readonly result?: Awaited<ReturnType<Session["run"]>>; readonly error?: string };
  const dataApi = mockClient(RedshiftDataClient);
  dataApi.on(ExecuteStatementCommand).callsFake(async ({ Sql }) => {
    try {
      await before(String(Sql));
      ended = { result: await session.run(String(Sql)) };
    } catch (error) {
      ended = { error: error instanceof Error ? error.message : String(error) };
    }
    return { Id: "1" };
  });
  dataApi
    .on(DescribeStatementCommand)
    .callsFake(() =>
      ended.result === undefined
        ? { Status: "FAILED", Error: ended.error }
        : { Status: "FINISHED", HasResultSet: ended.result.result !== undefined },
    );
  dataApi.on(GetStatementResultCommand).callsFake(() => ({
    Records: rowsOf(ended.result ?? ({} as never)).map((row) =>
      row.map((value) => (value === null ? { isNull: true } : { stringValue: String(value) })),
    ),
  }));
  return {
    redshiftData: new RedshiftDataClient({ region: "eu-west-1" }),
    redshift: new RedshiftClient({ region: "eu-west-1" }),
    redshiftServerless: new RedshiftServerlessClient({ region: "eu-west-1" }),
  };
}
