import { type Command, InvalidArgumentError } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, withAccount } from "../arguments/options.js";
import { UsageWrong } from "../output/exit-codes.js";
import { complain, print, say } from "../output/terminal.js";

interface ConsoleOptions extends AccountOptions {
  readonly port: number;
}

/** `sluice console`: a page on 127.0.0.1 that shows the loads and tries them again. */
export function addConsole(program: Command): void {
  const command = program.command("console");
  withAccount(command)
    .option("--port <number>", "the port; 0 lets the system choose", portNumber, 0)
    .action(async (options: ConsoleOptions) => {
      const target = openTarget(options);
      await withTarget(target, options, async (session) => {
        const [{ serveConsole }, { pageFiles }, { AccountBackend }] = await Promise.all([
          import("../../console/server/server.js"),
          import("../../console/server/page.js"),
          import("../console/account-backend.js"),
        ]);
        const backend = new AccountBackend(session, target.isLocal);
        const onError = (error: unknown) => complain(String(error));
        const assets = await pageFiles();
        const served = await serveConsole({ backend, assets, port: options.port, onError }).catch((error) => {
          throw isTaken(error) ? new UsageWrong(`The port ${options.port} is taken. Name another, or none.`) : error;
        });
        print(served.url);
        say("Open this address. Whoever has it can read and rerun the loads; keep it to yourself. Ctrl-C ends it.");
        await new Promise<void>((resolve) => {
          process.once("SIGINT", resolve);
          process.once("SIGTERM", resolve);
        });
        await served.close();
      });
    });
}

const isTaken = (error: unknown) => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("write a number from 0 to 65535");
  return Number(text);
}
