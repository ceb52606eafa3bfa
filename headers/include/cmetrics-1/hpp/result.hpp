// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What a try_ function gives: a value, or why there is none. It has the words of std::expected<T, Failure>, and where
// the compiler has that (__cpp_lib_expected), each converts to the other.
#ifndef CMETRICS_1_HPP_RESULT_HPP
#define CMETRICS_1_HPP_RESULT_HPP

#include "error.hpp"

#include <cstdlib>
#include <functional>
#include <optional>

#if defined(__has_include)
#if __has_include(<version>)
#include <version>
#endif
#endif
#if defined(__cpp_lib_expected)
#include <expected>
#endif

namespace cmetrics {

template <typename T>
class Result;

namespace detail {

/// Who asks a failed result for its value gets Error, or ends the program where exceptions are off.
[[noreturn]] inline void fail(const Failure &failure) {
#if CMETRICS_HAS_EXCEPTIONS
    throw Error(failure);
#else
    static_cast<void>(failure);
    std::abort();
#endif
}

/// A result of what a callable gives, which may be nothing.
template <typename Call, typename... Args>
using ResultOf = Result<std::decay_t<std::invoke_result_t<Call, Args...>>>;

template <typename Call, typename... Args>
ResultOf<Call, Args...> result_of(Call &&call, Args &&...args) {
    if constexpr (std::is_void_v<std::invoke_result_t<Call, Args...>>) {
        std::invoke(std::forward<Call>(call), std::forward<Args>(args)...);
        return {};
    } else {
        return std::invoke(std::forward<Call>(call), std::forward<Args>(args)...);
    }
}

} // namespace detail

/// A value, or why there is none.
template <typename T>
class [[nodiscard]] Result {
  public:
    using value_type = T;
    using error_type = Failure;

    Result(T value) : value_(std::move(value)) {}
    Result(Failure failure) : failure_(std::move(failure)) {}
#if defined(__cpp_lib_expected)
    Result(std::expected<T, Failure> from) {
        if (from) {
            value_.emplace(*std::move(from));
        } else {
            failure_ = std::move(from).error();
        }
    }
    operator std::expected<T, Failure>() const & { return Result(*this).to_expected(); }
    operator std::expected<T, Failure>() && { return std::move(*this).to_expected(); }
    /// The same as the standard's type.
    std::expected<T, Failure> to_expected() && {
        if (ok()) {
            return *std::move(value_);
        }
        return std::unexpected(std::move(failure_));
    }
#endif

    /// Is there a value?
    bool ok() const noexcept { return value_.has_value(); }
    bool has_value() const noexcept { return ok(); }
    explicit operator bool() const noexcept { return ok(); }

    /// The value. Where there is none: throws Error, or ends the program where exceptions are off.
    T &value() & { return check(), *value_; }
    const T &value() const & { return check(), *value_; }
    T &&value() && { return check(), std::move(*value_); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }
    /// The value, or `other`.
    template <typename Other>
    T value_or(Other &&other) const & {
        return ok() ? *value_ : static_cast<T>(std::forward<Other>(other));
    }
    template <typename Other>
    T value_or(Other &&other) && {
        return ok() ? std::move(*value_) : static_cast<T>(std::forward<Other>(other));
    }

    /// Why there is no value; an empty story where there is one.
    const Failure &error() const & noexcept { return failure_; }
    Failure &&error() && noexcept { return std::move(failure_); }

    /// What `call(value)` gives, a Result itself; or the same failure.
    template <typename Call>
    auto and_then(Call &&call) const & -> std::decay_t<std::invoke_result_t<Call, const T &>> {
        if (ok()) {
            return std::invoke(std::forward<Call>(call), *value_);
        }
        return failure_;
    }
    template <typename Call>
    auto and_then(Call &&call) && -> std::decay_t<std::invoke_result_t<Call, T &&>> {
        if (ok()) {
            return std::invoke(std::forward<Call>(call), std::move(*value_));
        }
        return std::move(failure_);
    }
    /// A Result of what `call(value)` gives, which may be nothing; or the same failure.
    template <typename Call>
    detail::ResultOf<Call, const T &> transform(Call &&call) const & {
        if (ok()) {
            return detail::result_of(std::forward<Call>(call), *value_);
        }
        return failure_;
    }
    template <typename Call>
    detail::ResultOf<Call, T> transform(Call &&call) && {
        if (ok()) {
            return detail::result_of(std::forward<Call>(call), std::move(*value_));
        }
        return std::move(failure_);
    }
    /// The same value; or what `call(failure)` gives, a Result itself.
    template <typename Call>
    Result or_else(Call &&call) const & {
        return ok() ? *this : Result(std::invoke(std::forward<Call>(call), failure_));
    }
    template <typename Call>
    Result or_else(Call &&call) && {
        return ok() ? std::move(*this) : Result(std::invoke(std::forward<Call>(call), std::move(failure_)));
    }

  private:
    void check() const {
        if (!ok()) {
            detail::fail(failure_);
        }
    }

    std::optional<T> value_;
    Failure failure_{};
};

/// Whether something was done, or why not.
template <>
class [[nodiscard]] Result<void> {
  public:
    using value_type = void;
    using error_type = Failure;

    Result() = default;
    Result(Failure failure) : failure_(std::move(failure)) {}
#if defined(__cpp_lib_expected)
    Result(std::expected<void, Failure> from) {
        if (!from) {
            failure_ = std::move(from).error();
        }
    }
    operator std::expected<void, Failure>() const { return to_expected(); }
    /// The same as the standard's type.
    std::expected<void, Failure> to_expected() const {
        if (failure_) {
            return std::unexpected(*failure_);
        }
        return {};
    }
#endif

    bool ok() const noexcept { return !failure_; }
    bool has_value() const noexcept { return ok(); }
    explicit operator bool() const noexcept { return ok(); }
    /// Where it failed: throws Error, or ends the program where exceptions are off.
    void value() const {
        if (failure_) {
            detail::fail(*failure_);
        }
    }
    /// Why it failed. Only where it did.
    const Failure &error() const noexcept { return *failure_; }

    /// What `call()` gives, a Result itself; or the same failure.
    template <typename Call>
    auto and_then(Call &&call) const -> std::decay_t<std::invoke_result_t<Call>> {
        if (failure_) {
            return *failure_;
        }
        return std::invoke(std::forward<Call>(call));
    }
    /// A Result of what `call()` gives, which may be nothing; or the same failure.
    template <typename Call>
    detail::ResultOf<Call> transform(Call &&call) const {
        if (failure_) {
            return *failure_;
        }
        return detail::result_of(std::forward<Call>(call));
    }
    /// Itself; or what `call(failure)` gives, a Result itself.
    template <typename Call>
    Result or_else(Call &&call) const {
        return failure_ ? Result(std::invoke(std::forward<Call>(call), *failure_)) : *this;
    }

  private:
    std::optional<Failure> failure_;
};

} // namespace cmetrics

#endif // CMETRICS_1_HPP_RESULT_HPP
