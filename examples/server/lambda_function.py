"""
A real-time server as an AWS Lambda function behind a function URL: Apple asks, it answers with an approved message.

Needs `app-store-server-library`, and these environment variables:

- MESSAGES: the output `messages` of the program beside this file
- BUNDLE_ID, APP_APPLE_ID: the app
- ENVIRONMENT: `Sandbox` or `Production`
- ROOT_CERTIFICATE: a file with Apple Root CA - G3, in DER, from https://www.apple.com/certificateauthority/
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier, VerificationException


@cache
def verifier() -> SignedDataVerifier:
    """Of Apple's signature. Online checks take longer than Apple waits for an answer."""
    return SignedDataVerifier(
        [Path(os.environ["ROOT_CERTIFICATE"]).read_bytes()],
        enable_online_checks=False,
        environment=Environment(os.environ["ENVIRONMENT"]),
        bundle_id=os.environ["BUNDLE_ID"],
        app_apple_id=int(os.environ["APP_APPLE_ID"]),
    )


def lambda_handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer within Apple's 700 ms, or with an error, at which Apple shows the default message."""
    if event["requestContext"]["http"]["method"] != "POST":
        return {"statusCode": 405, "headers": {"Allow": "POST"}}
    try:
        asked = verifier().verify_and_decode_realtime_request(json.loads(event["body"])["signedPayload"])
    except (KeyError, TypeError, ValueError, VerificationException):
        return {"statusCode": 400}
    identifier = json.loads(os.environ["MESSAGES"]).get(asked.productId, {}).get(asked.userLocale)
    if not identifier:
        return {"statusCode": 404}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"message": {"messageIdentifier": identifier}}),
    }
