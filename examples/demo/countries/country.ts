import { readFileSync } from "node:fs";
import { z } from "zod";

const Name = z.object({ common: z.string(), official: z.string() });
const Translation = z.object({ official: z.string() });

const Country = z.object({
  /** Two letters; Namibia's are `NA`. */
  cca2: z.string(),
  /** Three digits with leading zeros, or nothing. */
  ccn3: z.string(),
  name: Name,
  capital: z.array(z.string()),
  region: z.string(),
  subregion: z.string(),
  /** Square kilometres; -1 where the source does not know it. */
  area: z.number(),
  landlocked: z.boolean(),
  independent: z.boolean().nullable(),
  borders: z.array(z.string()),
  translations: z.object({ ara: Translation, rus: Translation, zho: Translation }),
});
export type Country = z.infer<typeof Country>;

const Refreshes = z.strictObject({
  about: z.string(),
  datasets: z.tuple([z.literal("countries_csv"), z.literal("countries_json"), z.literal("countries_xml")]),
  first: z.strictObject({ partition: z.string() }),
  second: z.strictObject({
    partition: z.string(),
    changed: z.array(z.strictObject({ cca2: z.string(), name: Name, area: z.number() })),
    left_out: z.array(z.string()),
  }),
  older: z.strictObject({ partition: z.string(), dataset: z.string() }),
});

/** What is delivered when, and what the second refresh changes: `refreshes.json`. */
export const readRefreshes = () =>
  Refreshes.parse(JSON.parse(readFileSync(new URL("refreshes.json", import.meta.url), "utf8")));

const source = new URL("../../../node_modules/world-countries/dist/countries-unescaped.json", import.meta.url);

/** The 250 countries of npm world-countries. */
export const readCountries = (): readonly Country[] => z.array(Country).parse(JSON.parse(readFileSync(source, "utf8")));
