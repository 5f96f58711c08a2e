import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionDoesNotExist,
  paginateListExecutions,
} from "@aws-sdk/client-sfn";
import { z } from "zod";
import { batchId, guessLandedKey } from "../../contract/layout.js";
import type { Clients } from "../account/clients.js";
import type { Execution } from "./load-result.js";

const Input = z.object({
  dataset: z.string(),
  manifest: z.object({ bucket: z.string(), key: z.string() }),
  /** Of deliveries whose key alone does not say them. */
  partition: z.string().nullish(),
  batch: z.string().nullish(),
});

/** An execution of load-partition with what its input says. */
export interface LoadExecution extends Execution {
  readonly name: string;
  readonly source: string;
  readonly dataset: string;
  readonly partition: string | null;
  readonly batchId: string | null;
  /** s3:// URL, or empty when the input names none. */
  readonly manifest: string;
}

/** @returns undefined when there is no execution of that ARN. */
export async function describeLoad(
  { stepFunctions }: Pick<Clients, "stepFunctions">,
  source: string,
  executionArn: string,
): Promise<LoadExecution | undefined> {
  try {
    return readExecution(source, await stepFunctions.send(new DescribeExecutionCommand({ executionArn })));
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** What a list says about an execution. */
export interface ListedExecution {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly startDate: Date;
  readonly stopDate: Date | null;
  readonly redriveCount: number;
}

/**
 * A machine's executions, newest first; all of them, those that run, or those that were ever redriven.
 * @param pageSize how many a call brings, at most 1,000; without it the service's own 100
 */
export async function* listExecutions(
  { stepFunctions }: Pick<Clients, "stepFunctions">,
  stateMachineArn: string,
  only?: "RUNNING" | "REDRIVEN",
  pageSize?: number,
): AsyncIterable<ListedExecution> {
  const filter = only === "REDRIVEN" ? { redriveFilter: only } : { statusFilter: only };
  const paging = { client: stepFunctions, ...(pageSize === undefined ? {} : { pageSize }) };
  const pages = paginateListExecutions(paging, { stateMachineArn, ...filter });
  for await (const page of pages) {
    for (const { name, executionArn, startDate, status = "", stopDate, redriveCount = 0 } of page.executions ?? []) {
      if (name !== undefined && executionArn !== undefined && startDate !== undefined) {
        yield { name, arn: executionArn, status, startDate, stopDate: stopDate ?? null, redriveCount };
      }
    }
  }
}

/** The ARN of an execution by the ARN of its machine (A1.13). */
export const executionArn = (stateMachineArn: string, name: string) =>
  `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;

function readExecution(source: string, described: DescribeExecutionCommandOutput): LoadExecution {
  const input = Input.safeParse(parse(described.input)).data;
  const key = input?.manifest.key ?? "";
  const landed = guessLandedKey(key);
  const dataset = input?.dataset ?? "";
  return {
    source,
    executionArn: described.executionArn ?? "",
    name: described.name ?? "",
    status: described.status ?? "",
    startDate: described.startDate ?? new Date(0),
    stopDate: described.stopDate ?? null,
    output: described.output ?? null,
    error: described.error ?? null,
    cause: described.cause ?? null,
    dataset,
    partition: input?.partition ?? landed?.partition ?? null,
    batchId: input?.batch ?? (landed === undefined ? null : batchId(dataset, landed.partition, key)),
    manifest: input === undefined ? "" : `s3://${input.manifest.bucket}/${key}`,
  };
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
