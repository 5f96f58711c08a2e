import type { DemoBatch } from "../batches.js";
import { type Country, readCountries, readRefreshes } from "./country.js";
import { writeCsv } from "./write-csv.js";
import { writeJson } from "./write-json.js";
import { writeXml } from "./write-xml.js";

interface Format {
  readonly fileName: string;
  write(countries: readonly Country[]): string;
}

const formats = {
  countries_csv: { fileName: "countries.csv", write: writeCsv },
  countries_json: { fileName: "countries.json", write: writeJson },
  countries_xml: { fileName: "countries.xml", write: writeXml },
} as const satisfies Record<string, Format>;

/** The batches of each dataset of countries in the order of their delivery; those of different datasets may come at once. */
export function countryBatches(): readonly (readonly DemoBatch[])[] {
  const { datasets, first, second, older } = readRefreshes();
  const before = readCountries();
  const after = before.filter(({ cca2 }) => !second.left_out.includes(cca2)).map(asInSecond);
  return datasets.map((dataset) => {
    const batch = (partition: string, countries: readonly Country[]): DemoBatch => {
      const { fileName, write } = formats[dataset];
      const file = { name: fileName, body: write(countries), recordCount: countries.length };
      return { dataset, partition, revision: 1, files: [file] };
    };
    return [
      batch(first.partition, before),
      batch(second.partition, after),
      ...(dataset === older.dataset ? [batch(older.partition, before)] : []),
    ];
  });
}

function asInSecond(country: Country): Country {
  const change = readRefreshes().second.changed.find(({ cca2 }) => cca2 === country.cca2);
  return { ...country, ...change };
}
