import { setTimeout as sleep } from "node:timers/promises";
import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { type Diagnosis, type Statements, statementsInput } from "../../contract/definition.js";
import { projectResource } from "../../contract/layout.js";
import type { Session } from "../account/session.js";
import { CommandFailed } from "../output/exit-codes.js";

const rows = z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])));
const Outcome = z.discriminatedUnion("outcome", [
  z.looseObject({ outcome: z.literal("done"), results: z.array(z.object({ rows })) }),
  z.looseObject({ outcome: z.literal("already_loaded") }),
  z.looseObject({ outcome: z.literal("refused"), error: z.string(), message: z.string() }),
]);
export type StatementsOutcome = z.infer<typeof Outcome>;

/**
 * Runs statements as the loading user, whose secret no person needs to read: through the state machine that the loads
 * use, and waits for their end.
 * @param name of the execution; the same one does not run twice.
 * @throws CommandFailed
 */
export async function runStatements(
  { clients: { stepFunctions }, deployment, pollEveryMs }: Pick<Session, "clients" | "deployment" | "pollEveryMs">,
  name: string,
  input: Statements,
  diagnosis?: Diagnosis,
): Promise<StatementsOutcome> {
  const machine = projectResource(deployment.project.name, "run-statements");
  const stateMachineArn = deployment.stateMachines.get(machine);
  if (stateMachineArn === undefined) {
    throw new CommandFailed(`There is no state machine ${machine}. Deploy the project again.`);
  }
  const { executionArn } = await stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(statementsInput(input, diagnosis)) }),
  );
  for (;;) {
    const { status, output, error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return Outcome.parse(JSON.parse(output ?? "{}"));
    if (status !== "RUNNING" && status !== "PENDING_REDRIVE") {
      throw new CommandFailed(`${input.label}: ${error ?? status}${cause === undefined ? "" : `: ${cause}`}`);
    }
    await sleep(pollEveryMs);
  }
}
