// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What Linux says of this process.
#ifndef CMETRICS_SOAK_PROCESS_HPP
#define CMETRICS_SOAK_PROCESS_HPP

#include <dirent.h>
#include <fstream>
#include <malloc.h>
#include <string>

namespace soak {

struct Process {
    /// Resident memory in KiB: as it is, and when the C library has given back what nobody uses. It keeps some for each of
    /// the threads that ever allocated.
    long resident = 0, trimmed = 0;
    /// What is allocated and not freed, in KiB, as the C library counts; 0 where it does not.
    long allocated = 0;
    /// Threads, and open descriptors without the one that counts them.
    long threads = 0, descriptors = 0;
};

/// The number that stands after a word in this process's status.
inline long status_of(const std::string &wanted) {
    std::ifstream status("/proc/self/status");
    long number = 0;
    for (std::string word; status >> word;) {
        if (word == wanted) {
            status >> number;
        }
    }
    return number;
}

inline Process look_at_process() {
    Process seen;
    seen.threads = status_of("Threads:");
    seen.resident = seen.trimmed = status_of("VmRSS:");
#if defined(__GLIBC__)
    malloc_trim(0);
    seen.trimmed = status_of("VmRSS:");
#endif
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    const struct mallinfo2 heap = mallinfo2();
    seen.allocated = static_cast<long>((heap.uordblks + heap.hblkhd) / 1024);
#endif
    if (DIR *folder = opendir("/proc/self/fd")) {
        while (const dirent *entry = readdir(folder)) {
            seen.descriptors += entry->d_name[0] == '.' ? 0 : 1;
        }
        closedir(folder);
        --seen.descriptors;
    }
    return seen;
}

} // namespace soak

#endif // CMETRICS_SOAK_PROCESS_HPP
