import { describe, expect, test } from "@jest/globals";
import { columns, oneLine, wrapped } from "../../../cli/output/terminal.js";

describe("tables", () => {
  const header = ["n", "name", "text"];
  const rows = [
    [1, "a", "x".repeat(50)],
    [22, "日本", "y"],
  ];

  test("fit the terminal: what may be cut is cut, the rest stays", () => {
    const lines = columns(header, rows, { width: 30, cut: ["text"] }).split("\n");
    expect(lines).toEqual([" n  name  text", ` 1  a     ${"x".repeat(19)}…`, "22  日本  y"]);
  });

  test("without a terminal nothing is cut", () => {
    expect(columns(header, rows, { width: undefined, cut: ["text"] })).toContain("x".repeat(50));
  });

  test("columns that may not be cut keep their values, however narrow the terminal", () => {
    expect(columns(["name"], [["abcdefghijklmnop"]], { width: 5, cut: [] })).toContain("abcdefghijklmnop");
  });

  test("nothing that a producer wrote moves the cursor", () => {
    expect(columns(["raw"], [["\u001b[31mred\r\n"]])).toBe("raw\n·[31mred··");
    expect(oneLine("a \n\t b\u0007")).toBe("a b·");
  });
});

test("texts are wrapped at words", () => {
  expect(wrapped("one two three", 8, "  ")).toBe("one two\n  three");
  expect(wrapped("one two three", undefined)).toBe("one two three");
});
