"""
Apple's Retention Messaging API as Pulumi resources.

https://developer.apple.com/documentation/retentionmessaging
"""

from pulumi_retention_messaging.default_message import DefaultMessage, DefaultMessageArgs
from pulumi_retention_messaging.image import Image, ImageArgs
from pulumi_retention_messaging.look_ups import get_default_message, get_realtime_url, list_images, list_messages
from pulumi_retention_messaging.message import (
    BulletPointArgs,
    BulletPointArgsDict,
    HeaderPosition,
    Message,
    MessageArgs,
    MessageImageArgs,
    MessageImageArgsDict,
)
from pulumi_retention_messaging.performance_test import PerformanceTest, PerformanceTestArgs
from pulumi_retention_messaging.realtime_url import RealtimeUrl, RealtimeUrlArgs
from retention_messaging_provider.rules import NOT_TOLD

__all__ = [
    "NOT_TOLD",
    "BulletPointArgs",
    "BulletPointArgsDict",
    "DefaultMessage",
    "DefaultMessageArgs",
    "HeaderPosition",
    "Image",
    "ImageArgs",
    "Message",
    "MessageArgs",
    "MessageImageArgs",
    "MessageImageArgsDict",
    "PerformanceTest",
    "PerformanceTestArgs",
    "RealtimeUrl",
    "RealtimeUrlArgs",
    "get_default_message",
    "get_realtime_url",
    "list_images",
    "list_messages",
]
