import { writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { diskErrorOf } from "../../../cli/output/disk-errors.js";

const withCode = (code: string) =>
  Object.assign(new Error(`${code}: something, mkdir '/p/.sluice'`), { code, path: "/p/.sluice" });

test("a full disk, as Node reports it, is one sentence", () => {
  let thrown: unknown;
  try {
    // Linux's device that is always full.
    writeFileSync("/dev/full", "x");
  } catch (error) {
    thrown = error;
  }
  expect(diskErrorOf(thrown)).toMatch(/^The disk of .* is full: free some space and run it again\.$/);
});

test.each([
  ["ENOSPC", "The disk of /p/.sluice is full: free some space and run it again."],
  ["EROFS", "/p/.sluice is on a read-only disk: copy the project to a writable folder."],
  [
    "EACCES",
    "You are not allowed to write /p/.sluice: change its permissions, or copy the project to your own folder.",
  ],
])("%s is one sentence", (code, sentence) => {
  expect(diskErrorOf(withCode(code))).toBe(sentence);
});

test("other errors are left to others", () => {
  expect(diskErrorOf(withCode("ENOENT"))).toBeUndefined();
  expect(diskErrorOf(new Error("EROFS"))).toBeUndefined();
});
