import { Stack } from "aws-cdk-lib";
import { CfnPermission, type IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { BucketNames } from "../names.js";

/** S3 may call start-load for one bucket, whether the stack makes the bucket or it was there before. */
export class StartPermission extends Construct {
  readonly permission: CfnPermission;
  readonly functionArn: string;

  constructor(scope: Construct, id: string, landing: BucketNames, startLoad: IFunction) {
    super(scope, id);
    this.functionArn = startLoad.functionArn;
    this.permission = new CfnPermission(this, "Permission", {
      action: "lambda:InvokeFunction",
      functionName: startLoad.functionArn,
      principal: "s3.amazonaws.com",
      sourceAccount: Stack.of(this).account,
      // The name as a text: a reference to the bucket would close a circle.
      sourceArn: landing.arn,
    });
  }
}
