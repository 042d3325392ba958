import pulumi_retention_messaging as retention

hero = retention.Image("hero", path="hero.png")
retention.Message(
    "stay",
    header="Keep your streak",
    body="Tomorrow is day 13.",
    image=retention.MessageImageArgs(image=hero, alt_text="A mountain at sunrise"),
)
retention.RealtimeUrl("endpoint", url="https://retention.example.com/apple")
