import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { readContracts } from "../shared/contracts.js";
import { putEvents } from "../shared/put-events.js";
import { requireEnv } from "../shared/require-env.js";
import { logger } from "../shared/telemetry.js";
import { eventsOf } from "./event-of.js";

const client = new EventBridgeClient({});

/** The end of an execution of load-partition → Sluice's own events on the account's bus. @throws EventsNotSent */
export async function handler(event: unknown): Promise<void> {
  const project = requireEnv("PROJECT");
  const contracts = readContracts(requireEnv("CONTRACTS"));
  const events = eventsOf(event, { project, source: requireEnv("SOURCE"), contracts });
  await putEvents(client, project, events);
  logger.info("The events were sent", { events: events.map(({ type }) => type), execution: events[0]?.detail });
}
