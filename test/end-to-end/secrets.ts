import { spawnSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { z } from "zod";

/** The one file that may hold them. */
const store = join(".sluice", "secrets.json");

const Stored = z.array(
  z.looseObject({ name: z.string(), versions: z.array(z.looseObject({ text: z.string().nullable() })) }),
);
const Login = z.looseObject({ password: z.string().min(8) });

/** @param commands what every command of the suite wrote */
export function testSecrets(project: string, commands: () => readonly string[]): void {
  test("no secret value is in a template, a log line, a history, an argument or an SQL text", () => {
    const secrets = readSecrets(project);
    // The administrator's, the loading user's, the reader's.
    expect(secrets.size).toBeGreaterThanOrEqual(3);
    const found = new Set<string>();
    for (const [place, chunk] of everything(project, commands())) {
      for (const [value, name] of secrets) if (chunk.includes(value)) found.add(`${place}: ${name}`);
    }
    // That the store's are found shows that the search finds what is there.
    expect([...found].filter((each) => each.startsWith(`${store}: `)).length).toBeGreaterThanOrEqual(3);
    expect([...found].filter((each) => !each.startsWith(`${store}: `))).toEqual([]);
  });
}

/** Each value as it stands, as JSON text would hold it, and in base64 and a URL → the secret's name. */
function readSecrets(project: string): ReadonlyMap<string, string> {
  const file: unknown = JSON.parse(readFileSync(join(project, store), "utf8"));
  return new Map(
    Stored.parse(file).flatMap(({ name, versions }) =>
      versions.flatMap(({ text }) => {
        if (text === null) return [];
        const { password } = Login.parse(JSON.parse(text));
        const written = [password, JSON.stringify(password).slice(1, -1), encodeURIComponent(password)];
        const base64 = Buffer.from(password).toString("base64").replace(/=+$/, "");
        return [...new Set([...written, base64])].map((value) => [value, name] as const);
      }),
    ),
  );
}

/** Every text there is, by its place; a file in pieces that overlap. */
function* everything(project: string, commands: readonly string[]): Generator<readonly [string, string]> {
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    for (const piece of pieces(path)) yield [relative(project, path), piece];
  }
  for (const text of commands) yield ["a command's output", text];
  yield ["a process's arguments", spawnSync("ps", ["-A", "-ww", "-o", "args"], { encoding: "utf8" }).stdout ?? ""];
}

const pieceBytes = 2 ** 20;
const overlapBytes = 512;

function* pieces(path: string): Generator<string> {
  const file = open(path);
  if (file === undefined) return;
  try {
    const buffer = Buffer.alloc(pieceBytes);
    for (let at = 0; ; at += pieceBytes - overlapBytes) {
      const length = readSync(file, buffer, 0, pieceBytes, at);
      if (length > 0) yield buffer.toString("latin1", 0, length);
      if (length < pieceBytes) return;
    }
  } finally {
    closeSync(file);
  }
}

/** Undefined for a file that the running account has removed meanwhile. */
function open(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}
