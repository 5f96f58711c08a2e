import { expect, test } from "@jest/globals";
import { Warehouse } from "../../../local/redshift/server/warehouse.js";
import { inspection } from "../../../sql/inspect.js";
import { contractOf } from "../fixture.js";

/** What run-statements takes for a warehouse that was never bootstrapped. */
const isUnready = /(?:schema "?sluice"?|(?:procedure|function|relation) "?sluice"?\.).* does not exist/;

test("a swap's inspection of a warehouse that was never bootstrapped fails in words that name what is missing", async () => {
  const warehouse = await Warehouse.open({ database: "analytics", masterUser: "admin" });
  try {
    const session = await warehouse.session("admin");
    const run = async () => {
      for (const sql of inspection(contractOf({ load: { mode: "swap" } })).statements) await session.run(sql);
    };
    await expect(run()).rejects.toMatchObject({ message: expect.stringMatching(isUnready) });
    await session.run("CREATE SCHEMA sluice");
    await expect(run()).rejects.toMatchObject({ message: expect.stringMatching(isUnready) });
    await session.close();
  } finally {
    await warehouse.stop();
  }
});
