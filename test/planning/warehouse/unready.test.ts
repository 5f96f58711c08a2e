import { expect, test } from "@jest/globals";
import { Warehouse } from "../../../local/redshift/server/warehouse.js";
import { inspection } from "../../../sql/inspect.js";
import { contractOf } from "../fixture.js";

const file = "create materialized view sales.total as select 1 as a from sales.orders";
const contract = contractOf({ aggregates: ["sales.total"] }, new Map([["sales.total", file]]));

/** What run-statements takes for a warehouse that was never bootstrapped. */
const isUnready = /(?:schema "?sluice"?|(?:procedure|function|relation) "?sluice"?\.).* does not exist/;

test("the inspection for a materialized aggregate, in a warehouse that was never bootstrapped fails in words that name what is missing", async () => {
  const warehouse = await Warehouse.open({ database: "analytics", masterUser: "admin" });
  try {
    const session = await warehouse.session("admin");
    const run = async () => {
      for (const sql of inspection(contract).statements) await session.run(sql);
    };
    await expect(run()).rejects.toMatchObject({ message: expect.stringMatching(isUnready) });
    await session.run("CREATE SCHEMA sluice");
    await expect(run()).rejects.toMatchObject({ message: expect.stringMatching(isUnready) });
    await session.close();
  } finally {
    await warehouse.stop();
  }
});
