import { timeWords } from "../../model/words.js";

/** How times are written: in UTC, or in the zone of the reader's machine; kept for the next time. */
export type Zone = "utc" | "local";

const storageKey = "sluice-zone";

let zone: Zone = localStorage.getItem(storageKey) === "local" ? "local" : "utc";

export const shownZone = (): Zone => zone;

export function chooseZone(chosen: Zone): void {
  zone = chosen;
  localStorage.setItem(storageKey, chosen);
}

/** The reader's own zone, `Europe/Paris`. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `UTC`, or the reader's zone. */
export const zoneWords = (): string => (zone === "utc" ? "UTC" : ownZone());

/** `2026-11-22 05:03:07` of an ISO time, in the zone that was chosen. */
export function shownTime(time: string): string {
  if (zone === "utc") return timeWords(time);
  const moment = new Date(time);
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return timeWords(shifted.toISOString());
}
