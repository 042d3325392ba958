"""A message with bullet points and icons, from a component that makes one per language."""

import pulumi

import pulumi_retention_messaging as retention

# Header and body of each language, and its bullet points: each a text, and what a screen reader says of the icon
TEXTS = {
    "en": (
        "Here is what you would miss",
        "Cancel any time; your subscription runs until the end of the period you paid for.",
    ),
    "de": (
        "Das würde dir fehlen",
        "Kündigen geht jederzeit; dein Abo läuft bis zum Ende des bezahlten Zeitraums.",
    ),
}
POINTS = {
    "en": {
        "streak": ("Your streak of 12 days", "A flame"),
        "offline": ("Lessons without a connection", "An arrow into a tray"),
        "family": ("Room for the whole family", "Two people"),
    },
    "de": {
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
                    header=header,
                    body=body,
                    bullet_points=[
                        retention.BulletPointArgs(text=text, image=icons[icon], alt_text=alt_text)
                        for icon, (text, alt_text) in POINTS[language].items()
                    ],
                ),
                opts=child,
            )
            for language, (header, body) in TEXTS.items()
        }
        self.register_outputs({})


benefits = Benefits("benefits")
pulumi.export("messages", {language: m.approved_identifier for language, m in benefits.messages.items()})
