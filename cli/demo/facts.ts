import type { Session } from "../account/session.js";
import { rejectedRows } from "../loads/rejected-rows.js";
import { type ResultSet, runStatement } from "../warehouse/statements.js";
import { readerWarehouse } from "../warehouse/warehouse.js";
import type { DemoFacts } from "./demo-load.js";

const countryTables = ["atlas.countries_csv", "atlas.countries_json", "atlas.countries_xml"] as const;

/** Every column but the lineage. */
const allCountries = (table: string) => `
  select code, "number", name, official, json_serialize(capitals), region, subregion, cast(area as varchar(16)), landlocked,
    independent, json_serialize(borders), arabic, russian, chinese
  from ${table} order by code`;

/** What the page shows beside what programs compare. */
export interface Found extends DemoFacts {
  readonly differentIds: number;
  /** Rows in the ledger, of all datasets. */
  readonly ledgerRows: number;
  readonly activity: ResultSet;
  readonly awkward: ResultSet;
  readonly rejected: Awaited<ReturnType<typeof rejectedRows>>;
}

export const activityQuery =
  "select day, earthquakes, strongest, felt_reports from seismic.daily_activity order by day";
export const awkwardQuery =
  "select code, number, official, capitals, area, borders, chinese from atlas.countries_xml where code in ('AF','AQ','NA','SJ')";

/** The rows of every table, sorted, without their lineage. */
export async function tableContents({
  clients,
  project,
}: Session): Promise<Readonly<Record<string, readonly string[]>>> {
  const contents: Record<string, readonly string[]> = {};
  for (const table of ["seismic.earthquakes", ...countryTables]) {
    const { columns, rows } = await runStatement(clients, readerWarehouse(project.project), `select * from ${table}`);
    const own = columns.map((name, index) => ({ name, index })).filter(({ name }) => !name.startsWith("sluice_"));
    contents[table] = rows.map((row) => JSON.stringify(own.map(({ index }) => row[index]))).sort();
  }
  return contents;
}

/** Looks at what is in the account when all loads have ended, as its readers see it. */
export async function find({ clients, project, deployment }: Session): Promise<Found> {
  const warehouse = readerWarehouse(project.project);
  const query = (sql: string) => runStatement(clients, warehouse, sql);
  const numbers = async (sql: string) => ((await query(sql)).rows[0] ?? []).map(Number);
  const [earthquakes = 0, differentIds = 0] = await numbers(
    "select count(*), count(distinct id) from seismic.earthquakes",
  );
  const [ledgerRows = 0] = await numbers("select count(*) from sluice.loads");
  const [fromCsv, fromJson, fromXml] = [
    await countriesOf(query, countryTables[0]),
    await countriesOf(query, countryTables[1]),
    await countriesOf(query, countryTables[2]),
  ];
  const rejected = await rejectedRows(clients, deployment.bucket("usgs", "processed"), "earthquakes");
  return {
    rows: {
      "seismic.earthquakes": earthquakes,
      [countryTables[0]]: fromCsv.size,
      [countryTables[1]]: fromJson.size,
      [countryTables[2]]: fromXml.size,
    },
    differentIds,
    ledgerRows,
    differentCountries: [...new Set([...fromCsv.keys(), ...fromJson.keys(), ...fromXml.keys()])].filter(
      (code) => fromCsv.get(code) !== fromJson.get(code) || fromCsv.get(code) !== fromXml.get(code),
    ),
    activity: await query(activityQuery),
    awkward: await query(awkwardQuery),
    rejected,
    rejects: rejected.map(({ partition, reason, column, rule }) => ({ partition, reason, column, rule })),
  };
}

async function countriesOf(query: (sql: string) => Promise<ResultSet>, table: string): Promise<Map<string, string>> {
  const { rows } = await query(allCountries(table));
  return new Map(rows.map((row) => [String(row[0]), JSON.stringify(row)]));
}
