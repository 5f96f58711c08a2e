import { readExpression } from "schedule-expressions";
import type { Contract } from "../../contract/contract.js";

/** The next planned times of a schedule after a moment, as ISO texts in UTC; fewer where it has no more. */
export function nextRuns(
  { cron, timezone }: NonNullable<Contract["schedule"]>,
  after: Date,
  count: number,
): readonly string[] {
  const times = readExpression(`cron(${cron})`, timezone, after.getTime());
  const next: string[] = [];
  for (let last = after.getTime(); next.length < count; ) {
    const time = times.next(last);
    if (time === undefined) break;
    next.push(new Date(time).toISOString());
    last = time;
  }
  return next;
}
