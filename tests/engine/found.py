"""The engines that are here, and a place to try them: acceptance tests and the demo run on any of them."""

from engine.engines import CHECKOUT, MISSING, STAND_IN, Engine, best, engines, pulumi_cli
from engine.workspace import Result, Workspace

__all__ = ["CHECKOUT", "MISSING", "STAND_IN", "Engine", "Result", "Workspace", "best", "engines", "pulumi_cli"]
