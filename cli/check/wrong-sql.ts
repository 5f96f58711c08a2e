import { existsSync } from "node:fs";
import type { Contract } from "../../contract/contract.js";
import { type Finding, findingAt } from "../../contract/finding.js";
import { type WrongSql, wrongSql } from "../../infra/needs-spark.js";
import { environmentPython } from "../../infra/python.js";
import { locate, pathOf } from "./engines.js";

/** SQL in which some part could fail by itself: a division, a cast, a product, or a text beside a number. */
const mayFail = /[/%*']|\bdiv\b|\bcast\b|::/i;
const isCondition = /[<>=!]|\b(is|in|like|rlike|between|not|and|or|true|false)\b/i;

/**
 * Checks and expressions of which some part fails whatever the record is, and checks that give no truth value. The core is
 * asked where its Python environment is at hand, for contracts whose SQL could have such a part.
 */
export function wrongSqlFindings(folder: string, contracts: readonly Contract[]): readonly Finding[] {
  if (!existsSync(environmentPython())) return [];
  const asked = contracts.filter(
    ({ checks, columns }) =>
      checks.some(({ sql }) => mayFail.test(sql) || !isCondition.test(sql)) ||
      columns.some(({ expression }) => expression !== null && mayFail.test(expression)),
  );
  const found = wrongSql(asked);
  return asked.flatMap((contract, index) => (found[index] ?? []).map((wrong) => finding(folder, contract, wrong)));
}

function finding(folder: string, contract: Contract, { kind, name, sql, fails, gives }: WrongSql): Finding {
  return findingAt(
    locate(folder, contract.dataset),
    pathOf(contract, kind, name),
    fails === undefined
      ? { found: `${sql}, which gives ${gives}`, expected: "a condition", remedy: "Compare it with something." }
      : {
          found: `'${fails}', which fails for every record, in: ${sql}`,
          expected: "SQL that can be evaluated",
          remedy: "Correct that part: with it no record can pass.",
        },
  );
}
