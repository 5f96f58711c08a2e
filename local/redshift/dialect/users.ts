import { NotSupportedLocally, syntaxError } from "./errors.js";
import { passwordHash } from "./passwords.js";
import { type Reader, splitTopLevel } from "./reader.js";
import { userParameter } from "./settings.js";
import { makeString, nameOf, type Token } from "./tokens.js";
import type { Draft } from "./translation.js";

/** A role of PostgreSQL: groups and roles have name spaces of their own. */
export function roleName(kind: "user" | "group" | "role", name: Token): string {
  const plain = nameOf(name);
  const full = kind === "user" ? plain : `${kind}:${plain}`;
  return `"${full.replaceAll('"', '""')}"`;
}

function statement(command: string, runs: readonly string[]): Draft {
  return { command, node: "", sql: "", runs };
}

function setPassword(user: Token, hash: string | null): string {
  return `SELECT rs.set_password(${makeString(nameOf(user)).text}, ${hash === null ? "NULL" : makeString(hash).text})`;
}

/** Options of CREATE USER and ALTER USER: what PostgreSQL's role gets, and what runs after. */
function readOptions(
  reader: Reader,
  user: Token,
): { readonly role: readonly string[]; readonly after: readonly string[] } {
  const role: string[] = [];
  const after: string[] = [];
  reader.accept("with");
  while (!reader.isAtEnd) {
    if (reader.accept("password", "disable")) after.push(setPassword(user, null));
    else if (reader.accept("password")) after.push(setPassword(user, passwordHash(reader.string())));
    else if (reader.isNext("createdb") || reader.isNext("nocreatedb")) role.push(reader.next().text.toUpperCase());
    else if (reader.accept("createuser")) role.push("SUPERUSER");
    else if (reader.accept("nocreateuser")) role.push("NOSUPERUSER");
    else if (reader.accept("syslog", "access")) reader.next();
    else if (reader.accept("in", "group")) {
      do after.push(`GRANT ${roleName("group", reader.identifier())} TO ${roleName("user", user)}`);
      while (reader.accept(","));
    } else if (reader.accept("valid", "until")) role.push(`VALID UNTIL ${makeString(reader.string()).text}`);
    else if (reader.accept("connection", "limit") || reader.accept("session", "timeout")) reader.next();
    else throw reader.unexpected();
  }
  return { role, after };
}

/** CREATE USER, from the name on. */
export function createUser(reader: Reader): Draft {
  const user = reader.identifier();
  const options = readOptions(reader, user);
  if (!options.after.some((step) => step.includes("rs.set_password"))) throw syntaxError(";");
  return statement("CREATE USER", [
    `CREATE ROLE ${roleName("user", user)} LOGIN ${options.role.join(" ")}`,
    ...options.after,
  ]);
}

/** ALTER USER, from the name on. */
export function alterUser(reader: Reader): Draft {
  const user = reader.identifier();
  const quoted = roleName("user", user);
  if (reader.accept("rename", "to"))
    return statement("ALTER USER", [`ALTER ROLE ${quoted} RENAME TO ${roleName("user", reader.identifier())}`]);
  if (reader.isNext("set") || reader.isNext("reset"))
    return statement("ALTER USER", [`ALTER ROLE ${quoted} ${userParameter(reader)}`]);
  const options = readOptions(reader, user);
  const role = options.role.length > 0 ? [`ALTER ROLE ${quoted} ${options.role.join(" ")}`] : [];
  return statement("ALTER USER", [...role, ...options.after]);
}

/** CREATE GROUP g [WITH USER u, …], CREATE ROLE r: from the name on. */
export function createGroup(reader: Reader, kind: "group" | "role"): Draft {
  const group = reader.identifier();
  const members: Token[] = [];
  if (reader.accept("with", "user") || reader.accept("user")) {
    do members.push(reader.identifier());
    while (reader.accept(","));
  }
  reader.end();
  const runs = [
    `CREATE ROLE ${roleName(kind, group)} NOLOGIN`,
    ...members.map((user) => `GRANT ${roleName(kind, group)} TO ${roleName("user", user)}`),
  ];
  return statement(kind === "group" ? "CREATE GROUP" : "CREATE ROLE", runs);
}

/** ALTER GROUP, from the name on. */
export function alterGroup(reader: Reader): Draft {
  const group = roleName("group", reader.identifier());
  if (reader.accept("rename", "to"))
    return statement("ALTER GROUP", [`ALTER ROLE ${group} RENAME TO ${roleName("group", reader.identifier())}`]);
  const isAdd = reader.accept("add", "user");
  if (!isAdd) reader.expect("drop", "user");
  const users = splitTopLevel(reader.rest(), ",").map((part) => {
    const [user, ...more] = part;
    if (user === undefined || more.length > 0) throw syntaxError(more[0]?.text ?? "");
    return roleName("user", user);
  });
  return statement(
    "ALTER GROUP",
    users.map((user) => (isAdd ? `GRANT ${group} TO ${user}` : `REVOKE ${group} FROM ${user}`)),
  );
}

/** DROP USER | GROUP | ROLE, from the word after it. */
export function dropPrincipal(reader: Reader, kind: "user" | "group" | "role"): Draft {
  const ifExists = reader.accept("if", "exists") ? "IF EXISTS " : "";
  const names: string[] = [];
  do names.push(roleName(kind, reader.identifier()));
  while (reader.accept(","));
  if (kind === "role" && reader.isNext("force")) throw new NotSupportedLocally("DROP ROLE … FORCE");
  reader.end();
  return statement(`DROP ${kind.toUpperCase()}`, [`DROP ROLE ${ifExists}${names.join(", ")}`]);
}
