import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { countryBatches } from "../../examples/demo/countries/batches.js";
import { readCountries } from "../../examples/demo/countries/country.js";
import { writeCsv } from "../../examples/demo/countries/write-csv.js";
import { writeJson } from "../../examples/demo/countries/write-json.js";
import { writeXml } from "../../examples/demo/countries/write-xml.js";

const { countries: expected } = JSON.parse(
  readFileSync(new URL("../../examples/demo/expected.json", import.meta.url), "utf8"),
);

describe("the demo's countries", () => {
  test("are delivered in the order and with the record counts that expected.json says", () => {
    const found = countryBatches()
      .flat()
      .map(({ dataset, partition, files }) => ({ dataset, partition, read: files[0]?.recordCount }));
    expect(found).toEqual(
      expected.batches.map(({ dataset, partition, read }: Record<string, unknown>) => ({ dataset, partition, read })),
    );
  });

  test("hold what is awkward: NA, an unknown area, leading zeros, empty lists, commas, other scripts", () => {
    const byCode = new Map(readCountries().map((country) => [country.cca2, country]));
    expect(byCode.get("NA")?.name.common).toBe("Namibia");
    expect(byCode.get("SJ")?.area).toBe(-1);
    expect(byCode.get("AF")?.ccn3).toBe("004");
    expect(byCode.get("AQ")).toMatchObject({ capital: [], borders: [] });
    expect(byCode.get("SH")?.name.common).toBe("Saint Helena, Ascension and Tristan da Cunha");
    expect(byCode.get("NA")?.translations.zho.official).toBe("纳米比亚共和国");
    expect(byCode.get("XK")).toMatchObject({ ccn3: "" });
  });
});

describe("the three writers", () => {
  const [country] = readCountries().filter(({ cca2 }) => cca2 === "AQ");
  if (country === undefined) throw new Error("Antarctica is in the source");
  const odd = { ...country, name: { common: 'Ice, "snow" & <wind>', official: "Ö" } };

  test("CSV quotes what holds a comma or a quotation mark", () => {
    expect(writeCsv([odd]).split("\r\n")[1]).toMatch(/^AQ,010,"Ice, ""snow"" & <wind>",Ö,\[\],Antarctic,,14000000,no,/);
  });

  test("JSON nests the countries by region", () => {
    const { regions } = JSON.parse(writeJson([odd]));
    expect(regions.Antarctic.countries[0].name).toEqual(odd.name);
    expect(regions.Antarctic.countries[0]).not.toHaveProperty("region");
  });

  test("XML escapes markup, and writes other scripts as character references", () => {
    expect(writeXml([odd])).toContain('<name official="&#xd6;">Ice, &quot;snow&quot; &amp; &lt;wind&gt;</name>');
  });
});
