/** Quiet hours of a notice. They may pass midnight. */
export interface Quiet {
  /** Minutes after midnight in `zone`. */
  readonly from: number;
  readonly until: number;
  readonly zone: string;
}

/** Reads `22-07 Europe/Paris` or `19:30-08:00 UTC`; undefined where the text is something else. */
export function readQuiet(text: string): Quiet | undefined {
  const [, from = "", until = "", zone = ""] = /^(\d\d?(?::\d\d)?)-(\d\d?(?::\d\d)?) (\S+)$/.exec(text) ?? [];
  const [start, end] = [minutes(from), minutes(until)];
  if (start === undefined || end === undefined || start === end || !isZone(zone)) return undefined;
  return { from: start, until: end, zone };
}

function minutes(text: string): number | undefined {
  if (text === "") return undefined;
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  return hour < 24 && minute < 60 ? hour * 60 + minute : undefined;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export function isQuiet({ from, until, zone }: Quiet, now: Date): boolean {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" })
    .formatToParts(now)
    .map(({ value }) => Number(value));
  const at = (parts[0] ?? 0) * 60 + (parts[2] ?? 0);
  return from < until ? from <= at && at < until : at >= from || at < until;
}

/** When they end, as EventBridge Scheduler writes it. */
export const quietEnd = ({ until }: Quiet) => `cron(${until % 60} ${Math.floor(until / 60)} * * ? *)`;
