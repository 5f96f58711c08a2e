import { loadModule, parseSync } from "libpg-query";
import { NotSupportedLocally, RedshiftError } from "./errors.js";

/** A member of PostgreSQL's parse tree: a value, a list, a node, or a node's members. */
export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [member: string]: Tree };
export type Members = { readonly [member: string]: Tree };

let isLoaded = false;

/** Loads the parser, once. */
export async function loadParser(): Promise<void> {
  if (isLoaded) return;
  await loadModule();
  isLoaded = true;
}

/** Kind and members of a node; undefined when it is no node (a member list without a kind). */
export function asNode(tree: Tree | undefined): { readonly kind: string; readonly members: Members } | undefined {
  if (!isMembers(tree)) return undefined;
  let kind: string | undefined;
  // Every node of every statement comes by here: no list of its members is made.
  for (const member in tree) {
    if (kind !== undefined || !/^[A-Z]/.test(member)) return undefined;
    kind = member;
  }
  if (kind === undefined) return undefined;
  const members = tree[kind];
  return { kind, members: isMembers(members) ? members : {} };
}

export function isMembers(tree: Tree | undefined): tree is Members {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree);
}

export function asList(tree: Tree | undefined): readonly Tree[] {
  return Array.isArray(tree) ? tree : [];
}

export function asText(tree: Tree | undefined): string {
  return typeof tree === "string" ? tree : "";
}

/** The texts of a list of String nodes. */
export function asNames(tree: Tree | undefined): readonly string[] {
  return asList(tree).map((item) => asText(asNode(item)?.members.sval));
}

/** Parses one statement of PostgreSQL 15. @throws RedshiftError with the parser's own words. */
export function parseOne(sql: string): { readonly kind: string; readonly members: Members } {
  let parsed: { readonly stmts?: readonly { readonly stmt: Tree }[] };
  try {
    parsed = parseSync(sql);
  } catch (error) {
    throw new RedshiftError(error instanceof Error ? error.message : String(error));
  }
  const [first, ...more] = parsed.stmts ?? [];
  const node = asNode(first?.stmt);
  if (node === undefined || more.length > 0) throw new NotSupportedLocally("a text that is not one statement");
  return node;
}
