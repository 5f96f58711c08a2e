import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { javaProblem, requirePython } from "../../../glue/spark/requirements.js";

test("a machine without Java or without the Python environment is told what to do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "glue-requirements-"));
  expect(await javaProblem({ JAVA_HOME: folder })).toBe(
    `Java is missing (looked for ${join(folder, "bin", "java")}). Install Java 17 or newer, or let JAVA_HOME point to it.`,
  );
  expect(() => requirePython(join(folder, "python"))).toThrow("The Python environment for Glue jobs is missing");
  rmSync(folder, { recursive: true });
});
