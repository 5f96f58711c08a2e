/** What Redshift writes and PostgreSQL's parser does not read, blanked out: places in the text stay what they are. */

const blanked: readonly RegExp[] = [
  /\bwith\s+no\s+schema\s+binding\b/gi,
  /\bauto\s+refresh\s+(?:yes|no)\b/gi,
  /\bbackup\s+(?:yes|no)\b/gi,
  /\bdiststyle\s+(?:auto|even|all|key)\b/gi,
  /\bdistkey\s*\([^)]*\)/gi,
  /\b(?:compound\s+|interleaved\s+)?sortkey\s*(?:\([^)]*\)|\bauto\b)/gi,
  /(?<=\bselect\s+)top\s+\d+\b/gi,
  /\bapproximate\b(?=\s+(?:count|percentile_disc)\b)/gi,
  /\b(?:ignore|respect)\s+nulls\b/gi,
];

/** The same text for PostgreSQL's parser: comments and strings stay. */
export function asPostgres(text: string): string {
  const parts = text.split(/('(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/)/);
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const bare = blanked.reduce((sql, clause) => sql.replaceAll(clause, (found) => " ".repeat(found.length)), part);
      // MINUS is Redshift's EXCEPT; names and places stay.
      return bare.replaceAll(/\bminus\b(?=\s+(?:all\s+)?select\b)/gi, "union");
    })
    .join("");
}

const clauses: readonly (readonly [RegExp, string])[] = [
  [/\bqualify\b/i, "QUALIFY"],
  [/\b(?:un)?pivot\b/i, "PIVOT"],
  [/\bconnect\s+by\b/i, "CONNECT BY"],
  [/\bexclude\s*\(/i, "EXCLUDE"],
  [/\bgroup\s+by\s+all\b/i, "GROUP BY ALL"],
  [/\bat\s+\w+\s+index\b/i, "object unpivoting"],
  [/\w\[\d+\]\.\w/, "navigation into SUPER"],
];

/** The clause of Redshift's own that a text holds, when that may be why it cannot be parsed. */
export const isBeyondPostgres = (sql: string): string | undefined => clauses.find(([clause]) => clause.test(sql))?.[1];
