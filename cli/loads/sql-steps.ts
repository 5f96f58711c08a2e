import { DescribeStatementCommand, type SubStatementData } from "@aws-sdk/client-redshift-data";
import { paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import { z } from "zod";
import type { Clients } from "../account/clients.js";

/** One statement that a load ran. */
export interface SqlStatement {
  /** What it was run for, such as `orders 2026-11-22: upsert the rows`. */
  readonly step: string;
  readonly sql: string;
  /** From the submission of its batch to the batch's end: what all its statements took together. */
  readonly batch_seconds: number | null;
  /** In the warehouse; null where the Data API does not tell it: to another than who submitted it (B6.9), or any more. */
  readonly seconds: number | null;
  readonly rows: number | null;
  readonly status: string | null;
  /** The warehouse's own words, where it failed. */
  readonly error: string | null;
}

const Child = z.object({ Input: z.object({ label: z.string(), statements: z.array(z.string()) }) });
const Started = z.object({ ExecutionArn: z.string() });
const Submitted = z.object({ statementId: z.string() });
/** Only what is waited for has a name, the task's token: what is asked about a failure, or sent again to learn its id, has none. */
const One = z.object({ Sql: z.string(), StatementName: z.string() });
const Many = z.object({ Sqls: z.array(z.string()), StatementName: z.string() });

/** Every statement of a load, in their order, by the histories of its children that ran them. */
export async function sqlSteps(
  clients: Pick<Clients, "stepFunctions" | "redshiftData">,
  executionArn: string,
): Promise<readonly SqlStatement[]> {
  const statements: SqlStatement[] = [];
  for (const { label, arn } of await childrenOf(clients, executionArn)) {
    statements.push(...(await statementsOf(clients, label, arn)));
  }
  return statements;
}

/** The executions of run-statements that a load started. */
async function childrenOf({ stepFunctions }: Pick<Clients, "stepFunctions">, executionArn: string) {
  const children: { readonly label: string; readonly arn: string }[] = [];
  let label: string | undefined;
  for await (const page of paginateGetExecutionHistory({ client: stepFunctions }, { executionArn })) {
    for (const { taskScheduledEventDetails, taskSubmittedEventDetails } of page.events ?? []) {
      if (taskScheduledEventDetails !== undefined) {
        label = Child.safeParse(parse(taskScheduledEventDetails.parameters)).data?.Input.label;
      }
      const started = Started.safeParse(parse(taskSubmittedEventDetails?.output)).data;
      if (started !== undefined && label !== undefined) children.push({ label, arn: started.ExecutionArn });
    }
  }
  return children;
}

/** The statements that an execution of run-statements sent. @param step what they are for */
export async function statementsOf(
  clients: Pick<Clients, "stepFunctions" | "redshiftData">,
  step: string,
  executionArn: string,
): Promise<readonly SqlStatement[]> {
  const found: SqlStatement[] = [];
  let sent: readonly string[] = [];
  let since = 0;
  for await (const page of paginateGetExecutionHistory({ client: clients.stepFunctions }, { executionArn })) {
    for (const {
      timestamp,
      taskScheduledEventDetails,
      taskSucceededEventDetails,
      taskFailedEventDetails,
    } of page.events ?? []) {
      const parameters = parse(taskScheduledEventDetails?.parameters);
      sent = Many.safeParse(parameters).data?.Sqls ?? textOf(One.safeParse(parameters).data) ?? sent;
      const time = timestamp?.getTime() ?? 0;
      if (taskScheduledEventDetails !== undefined) since = time;
      const { error, cause } = taskFailedEventDetails ?? {};
      // How run-statements is told that a statement ended otherwise than well: the cause is its id.
      const unfinished = error === "StatementNotFinished" ? cause : undefined;
      const id = Submitted.safeParse(parse(taskSucceededEventDetails?.output)).data?.statementId ?? unfinished;
      if (id === undefined) continue;
      const batch = { step, batch_seconds: (time - since) / 1000 };
      const fallback = unfinished === undefined ? "FINISHED" : null;
      found.push(...(await described(clients, batch, sent, id, fallback)));
      sent = [];
    }
  }
  // What was sent last did not end well: its own statements say which.
  return [
    ...found,
    ...sent.map((sql) => ({ step, batch_seconds: null, sql, seconds: null, rows: null, status: null, error: null })),
  ];
}

const textOf = (one: z.infer<typeof One> | undefined) => (one === undefined ? undefined : [one.Sql]);

/** The Data API keeps a statement for a day, and shows it to who may see it (B6.9). */
async function described(
  { redshiftData }: Pick<Clients, "redshiftData">,
  batch: Pick<SqlStatement, "step" | "batch_seconds">,
  sent: readonly string[],
  Id: string,
  fallback: string | null,
): Promise<readonly SqlStatement[]> {
  const whole = await redshiftData.send(new DescribeStatementCommand({ Id })).catch(() => undefined);
  const parts: readonly SubStatementData[] = whole?.SubStatements ?? [];
  return sent.map((sql, index) => {
    const own = parts[index] ?? (sent.length === 1 ? whole : undefined);
    return {
      ...batch,
      sql,
      seconds: own?.Duration === undefined || own.Duration < 0 ? null : own.Duration / 1e9,
      rows: own?.ResultRows === undefined || own.ResultRows < 0 ? null : own.ResultRows,
      status: own?.Status ?? fallback,
      error: own?.Error ?? null,
    };
  });
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
