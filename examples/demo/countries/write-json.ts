import type { Country } from "./country.js";

/** One document, nested by region: the region's name is nowhere but in the member that holds its countries. */
export function writeJson(countries: readonly Country[]): string {
  const regions = new Map<string, object[]>();
  for (const { region, ...country } of countries) {
    const ofRegion = regions.get(region) ?? [];
    ofRegion.push(country);
    regions.set(region, ofRegion);
  }
  const nested = Object.fromEntries([...regions].map(([region, list]) => [region, { countries: list }]));
  return JSON.stringify({ type: "Atlas", regions: nested }, null, 1);
}
