import { z } from "zod";
import { eventNames } from "./events.js";

/** A notice as the function is deployed with it. */
export const Notice = z.object({
  id: z.string(),
  on: z.array(z.enum(eventNames)),
  /** Null: all of the source. */
  datasets: z.array(z.string()).nullable(),
  to: z.discriminatedUnion("way", [
    /** The name of a topic of the project, or the ARN of one that was there before. */
    z.object({ way: z.literal("topic"), topic: z.string() }),
    z.object({ way: z.literal("slack"), secretArn: z.string() }),
    z.object({ way: z.literal("url"), secretArn: z.string() }),
  ]),
  quiet: z.object({ from: z.int(), until: z.int(), zone: z.string() }).nullable(),
});
export type Notice = z.infer<typeof Notice>;
