import type { DatasetFile } from "../schema.js";

type Origin = string | number;

/** Whether what `outer` reads is or holds what `inner` reads: the same place, an object or element around it, an overlapping range. */
export function isAround(format: DatasetFile["format"], outer: Origin, inner: Origin | undefined): boolean {
  if (inner === undefined) return false;
  if (typeof outer === "number" || typeof inner === "number") return outer === inner;
  switch (format.type) {
    case "csv":
    case "xlsx":
      return outer.trim() === inner.trim();
    case "fixed":
      return overlap(outer, inner);
    case "xml":
      return isXmlAround(withoutSelf(outer), withoutSelf(inner));
    default:
      return outer === "$value" || isPathAround(outer, inner);
  }
}

const isPathAround = (outer: string, inner: string) =>
  inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);

/** `./name` is `name`, and so is `string(name)`. */
const withoutSelf = (path: string) =>
  path
    .trim()
    .replace(/^(?:normalize-space|string)\((.*)\)$/, "$1")
    .replace(/^\.\/(?=.)/, "");

function isXmlAround(outer: string, inner: string): boolean {
  if (outer === ".") return !inner.startsWith("..");
  return inner === outer || inner.startsWith(`${outer}/`) || inner.startsWith(`${outer}[`);
}

function overlap(left: string, right: string): boolean {
  const [a, b] = [left, right].map((range) => range.split("-").map(Number));
  const [from = 0, to = from] = a ?? [];
  const [start = 0, end = start] = b ?? [];
  return from <= end && start <= to;
}
