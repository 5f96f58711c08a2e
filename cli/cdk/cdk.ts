import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { CommandFailed } from "../output/exit-codes.js";
import { complain, say } from "../output/terminal.js";

export interface CdkEnded {
  readonly isDone: boolean;
  /** What it wrote; empty when it wrote straight to the terminal. */
  readonly output: string;
}

/** Runs the CDK's own command line; with `onLine` its lines come here, otherwise it writes to stderr itself. */
export type Cdk = (args: readonly string[], onLine?: (line: string) => void) => Promise<CdkEnded>;

/** The command line of the package aws-cdk, in a process of its own. @param script for tests: what Node runs instead */
export function createCdk(script = cdkScript()): Cdk {
  return (args, onLine) =>
    new Promise((resolve, reject) => {
      const stdio = onLine === undefined ? (["inherit", 2, 2] as const) : (["ignore", "pipe", "pipe"] as const);
      const child = spawn(process.execPath, [script, ...args, "--no-notices", "--no-version-reporting"], {
        stdio: [...stdio],
        env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: "true" },
      });
      const lines: string[] = [];
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on("line", (line) => {
          lines.push(line);
          onLine?.(line);
        });
      }
      child.on("error", reject);
      child.on("close", (code) => resolve({ isDone: code === 0, output: lines.join("\n") }));
    });
}

/** @throws CommandFailed when it is not installed */
function cdkScript(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("aws-cdk/package.json")), "bin", "cdk");
  } catch {
    throw new CommandFailed("The CDK's command line is not installed here: npm install --save-dev aws-cdk");
  }
}

/**
 * Something that takes minutes. On a terminal the CDK shows its own progress; elsewhere a line a stack, and everything
 * when it fails. @throws CommandFailed
 */
export async function runLong(cdk: Cdk, args: readonly string[], isTerminal: boolean): Promise<void> {
  const isNews = (line: string) => /: (deploying|destroying)\.\.\.| ✅ | ❌ /.test(line);
  const { isDone, output } = isTerminal
    ? await cdk([...args, "--progress", "bar"])
    : await cdk([...args, "--progress", "errors-only"], (line) => {
        if (isNews(line)) say(line.trim());
      });
  if (isDone) return;
  if (output !== "") complain(output);
  const [verb] = args;
  throw new CommandFailed(`The CDK's ${verb} failed: its message is above.${remedyFor(output)}`);
}

/** What the CDK says of these is known to puzzle people. */
function remedyFor(output: string): string {
  if (/Unable to resolve AWS account|no credentials/i.test(output)) {
    return " There are no AWS credentials: set AWS_PROFILE, or sign in with `aws sso login`.";
  }
  if (/cdk-bootstrap|cdk bootstrap/.test(output)) {
    return " Run `npx cdk bootstrap aws://<account>/<region>` once for each account and region.";
  }
  return "";
}
