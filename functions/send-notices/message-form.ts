import { z } from "zod";
import { eventNames } from "../../contract/events.js";

/** What one message says; several where quiet hours held them back. */
export const Message = z.object({
  subject: z.string(),
  text: z.string(),
  /** The event, or for what is repaired the one that repaired it. */
  event: z.object({ id: z.string(), type: z.enum(eventNames), detail: z.record(z.string(), z.unknown()) }),
});
export type Message = z.infer<typeof Message>;
