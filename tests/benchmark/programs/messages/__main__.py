import os

import pulumi_retention_messaging as retention

for number in range(int(os.environ["COUNT"])):
    retention.Message(f"stay-{number}", header=os.environ["HEADER"], body="Your friends are still here.")
