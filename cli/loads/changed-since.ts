import { isDeepStrictEqual } from "node:util";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { Contract } from "../../contract/contract.js";
import { definitionVersion } from "../../contract/definition.js";
import { sourceResource } from "../../contract/layout.js";
import { createObjectStore } from "../../functions/shared/object-store.js";
import { Found, planOf } from "../../planning/found.js";
import type { PlanInput } from "../../planning/plan.js";
import { Batch } from "../../run-folder/batch.js";
import { readBatchFile, readContract, readReport } from "../../run-folder/run-files.js";
import type { Session } from "../account/session.js";
import { statesOfEvents } from "./event-states.js";
import type { LoadExecution } from "./executions.js";
import type { Change } from "./rerun-decision.js";

export interface History {
  /** Its state machine had another definition when it began, by what it told its first function. */
  readonly isOutdated: boolean;
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
  let first: unknown;
  const asked = new Map<string, unknown>();
  const answers = new Map<string, { readonly asked: unknown; readonly answer: unknown }>();
  const types = new Map<string, string>();
  const stateOf = statesOfEvents();
  for await (const page of paginateGetExecutionHistory({ client: clients.stepFunctions }, { executionArn })) {
    for (const event of page.events ?? []) {
      const state = stateOf(event);
      const entered = event.stateEnteredEventDetails?.name;
      if (entered !== undefined) types.set(entered, event.type?.replace(/StateEntered$/, "") ?? "");
      // Of a Parallel's branches the one that failed has the last word.
      if (types.has(state)) lastState = { name: state, type: types.get(state) ?? "" };
      if (event.taskScheduledEventDetails !== undefined) {
        asked.set(state, parse(event.taskScheduledEventDetails.parameters));
      }
      first ??= asked.get(state);
      if (event.taskSucceededEventDetails !== undefined) {
        const answer = parse(event.taskSucceededEventDetails.output);
        answers.set(state, { asked: asked.get(state), answer });
      }
    }
  }
  const planning = answers.get(names.planned);
  const payloadOf = (value: unknown) => Invocation.safeParse(value).data?.Payload;
  return {
    isOutdated: first !== undefined && payloadOf(first)?.definition !== definitionVersion,
    lastState,
    planning: planning && { payload: payloadOf(planning.asked), plan: payloadOf(planning.answer) },
    batch: Batch.safeParse(payloadOf(answers.get(names.validated)?.answer)?.batch).data,
  };
}

const PlanPayload = z.object({
  batch: Batch,
  reportFile: z.string(),
  inspection: Found,
});
const Environment = z.object({
  PROJECT: z.string(),
  COPY_ROLE_ARN: z.string(),
  SNAPSHOT_RETENTION_DAYS: z.coerce.number(),
  PROTECTION_REPLACES: z.string().default("[]"),
});

/**
 * What is another now than the execution holds: its machine's definition, its contract, or the SQL that the same
 * contract, report and inspection give. A change of any of them does not reach a redrive.
 */
export async function changedSince(
  session: Session,
  execution: Pick<LoadExecution, "source" | "dataset">,
  { isOutdated, batch, planning }: History,
): Promise<Change | null> {
  if (isOutdated) return "definition of its state machine";
  if (batch === undefined) return null;
  const store = createObjectStore(session.clients.s3);
  const pinned = await readContract(store, batch);
  const present = session.project.contracts.find(({ dataset }) => dataset === execution.dataset);
  if (present === undefined || !isDeepStrictEqual(pinned, Contract.parse(plain(present)))) return "contract";
  const payload = PlanPayload.safeParse(planning?.payload);
  if (!payload.success) return null;
  const { inspection, reportFile } = payload.data;
  const [batchFile, report] = await Promise.all([readBatchFile(store, batch), readReport(store, reportFile)]);
  const environment = await environmentOfPlanLoad(session, execution.source);
  const input = {
    ...{ contract: pinned, batch, batchFile, report, isForced: batchFile.force },
    project: environment.PROJECT,
    copyRole: environment.COPY_ROLE_ARN,
    snapshotRetentionDays: environment.SNAPSHOT_RETENTION_DAYS,
    replaces: z.array(z.string()).parse(JSON.parse(environment.PROTECTION_REPLACES)),
  };
  return isDeepStrictEqual(planned(inspection, input, batch.execution), planning?.plan) ? null : "SQL";
}

/** As the function answers; what it refuses to plan now is another answer, too. */
function planned(found: Found, input: Omit<PlanInput, "inspection">, execution: string): unknown {
  try {
    return plain(planOf(found, input, execution));
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
