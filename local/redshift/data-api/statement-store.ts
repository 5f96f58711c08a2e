import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { readJsonFile, writeFileWhole } from "../../persistence/files.js";
import type { ResultSet } from "../session/results.js";
import { isOver, Statement } from "./statement.js";

const Result = z.object({
  columns: z.array(
    z.object({ name: z.string(), typeName: z.string(), length: z.number(), precision: z.number(), scale: z.number() }),
  ),
  rows: z.array(z.array(z.string().nullable())),
});

/** Results and what is known of statements are kept for a day (B1.5). */
const KEPT_MS = 24 * 3600 * 1000;
const LOST = "ERROR: Connection to the cluster was lost";

/** Statements and their results, on disk. What `save` returned from survives kill -9. */
export class StatementStore {
  readonly #folder: string;
  readonly #statements = new Map<string, Statement>();
  readonly #now: () => number;

  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
    // Results are the data itself.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".statement.json"))) {
      const statement = Statement.parse(readJsonFile(path.join(folder, file)));
      this.#statements.set(statement.id, statement);
    }
    this.#dropOld();
  }

  #dropOld(): void {
    for (const statement of this.#statements.values()) {
      if (!this.#isOld(statement)) continue;
      this.#statements.delete(statement.id);
      for (const name of readdirSync(this.#folder))
        if (name.startsWith(statement.id)) rmSync(path.join(this.#folder, name), { force: true });
    }
  }

  #isOld(statement: Statement): boolean {
    return isOver(statement.status) && statement.createdAt + KEPT_MS < this.#now();
  }

  /** What a restart would find out by itself: how far a statement has come that ends with this process. */
  note(statement: Statement): void {
    this.#statements.set(statement.id, statement);
  }

  save(statement: Statement): void {
    this.note(statement);
    writeFileWhole(path.join(this.#folder, `${statement.id}.statement.json`), JSON.stringify(statement));
  }

  saveResult(id: string, part: number, result: ResultSet): void {
    writeFileWhole(this.#resultFile(id, part), JSON.stringify(result));
  }

  result(id: string, part: number): ResultSet | undefined {
    const file = this.#resultFile(id, part);
    return existsSync(file) ? Result.parse(readJsonFile(file)) : undefined;
  }

  #resultFile(id: string, part: number): string {
    return path.join(this.#folder, `${id}.${part}.result.json`);
  }

  find(id: string): Statement | undefined {
    const statement = this.#statements.get(id);
    return statement === undefined || this.#isOld(statement) ? undefined : statement;
  }

  all(): readonly Statement[] {
    return [...this.#statements.values()].filter((statement) => !this.#isOld(statement));
  }

  /** Statements that were under way when the process ended: their connection is gone, so the database rolled them
   * back, unless the end came between its commit and our note of it, as with any lost answer. */
  failUnfinished(): void {
    for (const statement of this.#statements.values()) {
      if (isOver(statement.status)) continue;
      const updatedAt = this.#now();
      const at = Math.max(
        0,
        statement.parts.findIndex((part) => part.status !== "FINISHED"),
      );
      const parts = statement.parts.map((part, index) => {
        if (isOver(part.status)) return part;
        return index === at
          ? { ...part, status: "FAILED" as const, error: LOST, updatedAt }
          : { ...part, status: "ABORTED" as const, updatedAt };
      });
      this.save({ ...statement, status: "FAILED", error: LOST, parts, updatedAt });
    }
  }
}
