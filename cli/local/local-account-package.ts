export type { Pace, Warming } from "local-account";

import { CommandFailed } from "../output/exit-codes.js";

/** Loads the package of the local account, which a project has as a development dependency. @throws CommandFailed without it */
export const localAccount = () => installed(() => import("local-account"));

/** The part of it that says who has a folder, which loads in no time. @throws CommandFailed without it */
export const processes = () => installed(() => import("local-account/processes"));

async function installed<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (!isAbsent(error)) throw error;
    throw new CommandFailed(
      "The local account is a separate package, which is not installed here: npm install --save-dev local-account",
    );
  }
}

/** Whether it is this package that Node did not find, and none that it needs. */
const isAbsent = (error: unknown) =>
  error instanceof Error &&
  "code" in error &&
  error.code === "ERR_MODULE_NOT_FOUND" &&
  error.message.includes("'local-account'");
