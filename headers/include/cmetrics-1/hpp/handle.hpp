// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// One counted reference of the library.
#ifndef CMETRICS_1_HPP_HANDLE_HPP
#define CMETRICS_1_HPP_HANDLE_HPP

#include "library.hpp"

#include <functional>

namespace cmetrics::detail {

inline void retain(const cmetrics_api_v1 *api, cmetrics_metric *raw) noexcept { api->metric->retain(raw); }
inline void release(const cmetrics_api_v1 *api, cmetrics_metric *raw) noexcept { api->metric->release(raw); }
inline void retain(const cmetrics_api_v1 *api, cmetrics_registry *raw) noexcept { api->registry->retain(raw); }
inline void release(const cmetrics_api_v1 *api, cmetrics_registry *raw) noexcept { api->registry->release(raw); }
inline void retain(const cmetrics_api_v1 *api, cmetrics_client *raw) noexcept { api->client->retain(raw); }
inline void release(const cmetrics_api_v1 *api, cmetrics_client *raw) noexcept { api->client->release(raw); }
inline void retain(const cmetrics_api_v1 *api, cmetrics_collector *raw) noexcept { api->collector->retain(raw); }
inline void release(const cmetrics_api_v1 *api, cmetrics_collector *raw) noexcept { api->collector->release(raw); }

struct Lent {};
struct Taken {};

/// A handle: a copy retains, the destructor releases, what was moved from is NULL. It belongs to the table that made it.
template <typename Raw>
class Handle {
  public:
    Handle() noexcept : Handle(noop(), nullptr) {}
    /// Takes one reference over.
    Handle(const cmetrics_api_v1 *api, Raw *raw) noexcept : api_(api), raw_(raw), owned_(true) {}
    Handle(const Handle &other) noexcept : Handle(other.api_, other.raw_) { retain(api_, raw_); }
    Handle(Handle &&other) noexcept : Handle(other.api_, other.raw_) {
        if (other.owned_) {
            other.raw_ = nullptr;
        } else {
            retain(api_, raw_);
        }
    }
    Handle &operator=(Handle other) noexcept {
        std::swap(api_, other.api_);
        std::swap(raw_, other.raw_);
        std::swap(owned_, other.owned_);
        return *this;
    }
    ~Handle() {
        if (owned_ && raw_ != nullptr) {
            release(api_, raw_);
        }
    }
    /// The same without a reference of its own, for as long as `from` lives. What is copied or moved from it has one.
    Handle(const Handle &from, Lent) noexcept : api_(from.api_), raw_(from.raw_), owned_(false) {}
    /// The same in the place of `from`, whether that had a reference or not.
    Handle(Handle &&from, Taken) noexcept
        : api_(from.api_), raw_(from.raw_), owned_(std::exchange(from.owned_, false)) {}

    const cmetrics_api_v1 *api() const noexcept { return api_; }
    Raw *raw() const noexcept { return raw_; }
    bool operator==(const Handle &other) const noexcept { return raw_ == other.raw_; }
    bool operator!=(const Handle &other) const noexcept { return raw_ != other.raw_; }

  private:
    const cmetrics_api_v1 *api_;
    Raw *raw_;
    bool owned_;
};

/// Calls a slot with a place for an error.
template <typename Call>
Result<void> attempt(const cmetrics_api_v1 *api, Call call) {
    cmetrics_error *error = nullptr;
    const cmetrics_status status = call(&error);
    if (status == CMETRICS_OK) {
        return {};
    }
    return take(api, status, error);
}

} // namespace cmetrics::detail

#endif // CMETRICS_1_HPP_HANDLE_HPP
