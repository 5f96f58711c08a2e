import { translate } from "./translate.js";

/** A statement that the local account's Redshift would not run. */
export interface StatementFinding {
  /** Position in the list, from 0. */
  readonly index: number;
  readonly sql: string;
  /** `NotSupportedLocally` or `RedshiftError`. */
  readonly error: string;
  readonly message: string;
}

/** Holds statements against the allow-list, without a database. Empty: each of them would be run. */
export async function checkStatements(statements: readonly string[]): Promise<readonly StatementFinding[]> {
  const findings: StatementFinding[] = [];
  for (const [index, sql] of statements.entries()) {
    try {
      await translate(sql);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      findings.push({ index, sql, error: error.name, message: error.message });
    }
  }
  return findings;
}
