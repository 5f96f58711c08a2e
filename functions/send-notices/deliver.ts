import { createHash } from "node:crypto";
import { heldNotices } from "../../contract/layout.js";
import type { Notice } from "../../contract/notice.js";
import { isQuiet } from "../../contract/quiet-hours.js";
import { causeOf, type Happened, open, type Place, repair, type Store } from "./incident.js";
import { messageOf, repairedMessage } from "./message.js";
import { Message } from "./message-form.js";
import { send, type Ways } from "./send.js";

export interface Surroundings {
  readonly store: Store;
  readonly bucket: string;
  readonly ways: Ways;
  readonly now: Date;
}

/** What was done of an event, for the log. */
export type Done = "sent" | "repaired" | "known already" | "not asked for";

/** One event to one notice: told once an incident, and once when it is repaired. @throws NoticeNotTaken, IncidentChanged */
export async function deliver(around: Surroundings, notice: Notice, happened: Happened): Promise<Done> {
  const { event } = happened;
  const { store, bucket, now } = around;
  const place: Place = { store, bucket, notice: notice.id, now };
  if (notice.datasets !== null && !notice.datasets.includes(event.detail.dataset)) return "not asked for";
  const tell = (message: Message) => tellOrHold(around, notice, message);
  const repaired = await repair(place, happened, (cause) => tell(repairedMessage(happened, cause)));
  const cause = causeOf(event);
  if (!notice.on.includes(event.type)) return repaired > 0 ? "repaired" : "not asked for";
  if (cause !== undefined) {
    return (await open(place, happened, cause, () => tell(messageOf(happened)))) ? "sent" : "known already";
  }
  if (event.type === "PartitionOverdue" || isUnchanged(happened)) return repaired > 0 ? "repaired" : "not asked for";
  await tell(messageOf(happened));
  return "sent";
}

const isUnchanged = ({ event }: Happened) => event.type === "BatchLoaded" && event.detail.outcome === "already_loaded";

/** A message that is held lies there until the quiet hours end; the same one twice is one. */
async function tellOrHold(around: Surroundings, notice: Notice, message: Message): Promise<void> {
  const { store, bucket, ways, now } = around;
  if (notice.quiet === null || !isQuiet(notice.quiet, now)) return send(ways, notice, [message]);
  const mark = createHash("sha256").update(`${message.event.id}\n${message.subject}`).digest("hex").slice(0, 16);
  await store.writeJson(bucket, `${heldNotices(notice.id)}${now.toISOString()}-${mark}.json`, message);
}

/** The quiet hours end: what they held back is sent as one, and forgotten once it is. @returns how many there were */
export async function sendHeld({ store, bucket, ways }: Surroundings, notice: Notice): Promise<number> {
  const keys = (await store.list(bucket, heldNotices(notice.id))).toSorted();
  const messages: Message[] = [];
  for (const key of keys) {
    const found = await store.read(bucket, key);
    if (found !== undefined) messages.push(Message.parse(JSON.parse(new TextDecoder().decode(found.content))));
  }
  await send(ways, notice, messages);
  if (keys.length > 0) await store.remove(bucket, keys);
  return messages.length;
}
