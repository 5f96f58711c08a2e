import { z } from "zod";
import { type LandedObject, readS3Event } from "./s3-event.js";

const Message = z.object({ eventSource: z.literal("aws:sqs"), messageId: z.string(), body: z.string() });
const QueuedEvent = z.object({ Records: z.array(Message).min(1) });

/** A topic's message to a queue, unless the subscription is a raw one. */
const Envelope = z.object({ Type: z.literal("Notification"), TopicArn: z.string(), Message: z.string() });

export type QueuedMessage = z.infer<typeof Message>;

/** The messages of an event that Lambda took out of a queue; undefined for any other event. */
export function readQueuedEvent(event: unknown): readonly QueuedMessage[] | undefined {
  return QueuedEvent.safeParse(event).data?.Records;
}

/**
 * What a message tells of: S3's event as it is, by a topic, or by EventBridge.
 * @throws SyntaxError when it is not JSON, ZodError when it is no S3 event
 */
export function readMessage({ body }: QueuedMessage): readonly LandedObject[] {
  const value: unknown = JSON.parse(body);
  const envelope = Envelope.safeParse(value);
  return readS3Event(envelope.success ? JSON.parse(envelope.data.Message) : value);
}
