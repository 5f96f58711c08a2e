import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { root } from "../base-tree.js";

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
  ask(command: "prepare" | "plain" | "job" | "sql" | "explain"): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts the Python process that holds the warm Spark session of one build. */
export function startWorker(tree = root): Worker {
  const child = spawn(join(root, ".venv/bin/python"), ["bench/glue/worker.py", tree], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
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
