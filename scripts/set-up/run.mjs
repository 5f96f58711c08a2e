import { spawn } from "node:child_process";
import { explain } from "./disk.mjs";

const KEPT_LINES = 15;
const running = new Set();

/** Runs a program whose output nobody needs as long as it succeeds; `onLine` sees each line of it.
 * @throws Error with one sentence, and below it the end of what the program said */
export async function run(command, { cwd, env, folder, failure, onLine = () => undefined, timeoutMs }) {
  const [program, ...args] = command;
  const shell = process.platform === "win32" && program === "npm";
  const child = spawn(program, args, { cwd, env, shell, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
  running.add(child);
  const lines = [];
  for (const stream of [child.stdout, child.stderr])
    follow(stream, (line) => {
      lines.push(line);
      onLine(line);
    });
  const said = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (status) => resolve(status === 0 ? undefined : lines.slice(-KEPT_LINES).join("\n")));
  });
  running.delete(child);
  if (said !== undefined) throw new Error(explain(lines.join("\n"), folder) ?? `${failure}:\n${said}`);
}

/** Ends what was started. */
export function endPrograms() {
  for (const child of running) child.kill("SIGTERM");
}

function follow(stream, onLine) {
  let rest = "";
  stream.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}
