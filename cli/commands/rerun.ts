import { DescribeExecutionCommand, RedriveExecutionCommand } from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { z } from "zod";
import { readFailure } from "../../functions/shared/cause-text.js";
import { type Session, withSession } from "../account/session.js";
import { type AccountOptions, type JsonOption, withAccount, withJson } from "../arguments/options.js";
import { changedSince, readHistory } from "../loads/changed-since.js";
import { resultOf } from "../loads/describe.js";
import type { LoadExecution } from "../loads/executions.js";
import { findLoad } from "../loads/find-load.js";
import { followLive } from "../loads/follow-live.js";
import { nameOf, reportLoad } from "../loads/report-load.js";
import { type Decision, decideRerun } from "../loads/rerun-decision.js";
import { startAnew } from "../loads/start.js";
import { CommandFailed, UsageWrong } from "../output/exit-codes.js";
import { say } from "../output/terminal.js";
import type { SetExit } from "./command.js";

interface RerunOptions extends AccountOptions, JsonOption {
  readonly force?: boolean;
}

/** `sluice rerun <batch|execution>`: redrive where that can help, else a new execution; says which and why. */
export function addRerun(program: Command, setExit: SetExit): void {
  const command = program.command("rerun");
  withJson(withAccount(command))
    .argument("<batch|execution>", "a batch's id (or its beginning), or the name or ARN of an execution")
    .option("--force", "also load what is already loaded, or older than what is loaded")
    .action(async (text: string, options: RerunOptions) => {
      await withSession({ ...options, willLoad: true }, async (session) => {
        const execution = await findLoad(session, text);
        const { decision, executionArn } = await rerun(session, execution, options.force === true);
        say(`${nameOf(execution.executionArn)}: ${decision.way}, since ${decision.why}.`);
        if (executionArn !== execution.executionArn) say(`The new execution is ${nameOf(executionArn)}.`);
        const { pollEveryMs, clients, deployment, flags } = session;
        const ended = await followLive(clients, { source: execution.source, executionArn, pollEveryMs, flags });
        setExit(reportLoad(await resultOf(clients, deployment, ended), options.json === true));
      });
    });
}

type Ended = Pick<LoadExecution, "executionArn" | "source" | "dataset">;

/** Tries an execution again. @returns what was done, and the execution that runs now. @throws UsageWrong, CommandFailed */
export async function rerun(
  session: Session,
  execution: Ended,
  isForced: boolean,
): Promise<{ readonly decision: Decision; readonly executionArn: string }> {
  const { executionArn, source } = execution;
  const { decision, name, input } = await planRerun(session, execution, isForced);
  if (decision.way === "redrive") {
    await session.clients.stepFunctions.send(new RedriveExecutionCommand({ executionArn }));
    return { decision, executionArn };
  }
  const text = isForced ? forced(input) : input;
  const machine = session.deployment.loadPartition(source);
  return { decision, executionArn: await startAnew(session.clients, machine, name, text, 2) };
}

/** What a rerun would do, without doing it. @throws UsageWrong, CommandFailed */
export async function planRerun(
  session: Session,
  { executionArn, source, dataset }: Ended,
  isForced: boolean,
): Promise<{ readonly decision: Decision; readonly name: string; readonly input: string }> {
  const described = await session.clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const { status = "", name = "", input } = described;
  if (status === "RUNNING" || status === "PENDING_REDRIVE") throw new UsageWrong(`${name} is running still.`);
  if (input === undefined)
    throw new CommandFailed(`The input of ${name} is no longer available. Land the manifest again.`);
  const history = await readHistory(session, executionArn);
  const decision = decideRerun({
    status,
    error: described.error === undefined ? null : readFailure(described.error, described.cause).error,
    redriveStatus: described.redriveStatus,
    redriveReason: described.redriveStatusReason,
    lastState: history.lastState,
    hasChanged: status === "SUCCEEDED" ? null : await changedSince(session, { source, dataset }, history),
    isForced,
  });
  return { decision, name, input };
}

/** By force a batch is loaded whole, also one of which only rejected records were replayed last. */
function forced(input: string): string {
  const { replay, ...rest } = z.record(z.string(), z.unknown()).parse(JSON.parse(input));
  return JSON.stringify({ ...rest, force: true });
}
