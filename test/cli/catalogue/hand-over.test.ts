import { DeleteTableCommand, GetCrawlerCommand, GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { createClients } from "../../../cli/account/clients.js";
import { catalogueChange, findLeftTables, removeTables, waitForCrawlers } from "../../../cli/catalogue/hand-over.js";

const glue = mockClient(GlueClient);
const clients = createClients({ region: "eu-west-1" });
beforeEach(() => {
  glue.reset();
});
afterAll(() => glue.restore());

const tableOf = (Name: string, columns: readonly string[] = ["id"]) => ({
  Type: "AWS::Glue::Table",
  Properties: { DatabaseName: "shop_erp", TableInput: { Name, StorageDescriptor: { Columns: columns } } },
});
const crawlerOver = (...paths: readonly string[]) => ({
  Type: "AWS::Glue::Crawler",
  Properties: { Name: "shop-erp", Targets: { S3Targets: paths.map((Path) => ({ Path })) } },
});
const absent = Object.assign(new Error("Table not found"), { name: "EntityNotFoundException" });

describe("what a deployment changes in the catalogue", () => {
  const orders = tableOf("orders");

  test("a dataset goes from the crawler to registered partitions", () => {
    const before = { Resources: { C: crawlerOver("orders", "prices") } };
    expect(catalogueChange(before, { Resources: { C: crawlerOver("prices"), T: orders } })).toEqual({
      created: [{ database: "shop_erp", name: "orders" }],
      crawlers: ["shop-erp"],
    });
    // The last one: the crawler goes, and one that runs cannot be deleted.
    expect(catalogueChange(before, { Resources: { T: orders } }).crawlers).toEqual(["shop-erp"]);
  });

  test("and back: nothing is created, and the crawler may be running", () => {
    const before = { Resources: { C: crawlerOver("prices"), T: orders } };
    const after = { Resources: { C: crawlerOver("orders", "prices") } };
    expect(catalogueChange(before, after)).toEqual({ created: [], crawlers: ["shop-erp"] });
  });

  test("other changes leave both alone", () => {
    const before = { Resources: { C: crawlerOver("prices"), T: orders } };
    const after = { Resources: { C: crawlerOver("prices"), T: tableOf("orders", ["id", "note"]) } };
    expect(catalogueChange(before, after)).toEqual({ created: [], crawlers: [] });
    expect(catalogueChange(undefined, { Resources: { C: crawlerOver("prices"), T: orders } })).toEqual({
      created: [{ database: "shop_erp", name: "orders" }],
      crawlers: [],
    });
  });
});

describe("a table that is there already", () => {
  const created = [{ database: "shop_erp", name: "orders" }];

  test("of a crawler is found, and removed", async () => {
    glue.on(GetTableCommand).resolves({ Table: { Name: "orders", Parameters: { UPDATED_BY_CRAWLER: "shop-erp" } } });
    const left = await findLeftTables(clients, created);
    expect(left).toEqual([{ database: "shop_erp", name: "orders", crawler: "shop-erp" }]);
    glue.on(DeleteTableCommand).resolves({});
    await removeTables(clients, left);
    expect(glue.commandCalls(DeleteTableCommand)[0]?.args[0].input).toEqual({
      DatabaseName: "shop_erp",
      Name: "orders",
    });
    // Somebody else was faster.
    glue.on(DeleteTableCommand).rejects(absent);
    await removeTables(clients, left);
  });

  test("of somebody else is named, and nothing is deployed", async () => {
    glue.on(GetTableCommand).resolves({ Table: { Name: "orders", CreatedBy: "arn:aws:iam::1:user/ann" } });
    await expect(findLeftTables(clients, created)).rejects.toMatchObject({
      name: "CommandFailed",
      message: expect.stringMatching(
        /table orders .* database shop_erp.*by arn:aws:iam::1:user\/ann.*Nothing was deployed/,
      ),
    });
  });

  test("is not there at all", async () => {
    glue.on(GetTableCommand).rejects(absent);
    expect(await findLeftTables(clients, created)).toEqual([]);
  });
});

describe("a crawler that runs", () => {
  const states = (...all: readonly ("RUNNING" | "STOPPING" | "READY")[]) =>
    all.reduce(
      (stub, State) => stub.resolvesOnce({ Crawler: { Name: "shop-erp", State } }),
      glue.on(GetCrawlerCommand),
    );

  test("is waited for, and said once", async () => {
    states("RUNNING", "STOPPING", "READY");
    const said: string[] = [];
    const waits: number[] = [];
    await waitForCrawlers(
      clients,
      ["shop-erp"],
      (name) => said.push(name),
      async (ms) => waits.push(ms),
    );
    expect([said, waits]).toEqual([["shop-erp"], [10_000, 10_000]]);
  });

  test("that never ends is a person's matter after half an hour", async () => {
    glue.on(GetCrawlerCommand).resolves({ Crawler: { State: "RUNNING" } });
    let waited = 0;
    const waiting = waitForCrawlers(
      clients,
      ["shop-erp"],
      () => {},
      async (ms) => {
        waited += ms;
      },
    );
    await expect(waiting).rejects.toMatchObject({
      name: "CommandFailed",
      message: expect.stringMatching(/crawler shop-erp .*Nothing was deployed.*stop-crawler --name shop-erp/),
    });
    expect(waited).toBe(30 * 60_000);
  });

  test("that is gone holds up nobody", async () => {
    glue.on(GetCrawlerCommand).rejects(absent);
    await waitForCrawlers(
      clients,
      ["shop-erp"],
      () => {},
      () => Promise.reject(new Error("waited")),
    );
  });
});
