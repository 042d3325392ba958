import json
import os

from empty import Nothing  # type: ignore[import-not-found]

props = dict.fromkeys(json.loads(os.environ["OUTPUTS"])) | json.loads(os.environ["INPUTS"])
for number in range(int(os.environ["COUNT"])):
    Nothing(f"stay-{number}", {**props, "header": os.environ["HEADER"]})
