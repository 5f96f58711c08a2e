#!/usr/bin/env bash
# cfn-lint 1.58.0. A Step Functions machine in JSONata whose Task takes TimeoutSeconds from an expression is an
# error (E3601, not of type number), although the service documents expressions there and the same schema allows
# them for a Wait's Seconds.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check cfn-lint==1.58.0
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import json, subprocess, sys
def machine(state):
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}}
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": "arn:aws:iam::123456789012:role/r", "Definition": definition}}
    with open("t.json", "w") as file:
        json.dump({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"M": resource}}, file)
    run = subprocess.run(["env/bin/cfn-lint", "-f", "json", "-r", "eu-west-1", "--", "t.json"], capture_output=True, text=True)
    return [(one["Rule"]["Id"], one["Message"].split(" is not")[-1]) for one in json.loads(run.stdout)]
print("Wait:", machine({"Type": "Wait", "Seconds": "{% 5 %}", "End": True}))
print("Task:", machine({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"}, "TimeoutSeconds": "{% 5 %}", "End": True}))
PY
diff - seen <<'EXPECTED'
Wait: []
Task: [('E3601', " of type 'number'")]
EXPECTED
echo "as described"
