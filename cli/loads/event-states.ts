import type { HistoryEvent } from "@aws-sdk/client-sfn";

const isEnd = (type: string) => type.startsWith("Execution") && type !== "ExecutionStarted";

/**
 * Tells, of one event of a history after another, which state it belongs to: the chain of events before it says, since the
 * branches of a Parallel stand among each other. A redrive goes on in what had not ended, a branch after the other.
 * @returns the state's name by event; '' for none
 */
export function statesOfEvents(): (event: HistoryEvent) => string {
  const known = new Map<number, string>();
  /** Entered and not left, in order; only tasks are begun again by a redrive. */
  const open = new Set<string>();
  let redriven: { readonly id: number; readonly waiting: string[] } | undefined;
  return (event) => {
    const { id = 0, previousEventId = 0, type = "", stateEnteredEventDetails, stateExitedEventDetails } = event;
    if (type === "ExecutionRedriven") redriven = { id, waiting: [...open] };
    const resumed = previousEventId === redriven?.id && !isEnd(type) ? redriven.waiting.shift() : undefined;
    const state = stateEnteredEventDetails?.name ?? resumed ?? known.get(previousEventId) ?? "";
    known.set(id, state);
    if (type.endsWith("StateEntered") && !type.startsWith("Parallel")) open.add(state);
    if (stateExitedEventDetails?.name !== undefined) open.delete(stateExitedEventDetails.name);
    return state;
  };
}
