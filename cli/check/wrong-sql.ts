import type { Contract } from "../../contract/contract.js";
import { type Finding, findingAt } from "../../contract/finding.js";
import { type WrongSql, wrongSql } from "../../infra/needs-spark.js";
import { locate, pathOf } from "./engines.js";

/** SQL in which some part could fail by itself: a division, a cast, a product, or a text beside a number. */
const mayFail = /[/%*']|\bdiv\b|\bcast\b|::/i;
const isCondition = /[<>=!]|\b(is|in|like|rlike|between|not|and|or|true|false)\b/i;

/** Whether a contract's SQL could have such a part, or a check that is no condition. */
export const mayBeWrong = ({ checks, columns }: Contract): boolean =>
  checks.some(({ sql }) => mayFail.test(sql) || !isCondition.test(sql)) ||
  columns.some(({ expression }) => expression !== null && mayFail.test(expression));

/** Checks and expressions of which some part fails whatever the record is, and checks that give no truth value, as the core says. */
export const wrongSqlFindings = (folder: string, contracts: readonly Contract[]): readonly Finding[] =>
  contracts
    .filter(mayBeWrong)
    .flatMap((contract) => wrongSql(contract).map((wrong) => finding(folder, contract, wrong)));

function finding(folder: string, contract: Contract, { kind, name, sql, fails, gives }: WrongSql): Finding {
  return findingAt(
    locate(folder, contract.dataset),
    pathOf(contract, kind, name),
    fails === undefined
      ? { found: `${sql}, which gives ${gives}`, expected: "a condition", remedy: "Compare it with something." }
      : {
          found: `'${fails}', which fails for every record, in: ${sql}`,
          expected: "SQL that can be evaluated for some record",
          remedy: "Correct that part; with it, no record can pass.",
        },
  );
}
