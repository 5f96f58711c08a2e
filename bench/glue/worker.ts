import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** One answer of worker.py; each command fills other members. */
const Answer = z.object({
  csv: z.string().optional(),
  rows: z.unknown().optional(),
  bytes: z.number().optional(),
  seconds: z.number().optional(),
  report: z.record(z.string(), z.number()).optional(),
  plan: z.string().optional(),
});
export type Answer = z.infer<typeof Answer>;

export interface Worker {
  /** Sends one command and waits for its answer. */
  ask(command: "prepare" | "plain" | "job" | "explain"): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts the Python process that holds the warm Spark session. */
export function startWorker(): Worker {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(".venv/bin/python", ["bench/glue/worker.py"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(command) {
      child.stdin.write(`${command}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`The worker ended during '${command}'; its error stands above.`);
      return Answer.parse(JSON.parse(String(value)));
    },
    async stop() {
      const closed = once(child, "close");
      child.stdin.end();
      await closed;
    },
  };
}
