// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// bcryptprimitives.dll, which Wine 8 lacks and Rust's standard library needs: its one function that is used. It is put
// beside the programs under Wine alone.

#include <windows.h>

#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T len) {
    return RtlGenRandom(bytes, (ULONG)len);
}
