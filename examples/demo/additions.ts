import { readFileSync } from "node:fs";
import { z } from "zod";

const Change = z.strictObject({
  id: z.string().optional(),
  mag: z.union([z.number(), z.string()]).optional(),
  updated: z.null().optional(),
  updated_ms: z.int().optional(),
});
export type Change = z.infer<typeof Change>;

const Delivery = z.strictObject({ partition: z.string(), revision: z.int().min(1) });

const Additions = z.strictObject({
  about: z.string(),
  order: z.array(Delivery),
  event_delivered_twice: z.string(),
  loaded_again_by_hand: z.string(),
  added: z.array(
    z.union([
      z.strictObject({ name: z.string(), partition: z.string(), raw: z.unknown() }),
      z.strictObject({ name: z.string(), partition: z.string(), copy_of: z.string(), change: Change }),
    ]),
  ),
  corrections: Delivery.extend({
    changed: z.array(z.strictObject({ id: z.string(), change: Change })),
    left_out: z.array(z.string()),
  }),
});
export type Additions = z.infer<typeof Additions>;

/** What the demo adds to the source, and in which order it delivers: `additions.json`. */
export function readAdditions(): Additions {
  return Additions.parse(JSON.parse(readFileSync(new URL("additions.json", import.meta.url), "utf8")));
}
