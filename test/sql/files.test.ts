import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const folder = fileURLToPath(new URL("../../sql", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sql"));

describe("each .sql file is one statement with a header", () => {
  test("there are files", () => {
    expect(files.length).toBeGreaterThan(50);
  });

  test.each(files)("%s", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const header = /^(?:-- .*\n)+/.exec(text)?.[0] ?? "";
    expect(header).not.toBe("");
    const body = text.slice(header.length);
    const statement = body.replaceAll(/\$\$[\s\S]*?\$\$/g, "").replaceAll(/'[^']*'/g, "");
    // One statement a file: the Data API takes no semicolons between statements (B2.4).
    expect(statement).not.toContain(";");
    expect(statement).not.toContain("--");
    for (const [, placeholder] of body.matchAll(/\{\{([a-z_]+)\}\}/g)) {
      expect(header).toContain(placeholder);
    }
  });
});
