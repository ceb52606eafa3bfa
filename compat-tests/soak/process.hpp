// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

// What Linux says of this process.
#ifndef CMETRICS_SOAK_PROCESS_HPP
#define CMETRICS_SOAK_PROCESS_HPP

#include <dirent.h>
#include <fstream>
#include <string>

namespace soak {

struct Process {
    /// Resident memory, and what of it no file backs, in KiB.
    long resident = 0, anonymous = 0;
    /// Threads, and open descriptors without the one that counts them.
    long threads = 0, descriptors = 0;
};

inline Process look_at_process() {
    Process seen;
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmRSS:") {
            status >> seen.resident;
        } else if (word == "RssAnon:") {
            status >> seen.anonymous;
        } else if (word == "Threads:") {
            status >> seen.threads;
        }
    }
    status.close();
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
