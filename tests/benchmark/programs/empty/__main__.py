import json
import os

from empty import Nothing  # type: ignore[import-not-found]

inputs = json.loads(os.environ["INPUTS"])
for number in range(int(os.environ["COUNT"])):
    Nothing(f"stay-{number}", {**inputs, "header": os.environ["HEADER"]})
