import {
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  type HistoryEvent,
  paginateGetExecutionHistory,
} from "@aws-sdk/client-sfn";
import type { MachineRun } from "../../console/model/api.js";
import { readGraph } from "../../console/model/machine.js";
import { inParallel } from "../../functions/shared/in-parallel.js";
import type { Clients } from "../account/clients.js";
import { nameOf } from "../loads/report-load.js";
import { readVisits } from "./visits.js";

type StepFunctions = Pick<Clients, "stepFunctions">;

const childrenAtOnce = 4;

/** An execution on the definition that it runs by, with the executions it started. @throws ExecutionDoesNotExist */
export async function readMachineRun(clients: StepFunctions, executionArn: string): Promise<MachineRun> {
  const described = await clients.stepFunctions.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  const definition = described.definition ?? "";
  const { visits, children } = readVisits(await readEvents(clients, executionArn, startsOthers(definition)));
  const runs = await inParallel(children, childrenAtOnce, async ({ state, arn }) => {
    const run = await ifThere(() => readMachineRun(clients, arn));
    return run === undefined ? [] : [{ state, run }];
  });
  return {
    machine: described.name ?? "",
    execution: nameOf(executionArn),
    arn: executionArn,
    ...readGraph(definition),
    visits,
    children: runs.flat(),
  };
}

/** Only what starts others names them in its data, which may be large. */
const startsOthers = (definition: string) => definition.includes(":states:startExecution.sync");

async function readEvents({ stepFunctions }: StepFunctions, executionArn: string, includeExecutionData: boolean) {
  const events: HistoryEvent[] = [];
  const input = { executionArn, includeExecutionData };
  for await (const page of paginateGetExecutionHistory({ client: stepFunctions, pageSize: 1000 }, input)) {
    events.push(...(page.events ?? []));
  }
  return events;
}

/** A child may be forgotten, or belong to another account. */
async function ifThere<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
