import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { CommandFailed } from "../output/exit-codes.js";

/**
 * Looks whose credentials these are, before anything is done with them. STS answers every identity, whatever it may do.
 * @throws CommandFailed when they are of another account than the declarations say
 */
export async function requireAccount(
  { region }: { readonly region: string },
  account: string,
  environment: string | undefined,
): Promise<void> {
  const { Account, Arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account === account) return;
  const what = environment === undefined ? "the project" : `the environment '${environment}'`;
  throw new CommandFailed(
    `These credentials belong to account ${Account} (${Arn}), but ${what} belongs to account ${account}. Nothing was done. Set AWS_PROFILE to a profile of ${account}, or choose another environment with --env.`,
  );
}
