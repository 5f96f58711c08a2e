import { z } from "zod";
import { scheduledExecutionName } from "../../contract/layout.js";

/** The input that the schedule is declared with; EventBridge Scheduler fills in the planned time (G10, G12). */
const ScheduledEvent = z.object({
  dataset: z.string().min(1),
  scheduledTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
});

export interface ScheduledRun {
  readonly dataset: string;
  readonly name: string;
  /** JSON text; the same planned time gives the same bytes, so that a repeated start is the same start (A1.4). */
  readonly input: string;
}

/** The execution of scheduled-load for a planned time: one, however often the schedule fires it (G7, G11). @throws ZodError */
export function scheduledRun(event: unknown): ScheduledRun {
  const { dataset, scheduledTime } = ScheduledEvent.parse(event);
  return {
    dataset,
    name: scheduledExecutionName(dataset, scheduledTime),
    input: JSON.stringify({ dataset, scheduledTime: scheduledTime.toISOString() }),
  };
}
