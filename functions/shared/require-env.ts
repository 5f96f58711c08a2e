/** The environment variable of that name. @throws EnvironmentIncomplete when it is not set or empty. */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new EnvironmentIncomplete(name);
  return value;
}

/** The function was deployed without a variable that it needs. */
export class EnvironmentIncomplete extends Error {
  override readonly name = "EnvironmentIncomplete";

  constructor(variable: string) {
    super(`The environment variable ${variable} is not set. Deploy the stack again.`);
  }
}
