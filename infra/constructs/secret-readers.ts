import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { accountRoleArn, rootArn } from "../names.js";

/**
 * Denies reading a secret to everybody but these roles, root and break-glass. It denies reading alone, so that nobody locks themselves
 * out of changing the policy (H2.6).
 */
export function onlyReadBy(secret: Secret, sid: string, project: string, roleArns: readonly string[]): void {
  secret.addToResourcePolicy(
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["secretsmanager:GetSecretValue"],
      resources: ["*"],
      conditions: {
        ArnNotLike: { "aws:PrincipalArn": [rootArn, accountRoleArn(`${project}-break-glass`), ...roleArns] },
      },
    }),
  );
}
