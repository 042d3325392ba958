"""What a real-time server answers with, handed over as one output: product → locale → what may be shown now."""

import json

import pulumi

import pulumi_retention_messaging as retention

TEXTS = {
    "en-US": ("Keep your streak", "You are 12 days in. Tomorrow is day 13."),
    "de-DE": ("Bleib dran", "Du bist seit 12 Tagen dabei. Morgen ist Tag 13."),
}
PRODUCT = "com.example.monthly"

messages = {
    locale: retention.Message(f"stay-{locale}", header=header, body=body) for locale, (header, body) in TEXTS.items()
}
for locale, message in messages.items():
    retention.DefaultMessage(f"monthly-{locale}", product_id=PRODUCT, locale=locale, message=message)

# Give it to the server as an environment variable of a Lambda function, or as a variable of a Cloudflare Worker.
pulumi.export(
    "messages",
    pulumi.Output.all(**{locale: each.approved_identifier for locale, each in messages.items()}).apply(
        lambda approved: json.dumps({PRODUCT: approved})
    ),
)
