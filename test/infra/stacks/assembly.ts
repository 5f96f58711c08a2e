import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { synthesize } from "../../../infra/synthesize.js";
import { writeProject } from "../../contract/projects.js";
import { shop, Template } from "../synthesized.js";
import { checkedShop } from "./checked-shop.js";

describe("the assembly", () => {
  const outdir = mkdtempSync(join(tmpdir(), "sluice-assembly-"));
  const folder = writeProject(shop);
  beforeAll(() => {
    synthesize(folder, outdir, { validate: true, wheels: false });
  });
  afterAll(() => {
    for (const made of [folder, outdir]) rmSync(made, { recursive: true, force: true });
  });
  const assets = () => readdirSync(outdir).filter((name) => name.startsWith("asset."));

  test("holds the functions' code, and beside it what they read", () => {
    const withContracts = assets().filter((name) => existsSync(join(outdir, name, "contracts.json")));
    // start-load, validate-manifest, list-due-partitions, watch-overdue
    expect(withContracts).toHaveLength(4);
    for (const name of withContracts) {
      expect(Object.keys(JSON.parse(readFileSync(join(outdir, name, "contracts.json"), "utf8")))).toEqual([
        "orders",
        "refunds",
      ]);
      expect(existsSync(join(outdir, name, "handler.mjs"))).toBe(true);
    }
    const withSql = withContracts.filter((name) => existsSync(join(outdir, name, "sql", "load", "copy.sql")));
    expect(withSql).toHaveLength(2);
  });

  test("holds the job's package, and nothing else of its folder; the Lambda's with the list of its wheels", () => {
    const packages = assets().filter((name) => existsSync(join(outdir, name, "partition_to_parquet")));
    expect(packages.map((name) => readdirSync(join(outdir, name))).sort((a, b) => a.length - b.length)).toEqual([
      ["partition_to_parquet"],
      ["partition_to_parquet", "requirements.txt"],
    ]);
  });

  test("has the same templates every time", () => {
    const text = readFileSync(join(outdir, "shop-web.template.json"), "utf8");
    expect(Template.parse(JSON.parse(text))).toEqual(checkedShop.templates.get("shop-web"));
  });

  test("a project with an error is not synthesized, and the error says where", () => {
    const broken = writeProject({ ...shop, "datasets/orders.yaml": "dataset: orders\nsource: nowhere\n" });
    expect(() => synthesize(broken, join(broken, "out"))).toThrow(/datasets\/orders\.yaml/);
    expect(existsSync(join(broken, "out"))).toBe(false);
    rmSync(broken, { recursive: true, force: true });
  });
});
