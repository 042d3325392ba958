"""Runs a Pulumi program against a resource monitor: started by the engine, in the program's own Python.

Arguments: the monitor's and the engine's address, project, stack, whether it is a preview, the program's folder.
The config comes in the variables that the CLI's language host sets.
"""

import asyncio
import logging
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

del sys.path[0]  # this file's folder is no part of the program

import pulumi  # noqa: E402
import pulumi.runtime  # noqa: E402

PARALLEL = 64  # as many registrations as the CLI's default of 16 allows


def main(monitor: str, project: str, stack: str, preview: str, folder: str) -> int:
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=monitor,
            engine=monitor,
            project=project,
            stack=stack,
            dry_run=preview == "preview",
            organization="organization",
            root_directory=folder,
        )
    )
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(PARALLEL))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: runpy.run_path(folder, run_name="__main__")))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except Exception:  # noqa: BLE001 - whatever the program raised is shown as the CLI shows it
        pulumi.log.error(f"Program failed with an unhandled exception:\n{traceback.format_exc()}")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
