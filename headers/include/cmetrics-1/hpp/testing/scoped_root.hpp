// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A root for the length of a test.
#ifndef CMETRICS_1_HPP_TESTING_SCOPED_ROOT_HPP
#define CMETRICS_1_HPP_TESTING_SCOPED_ROOT_HPP

#include "../../cmetrics.hpp"

namespace cmetrics::testing {

/// A new root that is this thread's root while it lives: whoever asks for the root on this thread, in any language,
/// gets it. Scoped roots nest, and end on the thread that began them, in reverse order. It is a registry itself.
class [[nodiscard]] ScopedRoot : public Registry {
  public:
    static Result<ScopedRoot> try_make() {
        auto root = Registry::try_isolated();
        if (!root) {
            return root.error();
        }
        auto scope = Scope::try_enter(*root);
        if (!scope) {
            return scope.error();
        }
        return ScopedRoot(*std::move(root), *std::move(scope));
    }
#if CMETRICS_HAS_EXCEPTIONS
    ScopedRoot() : ScopedRoot(try_make().value()) {}
#endif
    ScopedRoot(ScopedRoot &&) = default;
    ScopedRoot &operator=(ScopedRoot &&) = delete;

  private:
    ScopedRoot(Registry root, Scope scope) : Registry(std::move(root)), scope_(std::move(scope)) {}

    Scope scope_;
};

} // namespace cmetrics::testing

#endif // CMETRICS_1_HPP_TESTING_SCOPED_ROOT_HPP
