"""Two messages with pictures, the products that show them, and the URL that Apple asks in real time."""

import pulumi

import pulumi_retention_messaging as retention

hero = retention.Image("hero", path="images/hero.png")
moon = retention.Image("moon", path="images/pause.png")

stay = retention.Message(
    "stay-en",
    header="Keep your streak",
    body="You are 12 days in. Stay, and tomorrow is day 13.",
    image=retention.MessageImageArgs(image=hero, alt_text="A mountain at sunrise"),
)
pause = retention.Message(
    "pause-en",
    header="Need a break?",
    body="Your plan, your notes and your streak will wait for you.",
    image=retention.MessageImageArgs(image=moon, alt_text="A quiet night by the sea"),
)

retention.DefaultMessage("monthly-en", product_id="com.example.monthly", locale="en-US", message=stay)
retention.DefaultMessage("yearly-en", product_id="com.example.yearly", locale="en-US", message=pause)
retention.RealtimeUrl("endpoint", url=pulumi.Config().require("realtimeUrl"))

# What a server answers with, and what may be shown now: never a message that waits for Apple's review.
pulumi.export("stay", stay.approved_identifier)
pulumi.export("pause", pause.approved_identifier)
pulumi.export("states", {"stay": stay.message_state, "pause": pause.message_state})
