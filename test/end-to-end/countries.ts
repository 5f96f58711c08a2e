import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { readExpected } from "../../cli/demo/expected.js";
import { isAsDocumented, TableWatch, type Watched } from "../../cli/demo/watch.js";
import { watchedTable } from "../../cli/demo/watched-tables.js";
import { readerWarehouse } from "../../cli/warehouse/warehouse.js";
import { readSoundProject } from "../../contract/read.js";
import type { DemoBatch } from "../../examples/demo/batches.js";
import { countryBatches } from "../../examples/demo/countries/batches.js";
import { deliver } from "../../examples/demo/deliver.js";
import type { Loads } from "./loads.js";
import type { RunningAccount } from "./running-account.js";

const expected = readExpected();
const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

/** What the tables must hold in the end, from the package's JSON alone, without the demo's writers. */
function computedRows(): readonly unknown[] {
  const { second } = read("../../examples/demo/countries/refreshes.json");
  const rows = [];
  for (const country of read("../../node_modules/world-countries/dist/countries.json")) {
    if (second.left_out.includes(country.cca2)) continue;
    const { cca2, ccn3, capital, region, subregion, landlocked, independent, borders, translations } = country;
    const changed = second.changed.find((change: { cca2: string }) => change.cca2 === cca2) ?? country;
    const { common, official } = changed.name;
    const lists = { capitals: JSON.stringify(capital), borders: JSON.stringify(borders) };
    const area = Number(changed.area).toFixed(2);
    const names = ["ara", "rus", "zho"].map((language) => translations[language].official);
    const told = [cca2, ccn3 || null, common, official, lists.capitals, region, subregion || null, area, landlocked];
    rows.push([...told, independent, lists.borders, ...names]);
  }
  return rows.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The same countries in three formats and three kinds of refresh; the account may be another one in each test. */
export function testCountries(project: string, use: () => { readonly account: RunningAccount; readonly loads: Loads }) {
  describe("the same countries as CSV, JSON and XML, refreshed by replace, swap and truncate", () => {
    const watched: Watched[] = [];

    test("each refresh becomes what expected.json says, and an older one is refused", async () => {
      const results = await Promise.all(countryBatches().map((batches) => loadAndWatch(batches)));
      expect(results.flat()).toEqual(expected.countries.batches);
    });

    test("a reader saw complete states only, but for truncate's window", () => {
      expect(watched.map(({ mode }) => mode).sort()).toEqual(["replace", "swap", "truncate"]);
      expect(watched.filter((seen) => !isAsDocumented(seen))).toEqual([]);
      // The first and the second refresh.
      expect(watched.map(({ states }) => states)).toEqual([2, 2, 2]);
    });

    test("the three tables are the same, row for row, and as computed without Sluice", async () => {
      const computed = computedRows();
      expect(computed).toHaveLength(expected.countries.states.at(-1)?.rows ?? 0);
      for (const format of ["csv", "json", "xml"]) expect(await rowsOf(`atlas.countries_${format}`)).toEqual(computed);
    });

    async function loadAndWatch(batches: readonly DemoBatch[]) {
      const { account, loads } = use();
      const { project: declared, contracts } = readSoundProject(project);
      const found = [];
      let watch: TableWatch | undefined;
      for (const batch of batches) {
        const manifest = await deliver(account.clients.s3, account.bucket("atlas", "landing"), batch);
        const result = await loads.follow("atlas", batch.dataset, manifest);
        const { read, written, inserted, removed } = result.counts;
        const outcome = result.error ?? result.outcome;
        found.push({ dataset: batch.dataset, partition: batch.partition, outcome, read, written, inserted, removed });
        const mode = contracts.find(({ dataset }) => dataset === batch.dataset)?.load.mode ?? "";
        const table = watchedTable(batch.dataset, mode, expected);
        watch ??= new TableWatch(account.clients, readerWarehouse(declared), table);
      }
      if (watch !== undefined) watched.push(await watch.stop());
      return found;
    }

    async function rowsOf(table: string): Promise<readonly unknown[]> {
      const { rows } = await use().loads.query(`
        select code, "number", name, official, json_serialize(capitals), region, subregion, cast(area as varchar(16)),
          landlocked, independent, json_serialize(borders), arabic, russian, chinese
        from ${table}`);
      return [...rows].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    }
  });
}
