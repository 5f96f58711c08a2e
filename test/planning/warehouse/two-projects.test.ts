import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { isBootstrapped, runBootstrap } from "../../../cli/bootstrap/bootstrap.js";
import type { Contract } from "../../../contract/contract.js";
import { defaultOwnSchema, useOwnSchema, usersOf, warehouseUsers } from "../../../contract/own-schema.js";
import { WarehouseFile } from "../../../contract/warehouse-file.js";
import { presentState } from "../../../sql/bootstrap-note.js";
import { type Deployed, noteOfProject } from "../../../sql/warehouse.js";
import { clientsOver } from "./data-api.js";
import { TestWarehouse } from "./test-warehouse.js";
import { type Watched, watchedAttempt, watchedContract } from "./watch.js";

/** Two projects in one warehouse: each with its own schema, users and tables, and a dataset of the same name. */

const existing = WarehouseFile.parse({
  existing: {
    clusterIdentifier: "dw",
    database: "analytics",
    secretArn: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:admin",
    copyRoleArn: "arn:aws:iam::111111111111:role/copy",
  },
});

const projects = [
  { schema: "sluice", target: "sales" },
  { schema: "crm", target: "customers" },
] as const;
type Project = (typeof projects)[number];

const contractIn = ({ target }: Project, mode: Watched): Contract => {
  const contract = watchedContract(mode);
  return { ...contract, table: { ...contract.table, schema: target } };
};

let warehouse: TestWarehouse;
const inProject = async <Result>({ schema }: Pick<Project, "schema">, work: () => Promise<Result>): Promise<Result> => {
  useOwnSchema(schema);
  try {
    return await work();
  } finally {
    useOwnSchema(defaultOwnSchema);
  }
};

beforeAll(async () => {
  warehouse = await TestWarehouse.open([]);
  for (const project of projects) await inProject(project, () => warehouse.bootstrap([contractIn(project, "merge")]));
});
afterAll(() => warehouse?.stop());
afterEach(() => useOwnSchema(defaultOwnSchema));

const here = "111111111111/eu-west-1";
/** What a bootstrap begins with. */
const noted = (clients: Parameters<typeof runBootstrap>[0], own: Deployed, done: string[] = [], takesOver = false) =>
  runBootstrap(
    clients,
    { name: own.project, warehouse: existing },
    {
      statements: noteOfProject(own, takesOver),
      digest: own.project,
      present: presentState([], warehouseUsers(), []),
    },
    (part) => void done.push(part),
  );

describe("two projects in one warehouse", () => {
  test.each<Watched>(["merge", "history", "truncate", "swap"])(
    "load by %s, each into its own table and ledger",
    async (mode) => {
      for (const project of projects) {
        const contract = contractIn(project, mode);
        const { schema, target } = project;
        await inProject(project, async () => {
          await warehouse.query("admin", `DROP TABLE IF EXISTS ${target}.orders`);
          await warehouse.query("admin", `DELETE FROM ${schema}.loads_orders`);
          const loads = target === "sales" ? [1, 2] : [1];
          for (const n of loads)
            expect(await warehouse.load(contract, watchedAttempt(n, mode))).toMatchObject({ outcome: "done" });
        });
      }
      const count = async (what: string) => (await warehouse.query("admin", `SELECT COUNT(*) FROM ${what}`))[0]?.[0];
      expect([await count("sluice.loads"), await count("crm.loads")]).toEqual([2, 1]);
      expect(await count("customers.orders")).toBe(40);
    },
  );

  test("neither's user may read, write or call what is the other's", async () => {
    const { loader } = usersOf("crm");
    for (const sql of [
      "SELECT * FROM sluice.loads_orders",
      "DELETE FROM sluice.lock_orders",
      "SELECT * FROM sales.orders",
      "CALL sluice.check_fates('a', 'b', 1)",
      "CREATE TABLE sales.mine (n int)",
    ])
      await expect(warehouse.query(loader, sql)).rejects.toMatchObject({
        message: expect.stringMatching(/permission denied/),
      });
  });

  test("a second project is refused the schema of the first, by its name, before anything is changed", async () => {
    const admin = await warehouse.session("admin");
    const clients = clientsOver(admin);
    const bootstrap = (name: string, done: string[] = []) => noted(clients, { project: name, deployedIn: here }, done);
    useOwnSchema("crm");
    await bootstrap("crm");
    await bootstrap("crm");
    const done: string[] = [];
    await expect(bootstrap("billing", done)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^the schema crm of this warehouse belongs to the project 'crm', .*warehouse: \{ schema: … \}/,
      ),
    });
    expect(done).toEqual([]);
    const work = { digest: "crm", present: presentState([], warehouseUsers(), []) };
    expect(await isBootstrapped(clients, { name: "crm", warehouse: existing }, work)).toBe(true);
    expect(await warehouse.query("admin", "SELECT name FROM crm.projects")).toEqual([["crm"]]);
    await admin.close();
  });

  test("a second deployment of one project is refused until a person says that it takes over; the first may be repeated", async () => {
    const admin = await warehouse.session("admin");
    const clients = clientsOver(admin);
    const elsewhere = { project: "crm", deployedIn: "222222222222/eu-west-1" };
    const places = () => warehouse.query("admin", "SELECT name, deployed_in FROM crm.projects");
    useOwnSchema("crm");
    // As the version before this one left it.
    await admin.run("DROP TABLE IF EXISTS crm.projects");
    await admin.run("CREATE TABLE crm.projects (name varchar(64) NOT NULL, noted_at timestamp NOT NULL)");
    await admin.run("INSERT INTO crm.projects VALUES ('crm', GETDATE())");
    await expect(noted(clients, { project: "billing", deployedIn: here })).rejects.toThrow(
      "belongs to the project 'crm'",
    );
    await noted(clients, { project: "crm", deployedIn: here });
    await noted(clients, { project: "crm", deployedIn: here });
    await expect(noted(clients, elsewhere)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^the schema crm of this warehouse belongs to the project 'crm' as deployed in 111111111111\/eu-west-1, and this deployment is in 222222222222\/eu-west-1: .*warehouse: \{ schema: … \}.*--take-over$/,
      ),
    });
    expect(await places()).toEqual([["crm", here]]);
    await expect(noted(clients, { ...elsewhere, project: "billing" }, [], true)).rejects.toThrow("project 'crm'");
    await noted(clients, elsewhere, [], true);
    await noted(clients, elsewhere);
    expect(await places()).toEqual([["crm", elsewhere.deployedIn]]);
    await expect(noted(clients, { project: "crm", deployedIn: here })).rejects.toThrow("--take-over");
    await admin.close();
  });
});
