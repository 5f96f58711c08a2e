"""What boto3 asks a running local account; prints the last line when every answer was right."""

import io
import json

import boto3
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
s3.put_object(Bucket="data-bucket", Key="py/ü +&<>.txt", Body=b"bytes")
assert s3.get_object(Bucket="data-bucket", Key="py/ü +&<>.txt")["Body"].read() == b"bytes"
s3.upload_fileobj(io.BytesIO(b"x" * (9 * 1024 * 1024)), "data-bucket", "py/big")
assert s3.head_object(Bucket="data-bucket", Key="py/big")["ContentLength"] == 9 * 1024 * 1024
keys = [o["Key"] for o in s3.list_objects_v2(Bucket="data-bucket", Prefix="py/")["Contents"]]
assert keys == ["py/big", "py/ü +&<>.txt"], keys
import urllib.request

from botocore.config import Config

v4 = boto3.client("s3", config=Config(signature_version="s3v4"))
url = v4.generate_presigned_url("get_object", Params={"Bucket": "data-bucket", "Key": "py/ü +&<>.txt"})
assert urllib.request.urlopen(url).read() == b"bytes"
try:
    s3.get_object(Bucket="nobody", Key="k")
    raise AssertionError("found a bucket that is not there")
except s3.exceptions.NoSuchBucket:
    pass
out = boto3.client("lambda").invoke(FunctionName="echo", Payload=json.dumps({"text": "py"}))
assert json.load(out["Payload"])["event"] == {"text": "py"}
sm = boto3.client("secretsmanager")
assert json.loads(sm.get_secret_value(SecretId="app/user")["SecretString"])["username"] == "me"
assert boto3.client("sts").get_caller_identity()["Account"] == "000000000000"
sns = boto3.client("sns")
topic = sns.list_topics()["Topics"][0]["TopicArn"]
sns.publish(TopicArn=topic, Message="m")
sqs = boto3.client("sqs")
url = sqs.get_queue_url(QueueName="failed")["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody="m")
try:
    sqs.get_queue_url(QueueName="none")
    raise AssertionError("found a queue that is not there")
except sqs.exceptions.QueueDoesNotExist:
    pass
boto3.client("events").list_rules()
assert boto3.client("redshift").describe_clusters()["Clusters"][0]["DBName"] == "analytics"
assert boto3.client("stepfunctions").list_state_machines()["stateMachines"][0]["name"] == "pass"
assert boto3.client("glue").get_databases()["DatabaseList"] == []
try:
    boto3.client("iam").list_roles()
    raise AssertionError("there is no IAM here")
except ClientError as error:
    assert "not supported in the local account: iam ListRoles" in str(error), error
try:
    boto3.client("sns").create_topic(Name="x")
    raise AssertionError("made a topic")
except ClientError as error:
    assert "not supported in the local account: sns CreateTopic" in str(error), error
print("all well")
