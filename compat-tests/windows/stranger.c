// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Another project's cmetrics.dll: without our export, or, with NULL_CARD, NEAR_CARD or FAR_CARD, with one of that name.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

__declspec(dllexport) int count_metrics(void) {
    return 0;
}

#if defined(NULL_CARD)
__declspec(dllexport) const void *cmetrics_get_api(uint32_t version) {
    (void)version;
    return NULL;
}
#elif defined(NEAR_CARD)
// The last eight bytes of readable memory: whoever reads on is ended.
__declspec(dllexport) const void *cmetrics_get_api(uint32_t version) {
    static char *pages;
    DWORD old;
    (void)version;
    if (pages == NULL) {
        pages = VirtualAlloc(NULL, 8192, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
        if (pages == NULL || !VirtualProtect(pages + 4096, 4096, PAGE_NOACCESS, &old))
            abort();
        memset(pages, 0xff, 4096);
    }
    return pages + 4088;
}
#elif defined(FAR_CARD)
__declspec(dllexport) const void *cmetrics_get_api(uint32_t version) {
    (void)version;
    return (const void *)(uintptr_t)0x10;
}
#endif
