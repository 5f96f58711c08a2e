import { z } from "zod";

/** The Data API's status event (B8.1). It has no SQL error text; whoever is answered asks for it (B8.2). */
const StatementEvent = z.object({
  detail: z.object({
    statementId: z.string(),
    statementName: z.string().nullish(),
    state: z.string(),
  }),
});

export interface EndedStatement {
  readonly statementId: string;
  readonly hasFinished: boolean;
  /** The statement's name, in which run-statements put its task token; null for statements without a name. */
  readonly taskToken: string | null;
}

/** @throws ZodError when it is no statement event. */
export function readStatementEvent(event: unknown): EndedStatement {
  const { detail } = StatementEvent.parse(event);
  const name = detail.statementName ?? "";
  // What tells of one statement of a batch (`id:1`) does not say how the batch ended.
  const [statementId = "", part] = detail.statementId.split(":");
  const hasFinished = detail.state === "FINISHED" && part === undefined;
  return { statementId, hasFinished, taskToken: name === "" ? null : name };
}
