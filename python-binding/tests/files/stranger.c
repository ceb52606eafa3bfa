/* SPDX-FileCopyrightText: The cmetrics authors */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A library of another project that happens to have our file name. */

int cmt_initialize(void) { return 0; }
