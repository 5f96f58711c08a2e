import { type Command, Option } from "commander";
import { UsageWrong } from "../output/exit-codes.js";

/** `--local` is understood, so that it can be refused with a reason. */
export const withoutLocal = (command: Command) => command.addOption(new Option("--local").hideHelp());

/** CloudFormation has no local body: the local account follows the templates by itself. @throws UsageWrong */
export function refuseLocalAccount(verb: string, { local = false }: { readonly local?: boolean }): void {
  if (local) {
    throw new UsageWrong(
      `sluice ${verb} is for AWS: the local account follows the declarations by itself. \`sluice local up\` starts it, \`sluice local reset\` removes what it holds.`,
    );
  }
  const endpoint = process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_CLOUDFORMATION;
  if (endpoint !== undefined && endpoint !== "") {
    throw new UsageWrong(
      `AWS_ENDPOINT_URL is set (${endpoint}), and sluice ${verb} is for AWS itself: no local account has CloudFormation. Unset it.`,
    );
  }
}

/** Whether a person can be asked. */
export const isTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** @throws UsageWrong when nobody can be asked, and nobody has agreed beforehand */
export function requireAgreement(verb: string, { yes = false }: { readonly yes?: boolean }): void {
  if (yes || isTerminal()) return;
  throw new UsageWrong(
    `There is no terminal to ask on. Look at what \`sluice ${verb === "deploy" ? "diff" : "synth"}\` says, then add --yes.`,
  );
}
