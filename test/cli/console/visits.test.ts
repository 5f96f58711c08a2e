import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect, test } from "@jest/globals";
import { readVisits } from "../../../cli/console/visits.js";

const event = (
  id: number,
  type: string,
  details: Partial<HistoryEvent> = {},
  previousEventId = id - 1,
): HistoryEvent => ({
  ...{ id, previousEventId, timestamp: new Date(id * 1000), ...details },
  type: type as HistoryEvent["type"] & string,
});
const entered = (id: number, name: string) => event(id, "TaskStateEntered", { stateEnteredEventDetails: { name } });
const exited = (id: number, name: string) => event(id, "TaskStateExited", { stateExitedEventDetails: { name } });
const task = { resourceType: "states", resource: "startExecution.sync:2" };
const submitted = (id: number, arn: string) =>
  event(id, "TaskSubmitted", { taskSubmittedEventDetails: { ...task, output: JSON.stringify({ ExecutionArn: arn }) } });
const failed = (id: number, error: string) => event(id, "TaskFailed", { taskFailedEventDetails: { ...task, error } });
const ended = (id: number, error: string) => event(id, "ExecutionFailed", { executionFailedEventDetails: { error } });

test("the time in each state, and the execution that each attempt started", () => {
  const { visits, children } = readVisits([
    event(1, "ExecutionStarted"),
    entered(2, "Convert"),
    submitted(3, "child-1"),
    failed(4, "StepFunctions.AWSStepFunctionsException"),
    submitted(5, "child-2"),
    exited(8, "Convert"),
    entered(9, "Check"),
  ]);
  expect(visits.map(({ state, seconds, outcome, error }) => [state, seconds, outcome, error])).toEqual([
    ["Convert", 6, "done", null],
    ["Check", null, "running", null],
  ]);
  expect(children).toEqual([
    { state: "Convert", arn: "child-1" },
    { state: "Convert", arn: "child-2" },
  ]);
});

test("an execution fails where it stands; a redrive begins a new stay there", () => {
  const { visits } = readVisits([
    entered(1, "Upsert"),
    failed(2, "States.TaskFailed"),
    ended(3, "StatementFailed"),
    event(10, "ExecutionRedriven", {}, 3),
    event(11, "TaskScheduled"),
    exited(14, "Upsert"),
  ]);
  expect(visits.map(({ seconds, outcome, error }) => [seconds, outcome, error])).toEqual([
    [2, "failed", "StatementFailed"],
    [4, "done", null],
  ]);
});

test("an abort without an error leaves the task's own", () => {
  const { visits } = readVisits([
    entered(1, "Wait"),
    event(5, "ExecutionAborted", { executionAbortedEventDetails: {} }),
  ]);
  expect(visits).toMatchObject([{ seconds: 4, outcome: "failed", error: null }]);
});
