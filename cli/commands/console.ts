import { type Command, InvalidArgumentError } from "commander";
import type { Console, ConsoleOptions } from "../../console/server/server.js";
import { openTarget, type Target, withTarget } from "../account/session.js";
import { type AccountOptions, withAccount } from "../arguments/options.js";
import { keepAddress, lastAddress, tokenOfEnvironment, usualPort } from "../console/address.js";
import { UsageWrong } from "../output/exit-codes.js";
import { complain, print, say } from "../output/terminal.js";

interface Options extends AccountOptions {
  readonly port?: number;
  readonly readOnly?: boolean;
  readonly newToken?: boolean;
}

/** `sluice console`: a page on 127.0.0.1 that shows the loads and tries them again. */
export function addConsole(program: Command): void {
  const command = program.command("console");
  withAccount(command)
    .option("--port <number>", `the port (default: the last one used, at first ${usualPort})`, portNumber)
    .option("--read-only", "do not let the page rerun, load or pause anything")
    .option("--new-token", "create a new token, so that earlier addresses stop working")
    .action(async (options: Options) => {
      const target = openTarget(options);
      const token = tokenFor(target, options);
      await withTarget(target, options, async (session) => {
        const [{ pageFiles }, { AccountBackend }] = await Promise.all([
          import("../../console/server/page.js"),
          import("../console/account-backend.js"),
        ]);
        const { isLocal, environment = null } = target;
        const backend = new AccountBackend(session, { isLocal, environment, isReadOnly: options.readOnly === true });
        const onError = (error: unknown) => complain(String(error));
        const served = await serve(target, options.port, { backend, assets: await pageFiles(), onError, token });
        if (tokenOfEnvironment() === undefined) keepAddress(target.project.folder, environmentOf(target), served);
        print(served.url);
        say(
          "Open this address, and keep it to yourself: whoever has it can do here what you can. Ctrl-C stops the console.",
        );
        await new Promise<void>((resolve) => {
          process.once("SIGINT", resolve);
          process.once("SIGTERM", resolve);
        });
        await served.close();
      });
    });
}

/** AWS without environments has no name of its own. */
const environmentOf = ({ environment }: Target) => environment ?? "aws";

/** @throws UsageWrong for one that could be guessed */
function tokenFor(target: Target, { newToken }: Options): string | undefined {
  try {
    const given = tokenOfEnvironment();
    return given ?? (newToken === true ? undefined : lastAddress(target.project.folder, environmentOf(target))?.token);
  } catch (error) {
    throw new UsageWrong(error instanceof Error ? error.message : String(error));
  }
}

/** On the port that was asked for; otherwise on that of the last time, or, where another has it, on one that is free. */
async function serve(
  target: Target,
  asked: number | undefined,
  options: Omit<ConsoleOptions, "port">,
): Promise<Console> {
  const { serveConsole } = await import("../../console/server/server.js");
  const port = asked ?? lastAddress(target.project.folder, environmentOf(target))?.port ?? usualPort;
  try {
    return await serveConsole({ ...options, port });
  } catch (error) {
    if (!isTaken(error)) throw error;
    if (asked !== undefined) throw new UsageWrong(`The port ${asked} is taken. Name another, or none.`);
    say(`Port ${port} is taken, so another one is used: links to ${port} do not work.`);
    return serveConsole({ ...options, port: 0 });
  }
}

const isTaken = (error: unknown) => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("Write a number from 0 to 65535.");
  return Number(text);
}
