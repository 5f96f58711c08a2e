import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, normalize } from "node:path";

/** The rooms whose imports are drawn: what is published, and the packages beside it. */
const rooms = [
  ...["contract", "run-folder", "planning", "sql", "functions", "state-machines", "infra"],
  ...["console", "cli", "local", "schedule"],
];

/** The rooms of a repository as a Mermaid flowchart: an arrow where a file of one room imports a file of another. */
export function roomGraph(root: string): string {
  const arrows = rooms.flatMap((room) =>
    [...importedRooms(root, room)].sort().map((other) => `  ${idOf(room)} --> ${idOf(other)}`),
  );
  const nodes = rooms.map((room) => `  ${idOf(room)}["${labelOf(room)}"]`);
  return ["```mermaid", "flowchart TD", ...nodes, ...arrows, "```"].join("\n");
}

const idOf = (room: string) => room.replaceAll("-", "");

/** The rooms that are packages of their own, by their names. */
const packages = new Map([
  ["local-account", "local"],
  ["schedule-expressions", "schedule"],
]);

function labelOf(room: string): string {
  const [name] = [...packages].find(([, folder]) => folder === room) ?? [];
  return name === undefined ? room : `${room}: ${name}`;
}

function importedRooms(root: string, room: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const entry of readdirSync(join(root, room), { recursive: true, encoding: "utf8" })) {
    const path = join(room, entry);
    const isSource =
      /\.ts$/.test(entry) && !/^(local|schedule)\/(test|dist)\//.test(path) && statSync(join(root, path)).isFile();
    if (!isSource) continue;
    for (const [, specifier = ""] of readFileSync(join(root, path), "utf8").matchAll(/(?:from|import\() ?"([^"]+)"/g)) {
      const [first = ""] = (specifier.startsWith(".") ? normalize(join(path, "..", specifier)) : specifier).split("/");
      const target = specifier.startsWith(".") ? first : packages.get(first);
      if (target !== undefined && target !== room && rooms.includes(target)) found.add(target);
    }
  }
  return found;
}
