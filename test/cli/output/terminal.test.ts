import { describe, expect, test } from "@jest/globals";
import { LiveLine } from "../../../cli/output/live-line.js";
import { columns, oneLine, terminalWidth, wrapped } from "../../../cli/output/terminal.js";

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

test("a terminal that says it is 0 wide is written to in full", () => {
  const { stdout } = process;
  const before = [Reflect.get(stdout, "isTTY"), Reflect.get(stdout, "columns")];
  Object.assign(stdout, { isTTY: true, columns: 0 });
  try {
    expect(terminalWidth()).toBeUndefined();
    expect(columns(["text"], [["x".repeat(200)]], { width: terminalWidth(), cut: ["text"] })).toContain(
      "x".repeat(200),
    );
    expect(wrapped("one two", terminalWidth())).toBe("one two");
  } finally {
    Object.assign(stdout, { isTTY: before[0], columns: before[1] });
  }
  const written: string[] = [];
  const line = new LiveLine({ isTTY: true, columns: 0, write: (text) => written.push(String(text)) > 0 });
  line.show("waiting for the load to begin");
  line.end();
  expect(written.join("")).toContain("waiting for the load to begin");
});
