import os

import pulumi_retention_messaging as retention

for number in range(int(os.environ["IMAGES"])):
    retention.Image(f"hero-{number}", path="hero.png")
for number in range(int(os.environ["MESSAGES"])):
    header = "Second" if number < int(os.environ["EDITED"]) else "First"
    retention.Message(f"stay-{number}", header=header, body="Your friends are still here.")
