import { describe, expect, test } from "@jest/globals";
import { compileEngine, type EngineFile, lambdaCapacity, sizeText } from "../../contract/engine.js";
import { Refusal } from "../../contract/refusals.js";
import { chooseEngine } from "../../functions/validate-manifest/choose-engine.js";
import type { SizedFile } from "../../functions/validate-manifest/unpacked-size.js";
import { MemoryStore } from "./memory-store.js";
import { sampleContract } from "./samples.js";

const limit = 256 * 1024 * 1024;
const store = new MemoryStore();
const gone = (engine: EngineFile, ...files: readonly SizedFile[]) =>
  chooseEngine(store, { ...sampleContract(), engine: compileEngine(engine, undefined) }, files);
const file = (content_length: number, key = "a.json") => ({ bucket: "b", key, version_id: null, content_length });

describe("auto", () => {
  test("gives the Lambda a batch of exactly the limit, and Glue one with a byte more", async () => {
    expect((await gone("auto", file(limit - 10), file(10))).engine).toBe("lambda");
    expect(await gone("auto", file(limit - 10), file(11))).toEqual({
      engine: "glue",
      why: `${limit + 1} bytes unpacked; the Lambda's limit is ${limit} (256 MB)`,
    });
  });

  test("takes the contract's own limit", async () => {
    const engine = { auto: { max: 1024 } };
    expect((await gone(engine, file(1024))).engine).toBe("lambda");
    expect((await gone(engine, file(1025))).engine).toBe("glue");
  });

  test("gives Glue whatever needs Spark, and says what does", async () => {
    const needs_spark = [{ kind: "check" as const, name: "known", sql: "md5(id) <> ''", why: "md5" }];
    const engine = { ...compileEngine("auto", undefined), needs_spark };
    expect(await chooseEngine(store, { ...sampleContract(), engine }, [file(1)])).toEqual({
      engine: "glue",
      why: "the check 'known' needs Spark",
    });
  });

  test("gives the Lambda a batch without files", async () => expect((await gone("auto")).engine).toBe("lambda"));
});

describe("lambda", () => {
  test("refuses a batch above what the Lambda holds, with both sizes and what to do", async () => {
    const capacity = lambdaCapacity(3538);
    expect((await gone("lambda", file(capacity))).engine).toBe("lambda");
    const refused = () => gone("lambda", file(capacity + 1));
    await expect(refused()).rejects.toThrow(Refusal);
    await expect(refused()).rejects.toThrow(
      new RegExp(`${capacity + 1} bytes unpacked.*limit is ${capacity}.*'engine: auto'`),
    );
  });
});

test("without a word every batch is Glue's, whatever its size", async () => {
  expect((await chooseEngine(store, sampleContract(), [file(1)])).engine).toBe("glue");
});

test("a dataset's engine counts before its source's", () => {
  const source = { engine: "lambda" as const, lambda: { memoryMegabytes: 3538 } };
  expect(compileEngine(undefined, source).choice).toBe("lambda");
  expect(compileEngine("glue", source).choice).toBe("glue");
});

test("sizes in words", () => {
  expect([12, 2048, 1536 * 1024, 3 * 2 ** 30].map(sizeText)).toEqual(["12 bytes", "2 KB", "1.5 MB", "3 GB"]);
});
