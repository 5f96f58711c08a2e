import { z } from "zod";
import type { EventName, SluiceEvent } from "../../contract/events.js";
import { incidentKey, openIncidents } from "../../contract/layout.js";
import type { ObjectStore } from "../shared/object-store.js";

/** What somebody was told of and is not repaired: one of a dataset and a cause, however many batches it holds up. */
const Incident = z.object({
  version: z.literal(1),
  dataset: z.string(),
  cause: z.string(),
  /** Batches, or partitions, that are not repaired. */
  open: z.array(z.string()),
  /** `telling`, `repairing`: a message is under way, of the event `by`. */
  status: z.enum(["telling", "open", "repairing"]),
  by: z.string(),
  since: z.string(),
});
export type Incident = z.infer<typeof Incident>;

export type Store = Pick<ObjectStore, "list" | "read" | "remove" | "writeJson">;

export interface Place {
  readonly store: Store;
  readonly bucket: string;
  readonly notice: string;
  readonly now: Date;
}

export interface Happened {
  /** EventBridge's id. */
  readonly id: string;
  readonly event: SluiceEvent;
}

/** After that a function that began a message is taken to have died over it. */
const abandonedAfterMilliseconds = 10 * 60_000;
/** An incident that goes on is told of again, when another batch joins it a day after the last message. */
const toldAgainAfterMilliseconds = 24 * 3600_000;

/** Another call wrote the incident meanwhile: Lambda tries this one again. */
export class IncidentChanged extends Error {
  override readonly name = "IncidentChanged";
}

/** What an incident is of; undefined where the event needs nobody. */
export function causeOf({ type, detail }: SluiceEvent): string | undefined {
  if (type === "BatchRefused" || type === "BatchFailed") return `${type}-${detail.error}`;
  return type === "PartitionOverdue" && detail.state === "overdue" ? type : undefined;
}

/** Which of an incident's members an event is about. */
const memberOf = ({ type, detail }: SluiceEvent): string =>
  type === "PartitionOverdue" ? detail.partition : (detail.batch_id ?? detail.partition ?? detail.execution);

/** Notes that a batch joins an incident, and tells of it unless that was done. @returns whether it told */
export async function open(place: Place, { id, event }: Happened, cause: string, tell: () => Promise<void>) {
  const key = incidentKey(place.notice, event.detail.dataset, cause);
  const before = await read(place, key);
  const known = before?.incident;
  const joined = [...new Set([...(known?.open ?? []), memberOf(event)])];
  const isTold = known !== undefined && !isDue(known, id, place.now) && known.status !== "repairing";
  if (isTold) {
    if (joined.length > known.open.length) await write(place, key, { ...known, open: joined }, before);
    return false;
  }
  const incident: Incident = {
    version: 1,
    ...{ dataset: event.detail.dataset, cause, open: joined },
    ...{ status: "telling", by: id, since: place.now.toISOString() },
  };
  await write(place, key, incident, before);
  await tell();
  await settle(place, key, id, "open");
  return true;
}

function isDue({ status, by, since }: Incident, id: string, now: Date): boolean {
  const age = now.getTime() - Date.parse(since);
  return status === "open" ? age >= toldAgainAfterMilliseconds : by === id || age >= abandonedAfterMilliseconds;
}

/** The message went out: others may have joined since, and stay. */
async function settle(place: Place, key: string, id: string, status: Incident["status"]): Promise<void> {
  const found = await read(place, key);
  if (found?.incident.by === id) await write(place, key, { ...found.incident, status }, found);
}

/**
 * Takes a batch that is loaded, or a partition that has come, out of the dataset's incidents, and says so of each that it
 * was the last of. @returns how many are repaired
 */
export async function repair(place: Place, { id, event }: Happened, tell: (cause: string) => Promise<void>) {
  const { store, bucket, notice } = place;
  const causes = repairs(event.type);
  let repaired = 0;
  for (const key of await store.list(bucket, openIncidents(notice, event.detail.dataset))) {
    const found = await read(place, key);
    if (found === undefined || !causes.some((cause) => found.incident.cause.startsWith(cause))) continue;
    const { incident } = found;
    const open = incident.open.filter((member) => member !== memberOf(event));
    if (open.length === incident.open.length && !(incident.status === "repairing" && incident.by === id)) continue;
    if (open.length > 0) {
      await write(place, key, { ...incident, open }, found);
      continue;
    }
    await write(place, key, { ...incident, status: "repairing", by: id, since: place.now.toISOString() }, found);
    await tell(incident.cause);
    await store.remove(bucket, [key]);
    repaired++;
  }
  return repaired;
}

const repairs = (type: EventName): readonly string[] =>
  type === "BatchLoaded" ? ["BatchRefused", "BatchFailed"] : type === "PartitionOverdue" ? ["PartitionOverdue"] : [];

interface Found {
  readonly etag: string;
  readonly incident: Incident;
}

async function read({ store, bucket }: Place, key: string): Promise<Found | undefined> {
  const found = await store.read(bucket, key);
  if (found === undefined) return undefined;
  return { etag: found.etag, incident: Incident.parse(JSON.parse(new TextDecoder().decode(found.content))) };
}

async function write({ store, bucket }: Place, key: string, incident: Incident, before: Found | undefined) {
  const condition = before === undefined ? ({ ifNoneMatch: "*" } as const) : { ifMatch: before.etag };
  if (await store.writeJson(bucket, key, incident, condition)) return;
  throw new IncidentChanged(`${key} was written by another call meanwhile`);
}
