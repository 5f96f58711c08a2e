import { prices } from "../cost/prices.js";
import type { Conversion } from "../loads/conversion.js";

/** What a conversion costs by the list price, in US dollars; null where Glue does not tell what it counted. */
export function priceOf({ gb_seconds, dpu_seconds }: Pick<Conversion, "gb_seconds" | "dpu_seconds">): number | null {
  if (gb_seconds === null && dpu_seconds === null) return null;
  return (gb_seconds ?? 0) * prices.lambdaGbSecond.usd + ((dpu_seconds ?? 0) / 3600) * prices.glueDpuHour.usd;
}
