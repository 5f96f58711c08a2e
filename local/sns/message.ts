import { z } from "zod";

export const PublishedMessage = z.object({
  id: z.string(),
  at: z.number(),
  topicArn: z.string(),
  subject: z.string().nullable(),
  message: z.string(),
  attributes: z.record(z.string(), z.unknown()),
});
export type PublishedMessage = Readonly<z.infer<typeof PublishedMessage>>;
