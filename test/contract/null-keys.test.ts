import { describe, expect, test } from "@jest/globals";
import { parseDocument } from "yaml";
import { keepTexts } from "../../contract/yaml-texts.js";

const read = (text: string): unknown => {
  const document = parseDocument(text);
  keepTexts(document);
  return document.toJSON();
};

describe("the key null", () => {
  test("needs no quotes, in either style", () => {
    expect(read("columns:\n  - { name: a, null: [NA] }\ndefaults:\n  null: ['-']\n")).toEqual({
      columns: [{ name: "a", null: ["NA"] }],
      defaults: { null: ["-"] },
    });
  });

  test("leaves values and other empty keys alone", () => {
    expect(read("a: null\n~: 1\n")).toEqual({ a: null, "": 1 });
  });
});
