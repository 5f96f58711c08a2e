import { NotSupportedLocally, RedshiftError } from "./errors.js";
import { asList, asNode, asText, isMembers, type Members, type Tree } from "./tree.js";

function nameOfRelation(tree: Tree | undefined): string {
  const members = isMembers(tree) ? (asNode(tree)?.members ?? tree) : {};
  return `${asText(members.schemaname)}.${asText(members.relname)}`;
}

/** Redshift's MERGE (C6): no alias on the target, one branch for rows that match and then one for those that do not,
 * neither with a condition, no WITH, another source than the target. */
export function checkMerge(members: Members): void {
  const target = members.relation;
  if (isMembers(target) && target.alias !== undefined)
    throw new RedshiftError('syntax error at or near "as": MERGE takes no alias for its target');
  if (members.withClause !== undefined) throw new RedshiftError("WITH clause is not supported in MERGE");
  if (nameOfRelation(target) === nameOfRelation(members.sourceRelation))
    throw new RedshiftError("Source and target of MERGE cannot be the same table");
  const clauses = asList(members.mergeWhenClauses).map((item) => asNode(item)?.members ?? {});
  if (clauses.some((clause) => clause.condition !== undefined))
    throw new NotSupportedLocally("MERGE WHEN … AND condition");
  const [first, second, ...more] = clauses;
  const isMatchedFirst = first?.matched === true && ["CMD_UPDATE", "CMD_DELETE"].includes(asText(first.commandType));
  const isInsertSecond = second !== undefined && second.matched !== true && second.commandType === "CMD_INSERT";
  if (!isMatchedFirst || !isInsertSecond || more.length > 0) {
    throw new RedshiftError("MERGE needs both WHEN MATCHED THEN { UPDATE | DELETE } and WHEN NOT MATCHED THEN INSERT");
  }
}
