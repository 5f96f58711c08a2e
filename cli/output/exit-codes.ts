/** What a command ends with. */
export const exitCodes = { done: 0, failed: 1, refused: 2, usage: 64 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command was called in a way that it cannot be meant. The message says what to write instead. */
export class UsageWrong extends Error {
  override readonly name = "UsageWrong";
}

/** The command could not do its work. The message says why and what to do. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/** What was asked to be replayed has to be loaded whole instead. The message says why and how. */
export class ReplayRefused extends Error {
  override readonly name = "ReplayRefused";
}

/** A deployment would delete, replace or unprotect what holds data. The message names each resource and what to do. */
export class DataLossRefused extends Error {
  override readonly name = "DataLossRefused";
}
