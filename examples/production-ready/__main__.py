"""A sandbox stack that tests the server, and a production stack that takes its URL."""

import pulumi

import pulumi_retention_messaging as retention

config = pulumi.Config()

stay = retention.Message("stay-en", header="Keep your streak", body="You are 12 days in. Tomorrow is day 13.")
monthly = retention.DefaultMessage("monthly-en", product_id="com.example.monthly", locale="en-US", message=stay)
endpoint = retention.RealtimeUrl("endpoint", url=config.require("realtimeUrl"))

# Apple takes a production URL once a test of the sandbox URL has passed: `pulumi up` in the sandbox stack first.
transaction = config.get("originalTransactionId")
if transaction is not None:
    test = retention.PerformanceTest(
        "test",
        original_transaction_id=transaction,
        triggers=[endpoint.url, config.require("serverVersion")],
        opts=pulumi.ResourceOptions(depends_on=[monthly]),
    )
    pulumi.export("test", {"result": test.result, "responseTimes": test.response_times})

pulumi.export("stay", stay.approved_identifier)
