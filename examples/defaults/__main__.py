"""Several products and locales that share messages."""

import pulumi

import pulumi_retention_messaging as retention

PRODUCTS = ("com.example.monthly", "com.example.yearly")

TEXTS = {
    "en": ("Keep your streak", "You are 12 days in. Stay, and tomorrow is day 13."),
    "de": ("Bleib dran", "Du bist seit 12 Tagen dabei. Morgen ist Tag 13."),
    "fr": ("Garde le rythme", "12 jours d'affilée. Demain, ce sera le treizième."),
}

# App Store locales, each with the language that it is shown: whoever has no default here reads nothing
LOCALES = {"en-US": "en", "en-GB": "en", "de-DE": "de", "fr-FR": "fr", "fr-CA": "fr"}

messages = {
    language: retention.Message(f"stay-{language}", header=header, body=body)
    for language, (header, body) in TEXTS.items()
}

for product in PRODUCTS:
    for locale, language in LOCALES.items():
        retention.DefaultMessage(
            f"{product.rsplit('.', 1)[-1]}-{locale}", product_id=product, locale=locale, message=messages[language]
        )

pulumi.export("shown", {language: message.approved_identifier for language, message in messages.items()})
