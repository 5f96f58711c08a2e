import { type HistoryEvent, paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import { z } from "zod";
import type { StateDetail, Try } from "../../console/model/state-detail.js";
import { NotThere } from "../../console/server/backend.js";
import type { Session } from "../account/session.js";
import { statesOfEvents } from "../loads/event-states.js";
import { nameOf } from "../loads/report-load.js";
import { statementsOf } from "../loads/sql-steps.js";

/** Characters of an input or output that are sent. */
const longest = 20_000;

const Parameters = z.looseObject({
  FunctionName: z.string().optional(),
  JobName: z.string().optional(),
  StateMachineArn: z.string().optional(),
});
const Ids = z.looseObject({
  ExecutionArn: z.string().optional(),
  JobRunId: z.string().optional(),
  Id: z.string().optional(),
  statementId: z.string().optional(),
});

/** Everything that the history of an execution says of one of its states. @throws NotThere */
export async function readStateDetail(session: Session, executionArn: string, state: string): Promise<StateDetail> {
  const { clients, deployment } = session;
  // Machines are named by the project; the page may ask for no others.
  const isOurs = executionArn.split(":")[6]?.startsWith(`${deployment.project.name}-`) === true;
  if (!isOurs) throw new NotThere(`${executionArn} is not an execution of this project.`);
  const events: HistoryEvent[] = [];
  const stateOf = statesOfEvents();
  const pages = paginateGetExecutionHistory(
    { client: clients.stepFunctions, pageSize: 1000 },
    { executionArn, includeExecutionData: true },
  );
  for await (const { events: page = [] } of pages) {
    for (const event of page) if (stateOf(event) === state) events.push(event);
  }
  if (events.length === 0) throw new NotThere(`The execution ${nameOf(executionArn)} was never in '${state}'.`);
  const scheduled = events.findLast(({ taskScheduledEventDetails }) => taskScheduledEventDetails !== undefined);
  const task = scheduled?.taskScheduledEventDetails;
  const parameters = Parameters.safeParse(parse(task?.parameters)).data ?? {};
  const runIds = runIdsOf(events);
  const begun = events[0]?.timestamp?.getTime() ?? 0;
  return {
    state,
    tries: triesOf(events),
    calls: task === undefined ? null : callsOf(`${task.resourceType}:${task.resource}`, parameters),
    runIds,
    // What a task was given is made of the state's own input, which often says nothing.
    input: cut(task?.parameters ?? events[0]?.stateEnteredEventDetails?.input),
    output: cut(
      events.findLast((event) => event.stateExitedEventDetails !== undefined)?.stateExitedEventDetails?.output ??
        events.findLast((event) => event.taskSucceededEventDetails !== undefined)?.taskSucceededEventDetails?.output,
    ),
    statements: await statementsIn(session, executionArn, state, runIds),
    log: session.flags?.includes("--local") === true ? null : logOf(parameters, runIds, begun, session),
  };
}

function triesOf(events: readonly HistoryEvent[]): Try[] {
  const tries: {
    startedAt: string;
    from: number;
    seconds: number | null;
    error: string | null;
    cause: string | null;
  }[] = [];
  for (const event of events) {
    const { type = "", timestamp } = event;
    const time = timestamp?.getTime() ?? 0;
    if (/(Task|LambdaFunction)Scheduled$/.test(type)) {
      tries.push({ startedAt: new Date(time).toISOString(), from: time, seconds: null, error: null, cause: null });
    }
    const last = tries.at(-1);
    if (last === undefined || !/(Task|LambdaFunction)(Succeeded|Failed|TimedOut|SubmitFailed|StartFailed)$/.test(type))
      continue;
    const { error, cause } =
      event.taskFailedEventDetails ??
      event.taskTimedOutEventDetails ??
      event.taskSubmitFailedEventDetails ??
      event.taskStartFailedEventDetails ??
      {};
    last.seconds = (time - last.from) / 1000;
    last.error = error ?? null;
    last.cause = cut(cause);
  }
  return tries.map(({ from: _, ...each }) => each);
}

function runIdsOf(events: readonly HistoryEvent[]): StateDetail["runIds"] {
  const found = new Map<string, string>();
  for (const { taskSubmittedEventDetails, taskSucceededEventDetails } of events) {
    const texts = [taskSubmittedEventDetails?.output, taskSucceededEventDetails?.output];
    for (const ids of texts.map((text) => Ids.safeParse(parse(text)).data)) {
      if (ids?.JobRunId !== undefined) found.set(ids.JobRunId, "Glue run");
      if (ids?.ExecutionArn !== undefined) found.set(ids.ExecutionArn, "execution");
      const statement = ids?.statementId ?? (ids?.JobRunId === undefined ? ids?.Id : undefined);
      if (statement !== undefined) found.set(statement, "statement");
    }
  }
  return [...found].map(([id, kind]) => ({ kind, id }));
}

function callsOf(resource: string, { FunctionName, JobName, StateMachineArn }: z.infer<typeof Parameters>): string {
  const target = FunctionName ?? JobName ?? StateMachineArn;
  return target === undefined ? resource : `${resource} ${target}`;
}

/** Of a state that runs SQL itself, or by an execution of run-statements that it started. */
async function statementsIn(session: Session, executionArn: string, state: string, runIds: StateDetail["runIds"]) {
  const isRunner = (arn: string) => arn.includes("-run-statements:");
  const arns = isRunner(executionArn)
    ? [executionArn]
    : runIds.filter(({ kind, id }) => kind === "execution" && isRunner(id)).map(({ id }) => id);
  const found = await Promise.all(arns.map((arn) => statementsOf(session.clients, state, arn)));
  return found.flat().map(({ sql, seconds, rows, status, error }) => ({ sql, seconds, rows, status, error }));
}

/** The log of a Lambda has its invocations by time; that of a Glue run is a stream of its own. */
function logOf(
  { FunctionName, JobName }: z.infer<typeof Parameters>,
  runIds: StateDetail["runIds"],
  begun: number,
  { project }: Session,
): StateDetail["log"] {
  const region = `--region ${project.project.region}`;
  if (FunctionName !== undefined) {
    const name = FunctionName.split(":function:").at(-1)?.split(":")[0] ?? FunctionName;
    const group = `/aws/lambda/${name}`;
    return { group, command: `aws logs tail ${group} --since ${new Date(begun).toISOString().slice(0, 19)} ${region}` };
  }
  const run = runIds.find(({ kind }) => kind === "Glue run");
  if (JobName === undefined || run === undefined) return null;
  const group = "/aws-glue/jobs/error";
  return { group, command: `aws logs tail ${group} --log-stream-names ${run.id} ${region}` };
}

const cut = (text: string | undefined): string | null =>
  text === undefined
    ? null
    : text.length <= longest
      ? text
      : `${text.slice(0, longest)}… (${text.length} characters in total)`;

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
