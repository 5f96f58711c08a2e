import { validation } from "./request.js";

export interface NamedParameter {
  readonly name: string;
  readonly value: string;
}

/** Text that holds no parameters: comments, literals, quoted names, dollar quotes, casts. */
const SKIPPED = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|::|:=/y;
const NAMED = /:([0-9A-Za-z_]+)/y;

/** Writes `$n` for each `:name` (B5). @throws AwsError when a parameter is missing. */
export function bindParameters(
  sql: string,
  parameters: readonly NamedParameter[],
): { readonly sql: string; readonly values: readonly string[]; readonly used: ReadonlySet<string> } {
  if (parameters.length === 0) return { sql, values: [], used: new Set() };
  const values: string[] = [];
  const positions = new Map<string, number>();
  let out = "";
  for (let at = 0; at < sql.length; ) {
    SKIPPED.lastIndex = at;
    NAMED.lastIndex = at;
    const skipped = SKIPPED.exec(sql)?.[0];
    const named = skipped === undefined ? NAMED.exec(sql) : null;
    if (skipped !== undefined) {
      out += skipped;
      at += skipped.length;
    } else if (named?.[1] !== undefined) {
      out += `$${position(named[1], parameters, values, positions)}`;
      at += named[0].length;
    } else out += sql[at++];
  }
  return { sql: out, values, used: new Set(positions.keys()) };
}

function position(
  name: string,
  parameters: readonly NamedParameter[],
  values: string[],
  positions: Map<string, number>,
): number {
  const known = positions.get(name);
  if (known !== undefined) return known;
  const parameter = parameters.find((each) => each.name === name);
  if (parameter === undefined) throw validation(`Parameter ${name} is used in the SQL and not given`);
  values.push(parameter.value);
  positions.set(name, values.length);
  return values.length;
}
