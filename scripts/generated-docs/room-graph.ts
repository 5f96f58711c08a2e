import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, normalize } from "node:path";

/** The rooms whose imports are drawn: what is published, and the packages beside it. */
const rooms = [
  ...["contract", "run-folder", "planning", "sql", "functions", "state-machines", "infra"],
  ...["console", "cli", "local"],
];

/** The rooms of a repository as a Mermaid flowchart: an arrow where a file of one room imports a file of another. */
export function roomGraph(root: string): string {
  const arrows = rooms.flatMap((room) =>
    [...importedRooms(root, room)].sort().map((other) => `  ${idOf(room)} --> ${idOf(other)}`),
  );
  const nodes = rooms.map((room) => `  ${idOf(room)}["${room === "local" ? "local: local-account" : room}"]`);
  return ["```mermaid", "flowchart TD", ...nodes, ...arrows, "```"].join("\n");
}

const idOf = (room: string) => room.replaceAll("-", "");

function importedRooms(root: string, room: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const entry of readdirSync(join(root, room), { recursive: true, encoding: "utf8" })) {
    const path = join(room, entry);
    const isSource = /\.ts$/.test(entry) && !/^local\/(test|dist)\//.test(path) && statSync(join(root, path)).isFile();
    if (!isSource) continue;
    for (const [, specifier = ""] of readFileSync(join(root, path), "utf8").matchAll(/(?:from|import\() ?"([^"]+)"/g)) {
      const [target = ""] = /^local-account/.test(specifier)
        ? ["local"]
        : normalize(join(path, "..", specifier)).split("/");
      const isOther = target !== room && rooms.includes(target) && (specifier.startsWith(".") || target === "local");
      if (isOther) found.add(target);
    }
  }
  return found;
}
