import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { validatedOnce } from "../../infra/validated-once.js";

const before = process.env.SLUICE_CACHE;
let cache = "";
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), "sluice-validated-"));
  process.env.SLUICE_CACHE = cache;
});
afterAll(() => {
  if (before === undefined) delete process.env.SLUICE_CACHE;
  else process.env.SLUICE_CACHE = before;
  rmSync(cache, { recursive: true, force: true });
});

test("templates that were found sound are not validated again; others, and those with findings, are", () => {
  let asked = 0;
  const validate = (isSound: boolean) => () => {
    asked++;
    return isSound;
  };
  const count = (templates: readonly string[], isSound = true) => {
    validatedOnce(templates, validate(isSound));
    return asked;
  };
  expect([count(["a", "b"]), count(["a", "b"])]).toEqual([1, 1]);
  expect([count(["a", "c"]), count(["ab"])]).toEqual([2, 3]);
  expect([count(["wrong"], false), count(["wrong"], false), count(["wrong"])]).toEqual([4, 5, 6]);
  const fails = () => {
    throw new Error("ValidationFailed");
  };
  expect(() => validatedOnce(["worse"], fails)).toThrow("ValidationFailed");
  expect(count(["worse"])).toBe(7);
});
