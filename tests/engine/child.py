"""The engine's child processes: the program, or its dynamic providers.

Arguments: `provider` and the engine's address, or that address, project, stack, and `preview` or `update`. The working
directory is the program's folder. The config comes in the variables that the CLI sets. Standard input is the engine's
hold: when it closes, the child ends.
"""

import asyncio
import logging
import os
import runpy
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FOLDER = str(Path.cwd())
sys.path[0] = FOLDER  # as `python -m` does; this file's folder is no part of the program

import pulumi  # noqa: E402 - as the program finds it
import pulumi.runtime  # noqa: E402

REGISTRATIONS = 64  # as many at a time as the CLI's `--parallel 16` allows


def end_with_the_engine() -> None:
    sys.stdin.read()
    time.sleep(1)  # what a killed engine had under way goes on for a while
    os._exit(1)


def run(address: str, project: str, stack: str, mode: str) -> int:
    def program() -> None:
        runpy.run_path(FOLDER, run_name="__main__")

    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    settings = pulumi.runtime.Settings(project, stack, monitor=address, engine=address, root_directory=FOLDER)
    settings.dry_run, settings.organization = mode == "preview", "organization"
    pulumi.runtime.configure(settings)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(REGISTRATIONS))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(program))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except Exception:  # noqa: BLE001 - whatever the program raised is shown as the CLI shows it
        pulumi.log.error(f"Program failed with an unhandled exception:\n{traceback.format_exc()}")
    else:
        return 0
    return 1


if __name__ == "__main__":
    threading.Thread(target=end_with_the_engine, daemon=True).start()
    if sys.argv[1] == "provider":
        del sys.argv[1]  # the CLI gives a provider the engine's address alone
        runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
    else:
        sys.exit(run(*sys.argv[1:]))
