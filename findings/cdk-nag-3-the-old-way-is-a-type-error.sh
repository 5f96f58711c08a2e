#!/usr/bin/env bash
# cdk-nag 3.0.2, aws-cdk-lib 2.276.0. The way of all guides, Aspects.of(app).add(new AwsSolutionsChecks()), ends
# app.synth() in a TypeError that names neither cdk-nag nor the new way (Validations.of(app).addPlugins), and
# NagSuppressions is not exported any more.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >log
npm install --no-audit --no-fund cdk-nag@3.0.2 aws-cdk-lib@2.276.0 constructs@10.8.1 >log 2>&1 || { cat log >&2; exit 1; }
cat >finding.mjs <<'JS'
import { App, Aspects, Stack, aws_sqs } from "aws-cdk-lib";
import * as nag from "cdk-nag";
const app = new App();
new aws_sqs.Queue(new Stack(app, "Stack"), "Queue");
Aspects.of(app).add(new nag.AwsSolutionsChecks());
try {
  app.synth();
  console.log("synthesized");
} catch (error) {
  console.log(error.name, error.message);
}
console.log("NagSuppressions exported:", "NagSuppressions" in nag);
JS
node finding.mjs | tee seen
diff - seen <<'EXPECTED'
TypeError aspectApplication.aspect.visit is not a function
NagSuppressions exported: false
EXPECTED
echo "as described"
