import pulumi_retention_messaging as retention

hero = retention.Image("an image", path="hero.png")
icon = retention.Image("an icon", path="icon.png")
text = retention.Message("a message of text", header="Keep your streak", body="Your friends are still here.")
retention.Message(
    "a message with everything",
    header="Keep your streak. ".ljust(66, "."),
    body="Your friends are still here. ".ljust(144, "."),
    image=retention.MessageImageArgs(image=hero, alt_text="A mountain at sunrise".ljust(150, ".")),
    bullet_points=[
        retention.BulletPointArgs(
            text=f"Reason {number} ".ljust(66, "."), image=icon, alt_text="A flame".ljust(150, ".")
        )
        for number in range(5)
    ],
)
retention.DefaultMessage("a default", product_id="com.example.monthly", locale="en-US", message=text)
