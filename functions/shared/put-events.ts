import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { eventSource, type SluiceEvent } from "../../contract/events.js";

/** EventBridge took some of the events, or none. */
export class EventsNotSent extends Error {
  override readonly name = "EventsNotSent";
}

/** An entry is at most 256 KB; the texts of a warning or a failure are what may be long. */
const longestText = 4000;
const mostTexts = 20;

/** Puts events on the account's default bus. @throws EventsNotSent */
export async function putEvents(
  client: Pick<EventBridgeClient, "send">,
  project: string,
  events: readonly SluiceEvent[],
): Promise<void> {
  const answer = await client.send(
    new PutEventsCommand({
      Entries: events.map(({ type, detail }) => ({
        Source: eventSource(project),
        DetailType: type,
        Detail: JSON.stringify(detail, shortened),
      })),
    }),
  );
  const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
  if (refused !== undefined) throw new EventsNotSent(`${refused.ErrorCode}: ${refused.ErrorMessage ?? ""}`);
}

function shortened(name: string, value: unknown): unknown {
  if (name === "warnings" && Array.isArray(value)) return value.slice(0, mostTexts);
  return typeof value === "string" && value.length > longestText ? `${value.slice(0, longestText)} …` : value;
}
