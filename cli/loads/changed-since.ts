import { isDeepStrictEqual } from "node:util";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { Contract } from "../../contract/contract.js";
import { sourceResource } from "../../contract/layout.js";
import { createObjectStore } from "../../functions/shared/object-store.js";
import { InspectionResults, readInspection } from "../../planning/inspection.js";
import { type PlanInput, planLoad } from "../../planning/plan.js";
import { Batch } from "../../run-folder/batch.js";
import { readBatchFile, readContract, readReport } from "../../run-folder/run-files.js";
import type { Session } from "../account/session.js";
import type { LoadExecution } from "./executions.js";

export interface History {
  readonly lastState: { readonly name: string; readonly type: string } | undefined;
  /** Payload and answer of the function that planned the load; undefined when it was never planned. */
  readonly planning: { readonly payload: unknown; readonly plan: unknown } | undefined;
  /** What the manifest's validation gave. */
  readonly batch: Batch | undefined;
}

const Invocation = z.object({ Payload: z.record(z.string(), z.unknown()) });
const names = { validated: "Validate the manifest", planned: "Plan the load" } as const;

/** What an execution's history says that matters for a rerun. */
export async function readHistory({ clients }: Session, executionArn: string): Promise<History> {
  let lastState: History["lastState"];
  let asked: unknown;
  const answers = new Map<string, { readonly asked: unknown; readonly answer: unknown }>();
  for await (const page of paginateGetExecutionHistory({ client: clients.stepFunctions }, { executionArn })) {
    for (const { type = "", ...event } of page.events ?? []) {
      const entered = event.stateEnteredEventDetails?.name;
      if (entered !== undefined) lastState = { name: entered, type: type.replace(/StateEntered$/, "") };
      if (event.taskScheduledEventDetails !== undefined) asked = parse(event.taskScheduledEventDetails.parameters);
      if (event.taskSucceededEventDetails !== undefined && lastState !== undefined) {
        answers.set(lastState.name, { asked, answer: parse(event.taskSucceededEventDetails.output) });
      }
    }
  }
  const planning = answers.get(names.planned);
  const payloadOf = (value: unknown) => Invocation.safeParse(value).data?.Payload;
  return {
    lastState,
    planning: planning && { payload: payloadOf(planning.asked), plan: payloadOf(planning.answer) },
    batch: Batch.safeParse(payloadOf(answers.get(names.validated)?.answer)?.batch).data,
  };
}

const PlanPayload = z.object({
  batch: Batch,
  reportFile: z.string(),
  inspection: InspectionResults,
  force: z.boolean(),
});
const Environment = z.object({
  PROJECT: z.string(),
  COPY_ROLE_ARN: z.string(),
  SNAPSHOT_RETENTION_DAYS: z.coerce.number(),
});

/**
 * What is another now than the execution holds: its contract, or the SQL that the same contract, report and inspection
 * give. A fix to either does not reach a redrive.
 */
export async function changedSince(
  session: Session,
  execution: Pick<LoadExecution, "source" | "dataset">,
  { batch, planning }: History,
): Promise<"contract" | "SQL" | null> {
  if (batch === undefined) return null;
  const store = createObjectStore(session.clients.s3);
  const pinned = await readContract(store, batch);
  const present = session.project.contracts.find(({ dataset }) => dataset === execution.dataset);
  if (present === undefined || !isDeepStrictEqual(pinned, Contract.parse(plain(present)))) return "contract";
  const payload = PlanPayload.safeParse(planning?.payload);
  if (!payload.success) return null;
  const { inspection, force, reportFile } = payload.data;
  const [batchFile, report] = await Promise.all([readBatchFile(store, batch), readReport(store, reportFile)]);
  const { PROJECT, COPY_ROLE_ARN, SNAPSHOT_RETENTION_DAYS } = await environmentOfPlanLoad(session, execution.source);
  const input = {
    ...{ contract: pinned, batch, batchFile, report, isForced: force },
    inspection: readInspection(inspection),
    project: PROJECT,
    copyRole: COPY_ROLE_ARN,
    snapshotRetentionDays: SNAPSHOT_RETENTION_DAYS,
  };
  return isDeepStrictEqual(planned(input), planning?.plan) ? null : "SQL";
}

/** As the function answers; what it refuses to plan now is another answer, too. */
function planned(input: PlanInput): unknown {
  try {
    return plain(planLoad(input));
  } catch {
    return undefined;
  }
}

async function environmentOfPlanLoad({ clients, project }: Session, source: string) {
  const FunctionName = sourceResource(project.project.name, source, "plan-load");
  const found = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Environment.parse(found.Environment?.Variables);
}

/** As JSON has it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
