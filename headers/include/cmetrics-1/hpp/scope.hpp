// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Makes another root this thread's root, for tests.
#ifndef CMETRICS_1_HPP_SCOPE_HPP
#define CMETRICS_1_HPP_SCOPE_HPP

#include "registry.hpp"

namespace cmetrics {

/// While it lives, root() on this thread, in any language, gives the root of its registry. Scopes nest, and end on the
/// thread that began them, in reverse order.
class [[nodiscard]] Scope {
  public:
    static Result<Scope> try_enter(const Registry &registry) {
        const cmetrics_api_v1 *api = registry.api();
        auto entered = detail::attempt(api, [&](cmetrics_error **error) {
            return api->registry->scope_enter(api, registry.raw(), error);
        });
        if (!entered) {
            return entered.error();
        }
        return Scope(api);
    }
#if CMETRICS_HAS_EXCEPTIONS
    explicit Scope(const Registry &registry) : Scope(try_enter(registry).value()) {}
#endif
    Scope(Scope &&other) noexcept : api_(std::exchange(other.api_, nullptr)) {}
    Scope &operator=(Scope &&) = delete;
    ~Scope() {
        if (api_ != nullptr) {
            api_->registry->scope_leave(api_);
        }
    }

  private:
    explicit Scope(const cmetrics_api_v1 *api) noexcept : api_(api) {}
    const cmetrics_api_v1 *api_;
};

} // namespace cmetrics

#endif // CMETRICS_1_HPP_SCOPE_HPP
