import type { Conversion } from "../loads/conversion.js";

/** List prices in us-east-1, US dollars; docs/costs.md has them with what else a load costs. */
const perGbSecond = 0.0000166667;
const perDpuHour = 0.31;

/** What a conversion costs by the list price, in US dollars; null where Glue does not tell what it counted. */
export function priceOf({ gb_seconds, dpu_seconds }: Pick<Conversion, "gb_seconds" | "dpu_seconds">): number | null {
  if (gb_seconds === null && dpu_seconds === null) return null;
  return (gb_seconds ?? 0) * perGbSecond + ((dpu_seconds ?? 0) / 3600) * perDpuHour;
}
