import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { synthesize } from "../../../infra/synthesize.js";
import { writeProject } from "../../contract/projects.js";
import { shop, Template } from "../synthesized.js";
import { checkedShop } from "./checked-shop.js";

const Assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

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
    // start-load, validate-manifest, list-due-partitions, watch-overdue, send-events
    expect(withContracts).toHaveLength(5);
    for (const name of withContracts) {
      expect(Object.keys(JSON.parse(readFileSync(join(outdir, name, "contracts.json"), "utf8")))).toEqual([
        "orders",
        "refunds",
      ]);
      expect(existsSync(join(outdir, name, "handler.mjs"))).toBe(true);
    }
    const withSql = withContracts.filter((name) => existsSync(join(outdir, name, "statements.json")));
    expect(withSql).toHaveLength(2);
  });

  test("holds the job's package, and nothing else of its folder; the Lambda's with the list of its wheels", () => {
    const packages = assets().filter((name) => existsSync(join(outdir, name, "partition_to_parquet")));
    expect(packages.map((name) => readdirSync(join(outdir, name))).sort((a, b) => a.length - b.length)).toEqual([
      ["partition_to_parquet"],
      ["partition_to_parquet", "requirements.txt"],
    ]);
  });

  test("holds the list of the Glue job's wheels, which is published as what Glue calls a zip of wheels", () => {
    const [packages, ...others] = assets().filter((name) => existsSync(join(outdir, name, "wheels")));
    expect(others).toEqual([]);
    const list = readFileSync(join(outdir, packages ?? "", "wheels", "requirements.txt"), "utf8");
    expect(list).toMatch(/^boto3==[\d.]+\n.*^pyarrow==[\d.]+\n/ms);
    const { files } = Assets.parse(JSON.parse(readFileSync(join(outdir, "shop-web.assets.json"), "utf8")));
    const published = Object.values(files).flatMap(({ source, destinations }) =>
      Object.values(destinations).flatMap(({ objectKey }) =>
        objectKey.includes("wheels") ? [[source, objectKey]] : [],
      ),
    );
    expect(published).toEqual([
      [{ path: packages, packaging: "zip" }, expect.stringMatching(/^[0-9a-f]{64}\.gluewheels\.zip$/)],
    ]);
  });

  test("no template names a package index, or a package that one would be asked for", () => {
    const templates = readdirSync(outdir).filter((name) => name.endsWith(".template.json"));
    expect(templates.length).toBeGreaterThanOrEqual(2);
    for (const name of templates)
      expect(readFileSync(join(outdir, name), "utf8")).not.toMatch(/pypi|index-url|find-links|[a-z0-9]==\d/i);
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
