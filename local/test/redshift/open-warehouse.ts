import { afterAll, beforeAll, expect } from "@jest/globals";
import { Warehouse } from "../../redshift/server/warehouse.js";
import type { Session } from "../../redshift/session/session.js";

/** A warehouse for the tests of a file, with the schema `s`, and an administrator's session that their statements run in. */
export function openWarehouse() {
  let warehouse: Warehouse;
  let session: Session;
  beforeAll(async () => {
    warehouse = await Warehouse.open({ database: "analytics", masterUser: "admin" });
    session = await warehouse.session("admin");
    await session.run("create schema s");
  });
  afterAll(async () => {
    await session?.close();
    await warehouse?.stop();
  });
  return {
    warehouse: () => warehouse,
    session: () => session,
    run: async (...statements: readonly string[]) => {
      for (const sql of statements) await session.run(sql);
    },
    rows: async (sql: string) => (await session.run(sql)).result?.rows,
    /** That a statement is refused with this text in its message. */
    refused: (sql: string, text: string | RegExp) =>
      expect(session.run(sql)).rejects.toMatchObject({
        message: typeof text === "string" ? expect.stringContaining(text) : expect.stringMatching(text),
      }),
  };
}
