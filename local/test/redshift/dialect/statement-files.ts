import { readFileSync } from "node:fs";
import path from "node:path";

const folder = path.join(process.cwd(), "local", "test", "redshift", "dialect");

export interface RefusedStatement {
  readonly sql: string;
  /** What the error's text holds. */
  readonly because: string;
}

/** Statements that run, in an order in which they run. */
export function acceptedStatements(): readonly string[] {
  const text = readFileSync(path.join(folder, "accepted.sql"), "utf8").replace(/^(--(?! ---).*\n)+/, "");
  return text.split(/^-- ---\n/m).map((sql) => sql.trim());
}

export function refusedStatements(): readonly RefusedStatement[] {
  const [, ...blocks] = readFileSync(path.join(folder, "refused.sql"), "utf8").split(/^-- refused: /m);
  return blocks.map((block) => {
    const [because = "", ...lines] = block.split("\n");
    return { because, sql: lines.join("\n").trim() };
  });
}
