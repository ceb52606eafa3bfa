// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "part.hpp"

#include <dlfcn.h>

#include "case.hpp"

namespace worker {
namespace {

struct Message {
    char text[4096] = {};
};

} // namespace

Part::Part(const worker_part *table) : table_(table) {
    if (table->version != WORKER_VERSION || table->struct_size < sizeof(worker_part)) {
        throw PartFailed("it speaks version " + std::to_string(table->version) + " of plugin.h; this host wants " +
                         std::to_string(WORKER_VERSION));
    }
}

Part Part::load(const std::string &file) {
    void *library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        throw PartFailed("cannot load the plugin " + file + ": " + dlerror());
    void *symbol = dlsym(library, WORKER_PART_SYMBOL);
    if (!symbol)
        throw PartFailed(file + " is no part of a worker: " + dlerror());
    try {
        return Part(reinterpret_cast<const worker_part *(*)()>(symbol)());
    } catch (const PartFailed &error) {
        throw PartFailed(file + ": " + error.what());
    }
}

worker_case_size Part::open(const std::string &folder) const {
    Message message;
    worker_case_size size{};
    const std::int32_t status = table_->open(folder.c_str(), &size, message.text, sizeof message.text);
    if (status != WORKER_OK)
        fail(status, message.text);
    return size;
}

std::int64_t Part::run_body(std::int32_t threads) const {
    Message message;
    const std::int64_t rows = table_->run_body(threads, message.text, sizeof message.text);
    if (rows < 0)
        fail(WORKER_FAILED, message.text);
    return rows;
}

bool Part::tail_row(std::int64_t row) const {
    Message message;
    const std::int32_t status = table_->tail_row(row, message.text, sizeof message.text);
    if (status < 0)
        fail(WORKER_FAILED, message.text);
    return status == 1;
}

void Part::fail(std::int64_t status, const char *message) const {
    if (status == WORKER_BAD_CASE)
        throw BadCase(message);
    throw PartFailed(language() + ": " + message);
}

} // namespace worker
