"""Two apps of one account in one program: an In-App Purchase key is for all apps of its account."""

import pulumi

import pulumi_retention_messaging as retention

# Bundle id → the app's subscription. The stack's own app is the one that resources without bundle_id belong to.
APPS = {"com.example.app": "com.example.app.monthly", "com.example.other": "com.example.other.monthly"}

shown = {}
for bundle_id, product in APPS.items():
    app = bundle_id.rsplit(".", 1)[-1]
    stay = retention.Message(
        f"stay-{app}",
        header="Keep your streak",
        body="You are 12 days in. Tomorrow is day 13.",
        bundle_id=bundle_id,
    )
    retention.DefaultMessage(f"monthly-{app}", product_id=product, locale="en-US", message=stay, bundle_id=bundle_id)
    shown[bundle_id] = stay.approved_identifier

pulumi.export("shown", shown)
