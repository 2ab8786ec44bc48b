"""Reads files of tab-separated values with pandas and gives users and items numbers, as an import must."""

import csv
import json
import os
import sys

import pandas
from peak_memory import peak_memory_bytes

for file in sys.argv[1:]:
    frame = pandas.read_csv(file, sep="\t", quoting=csv.QUOTE_NONE)
    for column in ("user_id", "item_id"):
        if column in frame:
            pandas.factorize(frame[column])

with open(os.environ["USAGE_FILE"], "w") as usage:
    json.dump({"peakMemoryBytes": peak_memory_bytes()}, usage)
