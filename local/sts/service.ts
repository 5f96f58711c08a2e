import type { Account, Principal, ServiceBody } from "../call/call.js";

/** STS: who am I. */
export function createStsService(account: Account): ServiceBody {
  return {
    service: "sts",
    operations: {
      GetCallerIdentity: async (_input, { principal }) => ({
        Account: account.accountId,
        Arn: sessionArn(account, principal),
        UserId: principal.kind === "root" ? account.accountId : `AROALOCAL:${nameOf(principal)}`,
      }),
    },
  };
}

/** A role is seen as its session. */
function sessionArn(account: Account, principal: Principal): string {
  if (principal.kind !== "role") return principal.arn;
  return `arn:${account.partition}:sts::${account.accountId}:assumed-role/${nameOf(principal)}/local`;
}

function nameOf(principal: Principal): string {
  return principal.arn.split("/").at(-1) ?? "";
}
