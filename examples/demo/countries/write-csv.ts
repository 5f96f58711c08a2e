import type { Country } from "./country.js";

const header =
  "cca2,ccn3,name,official,capitals,region,subregion,area_km2,landlocked,independent,borders,arabic,russian,chinese";

/** RFC 4180 with a byte order mark and CRLF, as spreadsheets write it; lists are JSON in one field. */
export function writeCsv(countries: readonly Country[]): string {
  const lines = countries.map((country) =>
    [
      country.cca2,
      country.ccn3,
      country.name.common,
      country.name.official,
      JSON.stringify(country.capital),
      country.region,
      country.subregion,
      String(country.area),
      country.landlocked ? "yes" : "no",
      country.independent === null ? "" : country.independent ? "yes" : "no",
      JSON.stringify(country.borders),
      country.translations.ara.official,
      country.translations.rus.official,
      country.translations.zho.official,
    ]
      .map(field)
      .join(","),
  );
  return `\uFEFF${[header, ...lines].join("\r\n")}\r\n`;
}

const field = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
