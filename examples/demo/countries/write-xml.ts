import type { Country } from "./country.js";

const languages = ["ara", "rus", "zho"] as const;

/**
 * Elements nested by region, values in attributes, elements and CDATA, names as character references where they are not
 * ASCII; what is not known is left out.
 */
export function writeXml(countries: readonly Country[]): string {
  const regions = [...new Set(countries.map(({ region }) => region))].map(
    (region) =>
      `<region name="${escaped(region)}">\n${countries
        .filter((country) => country.region === region)
        .map(element)
        .join("\n")}\n</region>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<atlas xmlns="urn:example:atlas">\n${regions.join("\n")}\n</atlas>\n`;
}

function element(country: Country): string {
  const attributes = [
    attribute("code", country.cca2),
    attribute("number", country.ccn3),
    attribute("landlocked", String(country.landlocked)),
    attribute("independent", country.independent === null ? "" : String(country.independent)),
  ].join("");
  const translations = languages.map(
    (language) => `    <name lang="${language}">${escaped(country.translations[language].official)}</name>`,
  );
  return [
    `  <country${attributes}>`,
    `    <name official="${escaped(country.name.official)}">${escaped(country.name.common)}</name>`,
    ...translations,
    country.subregion === "" ? "    <subregion/>" : `    <subregion>${escaped(country.subregion)}</subregion>`,
    `    <area unit="km2">${country.area}</area>`,
    `    <lists><capitals>${escaped(JSON.stringify(country.capital))}</capitals><!-- both are JSON -->`,
    `    <borders><![CDATA[${JSON.stringify(country.borders)}]]></borders></lists>`,
    "  </country>",
  ].join("\n");
}

const attribute = (name: string, value: string) => (value === "" ? "" : ` ${name}="${escaped(value)}"`);

const named = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
]);

const escaped = (text: string) =>
  text
    .replaceAll(/[&<>"']/g, (character) => named.get(character) ?? character)
    .replaceAll(/\P{ASCII}/gu, (character) => `&#x${character.codePointAt(0)?.toString(16)};`);
