import { expect, test } from "@jest/globals";
import { templateBoolean } from "../../call/input.js";

test.each([
  [true, true],
  ["true", true],
  [false, false],
  ["false", false],
])("a template's %p is %p", (written, value) => {
  expect(templateBoolean.parse(written)).toBe(value);
});

test("another word is refused, not taken for true", () => {
  expect(templateBoolean.safeParse("off").success).toBe(false);
});
