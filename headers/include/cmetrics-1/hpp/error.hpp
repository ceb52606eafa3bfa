// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What went wrong, as a value and as an exception.
#ifndef CMETRICS_1_HPP_ERROR_HPP
#define CMETRICS_1_HPP_ERROR_HPP

#include "text.hpp"

#include <stdexcept>

namespace cmetrics {

/// The story of a failure: what, why, and what to do about it.
struct Failure {
    /// One of CMETRICS_INVALID_ARGUMENT, CMETRICS_CONFLICT and so on. An open set.
    std::int32_t code = CMETRICS_INTERNAL;
    /// Who can mend it: one of CMETRICS_CATEGORY_….
    std::int32_t category = 0;
    /// What was wrong, in one sentence that names the offender.
    std::string message;
    /// What to do about it; may be empty.
    std::string hint;
    /// The offending name, label or number by itself; may be empty.
    std::string subject;
    /// In a conflict, what was there before and who made it.
    std::string existing;
    /// In a conflict, what was asked for and by whom.
    std::string requested;

    /// Message, hint and both sides of a conflict in one text.
    std::string told() const {
        std::string text = message;
        if (!existing.empty()) {
            text += "; existing: " + existing + "; requested: " + requested;
        }
        if (!hint.empty()) {
            text += " (hint: " + hint + ")";
        }
        return text;
    }
};

#if CMETRICS_HAS_EXCEPTIONS
/// Thrown by every function that has a try_ form. what() is Failure::told().
class Error : public std::runtime_error {
  public:
    explicit Error(Failure failure) : std::runtime_error(failure.told()), failure_(std::move(failure)) {}

    const Failure &failure() const noexcept { return failure_; }
    std::int32_t code() const noexcept { return failure_.code; }
    std::int32_t category() const noexcept { return failure_.category; }
    const std::string &message() const noexcept { return failure_.message; }
    const std::string &hint() const noexcept { return failure_.hint; }
    const std::string &subject() const noexcept { return failure_.subject; }
    const std::string &existing() const noexcept { return failure_.existing; }
    const std::string &requested() const noexcept { return failure_.requested; }

  private:
    Failure failure_;
};
#endif

namespace detail {

/// Takes an error object over and tells its story. `error` may be NULL.
inline Failure take(const cmetrics_api_v1 *api, cmetrics_status status, cmetrics_error *error) {
    Failure failure;
    failure.code = status;
    auto info = sized<cmetrics_error_info>();
    if (error != nullptr && api->error->read(error, &info) == CMETRICS_OK) {
        failure.category = info.category;
        failure.message = view(info.message);
        failure.hint = view(info.hint);
        failure.subject = view(info.subject);
        failure.existing = view(info.existing);
        failure.requested = view(info.requested);
    }
    if (failure.message.empty()) {
        failure.message = "the library failed with status " + decimal(status);
    }
    api->error->release(error);
    return failure;
}

} // namespace detail
} // namespace cmetrics

#endif // CMETRICS_1_HPP_ERROR_HPP
