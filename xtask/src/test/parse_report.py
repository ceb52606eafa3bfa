# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reads a report with prometheus_client's parser and holds what it found against the report's own lines."""

import sys

from prometheus_client.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
lines = [line for line in text.split("\n") if line and not line.startswith("#")]
samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
names = [line.replace("{", " ", 1).split(" ", 1)[0] for line in lines]
if not lines:
    sys.exit("the report has no sample")
if [sample.name for sample in samples] != names:
    sys.exit(f"{len(lines)} lines, {len(samples)} samples, or not the same names in the same order")
wrong = [line for line, sample in zip(lines, samples) if repr(float(line.rsplit(" ", 1)[1])) != repr(sample.value)]
if wrong:
    sys.exit(f"read as another number: {wrong[0]}")
print(f"{len(samples)} samples")
