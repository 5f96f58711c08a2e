/** Nobody is logged in, or no longer. */
const credentialErrors: ReadonlySet<string> = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "TokenProviderError",
]);

export const isCredentialError = (error: unknown): error is Error =>
  error instanceof Error && credentialErrors.has(error.name);

/** How to be somebody again. */
export const howToLogIn = "AWS_PROFILE names the profile, `aws sso login` renews it";

/** One sentence for whoever has no credentials, with the remedy. */
export const credentialsSentence = (error: Error) =>
  `${error.message.replace(/\.$/, "")}. Log in to AWS (${howToLogIn}), or use the local account: --local, or SLUICE_ENV=local for every command.`;

const unreachable: ReadonlySet<unknown> = new Set([
  "ENOTFOUND",
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EAI_AGAIN",
]);

/** @returns one sentence when AWS, or the endpoint that stands for it, cannot be reached */
export function unreachableSentence(error: Error): string | undefined {
  if (!("code" in error) || !unreachable.has(error.code)) return undefined;
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const remedy =
    endpoint === undefined || endpoint === ""
      ? "Check the network and the region"
      : `AWS_ENDPOINT_URL is set (${endpoint}): unset it, or start the service at that address`;
  return `AWS cannot be reached: ${error.message || String(error.code)}. ${remedy}, or use the local account with --local.`;
}
