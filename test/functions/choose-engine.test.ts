import { describe, expect, test } from "@jest/globals";
import { compileEngine, type EngineFile, lambdaCapacity, sizeText } from "../../contract/engine.js";
import { Refusal } from "../../contract/refusals.js";
import { chooseEngine } from "../../functions/validate-manifest/choose-engine.js";
import { sampleContract } from "./samples.js";

const limit = 256 * 1024 * 1024;
const gone = (engine: EngineFile, ...files: readonly { key: string; content_length: number }[]) =>
  chooseEngine({ ...sampleContract(), engine: compileEngine(engine, undefined) }, files);
const file = (content_length: number, key = "a.json") => ({ key, content_length });

describe("auto", () => {
  test("gives the Lambda a batch of exactly the limit, and Glue one with a byte more", () => {
    expect(gone("auto", file(limit - 10), file(10)).engine).toBe("lambda");
    expect(gone("auto", file(limit - 10), file(11))).toEqual({
      engine: "glue",
      why: `${limit + 1} bytes unpacked, and the Lambda takes up to ${limit} (256 MB)`,
    });
  });

  test("takes the contract's own limit", () => {
    const engine = { auto: { max: 1024 } };
    expect([gone(engine, file(1024)).engine, gone(engine, file(1025)).engine]).toEqual(["lambda", "glue"]);
  });

  test("counts a packed file tenfold, by its name or by the contract", () => {
    const engine = { auto: { max: 1024 } };
    expect(gone(engine, file(102, "a.json.GZ")).engine).toBe("lambda");
    expect(gone(engine, file(103, "a.json.GZ")).engine).toBe("glue");
    const contract = { ...sampleContract(), engine: compileEngine(engine, undefined) };
    const packed = { ...contract, format: { ...contract.format, compression: "gzip" as const } };
    expect(chooseEngine(packed, [file(103)]).engine).toBe("glue");
    expect(chooseEngine({ ...packed, format: { ...packed.format, compression: "none" } }, [file(103)]).engine).toBe(
      "lambda",
    );
  });

  test("gives Glue whatever needs Spark, and says what does", () => {
    const needs_spark = [{ kind: "check" as const, name: "known", sql: "md5(id) <> ''", why: "md5" }];
    const engine = { ...compileEngine("auto", undefined), needs_spark };
    expect(chooseEngine({ ...sampleContract(), engine }, [file(1)])).toEqual({
      engine: "glue",
      why: "the check 'known' needs Spark",
    });
  });

  test("gives the Lambda a batch without files", () => expect(gone("auto").engine).toBe("lambda"));
});

describe("lambda", () => {
  test("refuses a batch above what the Lambda holds, with both sizes and what to do", () => {
    const capacity = lambdaCapacity(3538);
    expect(gone("lambda", file(capacity)).engine).toBe("lambda");
    const refused = () => gone("lambda", file(capacity + 1));
    expect(refused).toThrow(Refusal);
    expect(refused).toThrow(new RegExp(`${capacity + 1} bytes unpacked.*at most ${capacity}.*'engine: auto'`));
  });
});

test("without a word every batch is Glue's, whatever its size", () => {
  expect(chooseEngine(sampleContract(), [file(1)]).engine).toBe("glue");
});

test("a dataset's engine counts before its source's", () => {
  const source = { engine: "lambda" as const, lambda: { memoryMegabytes: 3538 } };
  expect(compileEngine(undefined, source).choice).toBe("lambda");
  expect(compileEngine("glue", source).choice).toBe("glue");
});

test("sizes in words", () => {
  expect([12, 2048, 1536 * 1024, 3 * 2 ** 30].map(sizeText)).toEqual(["12 bytes", "2 KB", "1.5 MB", "3 GB"]);
});
