/**
 * The version of what the state machines and the functions hand each other. It is raised whenever that changes: a
 * redriven execution keeps the definition it was started with (A3.2), and would hand today's functions yesterday's values.
 * The machines write it as it stands here; a test compares them.
 */
export const definitionVersion = 3;

/** An execution of an older definition was redriven. A failure that no redrive can mend. */
export class DefinitionOutdated extends Error {
  override readonly name = "DefinitionOutdated";

  /** @param execution its name */
  constructor(execution: string) {
    super(
      `The execution was started with an older definition of its state machine, which no longer fits what is deployed. Run 'sluice rerun ${execution}': it starts a new execution; what is loaded already is not loaded twice.`,
    );
  }
}

/** Statements for the state machine run-statements: one transaction, or one at a time. */
export interface Statements {
  /** 1 to 40 when they are one transaction (B1.1). */
  readonly statements: readonly string[];
  readonly transaction: boolean;
  /** One at a time: each has rows, and they are the results. A transaction's result is that of its last statement. */
  readonly results?: boolean;
  /** For a person: what the statements do, and for which batch. */
  readonly label: string;
  /** For all of them together; at most 25,200. */
  readonly timeoutSeconds: number;
}

/** Statements that say why another failed, each a row or some of one text. */
export type Diagnosis = {
  /** For a statement that waited for a lock in vain: who holds it. */
  readonly lock: string | null;
  /** For a COPY: what was wrong with which file. */
  readonly copy: string | null;
};

/** No event of the Data API comes later than this; whoever waits asks then (B8). */
const heartbeatSeconds = 600;

/** What links a child to its parent in the console of Step Functions (A8.9). @param execution the parent's ARN */
export const startedBy = (execution: string) => ({ AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: execution });

const noDiagnosis: Diagnosis = { lock: null, copy: null };

/** The whole input of run-statements. */
export const statementsInput = (
  { statements, transaction, results = false, label, timeoutSeconds }: Statements,
  diagnosis: Diagnosis = noDiagnosis,
) => ({
  definition: definitionVersion,
  ...{ statements, transaction, results, label, timeoutSeconds },
  heartbeatSeconds,
  diagnosis,
});
export type StatementsInput = ReturnType<typeof statementsInput>;
