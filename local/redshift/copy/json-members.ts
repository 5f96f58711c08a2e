/** The members of a JSON object with the text of each, which keeps what a number of this language would lose; of a name twice the last. */
export function membersOf(text: string): ReadonlyMap<string, string> | undefined {
  if (!text.trimStart().startsWith("{") || !isJson(text)) return undefined;
  const members = new Map<string, string>();
  const piece = /\s*(?:("[^"\\]*(?:\\.[^"\\]*)*")|([{}[\],:])|([^\s"{}[\],:]+))/gy;
  let depth = 0;
  let name: string | undefined;
  let start = -1;
  for (let match = piece.exec(text); match !== null; match = piece.exec(text)) {
    const [, string, sign] = match;
    const end = piece.lastIndex;
    if (sign === "{" || sign === "[") depth += 1;
    if (depth === 0) return undefined;
    if (depth === 1 && (sign === "," || sign === "}")) {
      if (name !== undefined && start >= 0) members.set(name, text.slice(start, end - 1).trim());
      name = undefined;
      start = -1;
    } else if (depth === 1 && name === undefined && string !== undefined) name = String(JSON.parse(string));
    else if (depth === 1 && sign === ":" && start < 0) start = end;
    if (sign === "}" || sign === "]") depth -= 1;
    if (depth === 0) return text.slice(end).trim() === "" ? members : undefined;
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
