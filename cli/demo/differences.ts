import { isDeepStrictEqual } from "node:util";
import type { DemoFacts, DemoLoad, DemoRun } from "./demo-load.js";
import type { Expected } from "./expected.js";
import { isAsDocumented } from "./watch.js";

/** Where the demo did not come out as examples/demo/expected.json says. */
export function differences({ loads, watched }: DemoRun, facts: DemoFacts, expected: Expected): readonly string[] {
  const byEvent = loads.filter(({ isByHand }) => !isByHand);
  const byHand = loads.filter(({ isByHand }) => isByHand).map(({ result }) => result.outcome);
  const { countries } = expected;
  const countryRows = Object.fromEntries(
    countries.batches.map(({ dataset }) => [`atlas.${dataset}`, countries.states.at(-1)?.rows]),
  );
  return [
    ...compare("batches", byEvent.filter(isOfEarthquakes).map(earthquakesFound), expected.batches),
    ...compare("countries", byEvent.filter((load) => !isOfEarthquakes(load)).map(countriesFound), countries.batches),
    ...compare(
      "loads by hand",
      byHand,
      byHand.map(() => "already_loaded"),
    ),
    ...compare("rejects", facts.rejects, expected.rejects),
    ...compare("rows", [facts.rows], [{ "seismic.earthquakes": expected.rows, ...countryRows }]),
    ...compare("countries that differ", facts.differentCountries, []),
    ...watched.filter((seen) => !isAsDocumented(seen)).map((seen) => `a reader saw ${JSON.stringify(seen)}`),
  ];
}

const isOfEarthquakes = ({ dataset }: DemoLoad) => dataset === "earthquakes";

function earthquakesFound({ partition, revision, result }: DemoLoad) {
  const { read, written, deduplicated, rejected, inserted, updated, outdated } = result.counts;
  const counts = { read, written, deduplicated, rejected, inserted, updated, outdated };
  return { partition, revision, outcome: result.outcome, ...counts };
}

function countriesFound({ dataset, partition, result }: DemoLoad) {
  const { read, written, inserted, removed } = result.counts;
  return { dataset, partition, outcome: result.error ?? result.outcome, read, written, inserted, removed };
}

function compare(what: string, found: readonly unknown[], expected: readonly unknown[]): readonly string[] {
  const longest = Math.max(found.length, expected.length);
  return Array.from({ length: longest }, (_, index) => index).flatMap((index) =>
    isDeepStrictEqual(found[index], expected[index])
      ? []
      : [`${what}[${index}]: found ${JSON.stringify(found[index])}, expected ${JSON.stringify(expected[index])}`],
  );
}
