"""A message with bullet points and icons, from a component that makes one per language."""

import pulumi

import pulumi_retention_messaging as retention

TEXTS = {
    "en": {
        "header": "Here is what you would miss",
        "body": "Cancel any time; your subscription runs until the end of the period you paid for.",
        "streak": ("Your streak of 12 days", "A flame"),
        "offline": ("Lessons without a connection", "An arrow into a tray"),
        "family": ("Room for the whole family", "Two people"),
    },
    "de": {
        "header": "Das würde dir fehlen",
        "body": "Kündigen geht jederzeit; dein Abo läuft bis zum Ende des bezahlten Zeitraums.",
        "streak": ("Deine Serie von 12 Tagen", "Eine Flamme"),
        "offline": ("Lektionen ohne Verbindung", "Ein Pfeil in eine Ablage"),
        "family": ("Platz für die ganze Familie", "Zwei Menschen"),
    },
}


class Benefits(pulumi.ComponentResource):
    """One message per language, all with the same icons."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("example:retention:Benefits", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        icons = {
            icon: retention.Image(f"{name}-{icon}", path=f"images/{icon}.png", opts=child)
            for icon in ("streak", "offline", "family")
        }
        self.messages = {
            language: retention.Message(
                f"{name}-{language}",
                retention.MessageArgs(
                    header=texts["header"],
                    body=texts["body"],
                    bullet_points=[
                        retention.BulletPointArgs(text=texts[icon][0], image=image, alt_text=texts[icon][1])
                        for icon, image in icons.items()
                    ],
                ),
                opts=child,
            )
            for language, texts in TEXTS.items()
        }
        self.register_outputs({})


benefits = Benefits("benefits")
pulumi.export("messages", {language: m.approved_identifier for language, m in benefits.messages.items()})
