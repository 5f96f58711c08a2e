import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { checkStatements } from "../../../redshift/dialect/check-statements.js";
import { Warehouse } from "../../../redshift/server/warehouse.js";
import type { Session } from "../../../redshift/session/session.js";
import { acceptedStatements, refusedStatements } from "./statement-files.js";

let warehouse: Warehouse;
let session: Session;
beforeAll(async () => {
  warehouse = await Warehouse.open({ database: "analytics", masterUser: "admin" });
  session = await warehouse.session("admin");
});
afterAll(async () => {
  await session.close();
  await warehouse.stop();
});

const short = (sql: string): string => sql.replaceAll(/\s+/g, " ").slice(0, 90);

describe("accepted, and run", () => {
  test.each(acceptedStatements().map((sql) => [short(sql), sql]))("%s", async (_, sql) => {
    await expect(session.run(sql)).resolves.toMatchObject({ command: expect.any(String) });
  });

  test("checkStatements has nothing to say about them", async () => {
    expect(await checkStatements(acceptedStatements())).toEqual([]);
  });
});

describe("refused by name", () => {
  test.each(refusedStatements().map(({ sql, because }) => [because, short(sql), sql]))(
    "%s: %s",
    async (because, _, sql) => {
      const [finding] = await checkStatements([sql]);
      expect(finding?.message).toContain(because);
    },
  );
});
