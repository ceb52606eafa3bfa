# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The command ``cmetrics``: what it finds, what it reads, and how it says so."""
