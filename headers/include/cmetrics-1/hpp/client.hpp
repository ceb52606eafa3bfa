// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Who acts, and the root.
#ifndef CMETRICS_1_HPP_CLIENT_HPP
#define CMETRICS_1_HPP_CLIENT_HPP

#include "registry.hpp"

namespace cmetrics {

namespace detail {

/// Which table is for a root that the library gave: a test kit's, where a recorder's registry is this thread's root.
using TableOf = const cmetrics_api_v1 *(*)(const cmetrics_api_v1 *api, cmetrics_registry *root);

CMETRICS_LOCAL inline std::atomic<TableOf> &table_of() noexcept {
    static std::atomic<TableOf> hook{nullptr};
    return hook;
}

inline Handle<cmetrics_registry> root_of(const cmetrics_api_v1 *api) {
    cmetrics_registry *root = api->registry->root(api);
    const TableOf hook = table_of().load(std::memory_order_acquire);
    return {hook == nullptr ? api : hook(api, root), root};
}

} // namespace detail

/// A part of the process that acts on metrics: a program, an engine, a plugin. It is named in conflicts and owns its
/// collectors. A plugin makes one, and closes it before its code is unloaded.
class Client {
  public:
    /// Where there is no library, it keeps nothing, and a warning tells.
    explicit Client(std::string_view name, std::string_view version = {}, std::string_view file = {})
        : Client(open(detail::load_or_noop(), name, version, file)) {}

    /// Fails where there is no library, with the places that were looked at, and where a text is not fit.
    static Result<Client> try_open(std::string_view name, std::string_view version = {}, std::string_view file = {}) {
        auto loaded = detail::load();
        if (!loaded) {
            return loaded.error();
        }
        return try_open_on(*loaded, name, version, file);
    }

    /// The root registry of this process, or the one whose scope this thread entered.
    Registry root() const { return {detail::root_of(api()), handle_}; }
    /// A new root of its own, for tests.
    Result<Registry> try_isolated() const { return Registry::isolated_on(api(), handle_); }
#if CMETRICS_HAS_EXCEPTIONS
    Registry isolated() const { return try_isolated().value(); }
#endif

    /// Removes its collectors and waits until none of them runs. Its metrics stay; creating with it fails from now on.
    void close() const noexcept { api()->client->close(handle_.raw()); }

    const cmetrics_api_v1 *api() const noexcept { return handle_.api(); }
    cmetrics_client *raw() const noexcept { return handle_.raw(); }

  private:
    explicit Client(detail::Handle<cmetrics_client> handle) noexcept : handle_(std::move(handle)) {}

    static Result<Client> try_open_on(const cmetrics_api_v1 *api, std::string_view name, std::string_view version,
                                      std::string_view file) {
        auto desc = detail::sized<cmetrics_client_desc>();
        desc.name = detail::lend(name);
        desc.version = detail::lend(version);
        desc.language = detail::lend(std::string_view("c++"));
        desc.file = detail::lend(file);
        cmetrics_client *raw = nullptr;
        auto opened =
            detail::attempt(api, [&](cmetrics_error **error) { return api->client->open(api, &desc, &raw, error); });
        if (!opened) {
            return opened.error();
        }
        return Client(detail::Handle<cmetrics_client>(api, raw));
    }

    static detail::Handle<cmetrics_client> open(const cmetrics_api_v1 *api, std::string_view name,
                                                std::string_view version, std::string_view file) {
        auto opened = try_open_on(api, name, version, file);
        if (!opened) {
            detail::warn_once(opened.error().told() + "; acting without a name");
            return {api, nullptr};
        }
        return opened->handle_;
    }

    detail::Handle<cmetrics_client> handle_;
};

namespace detail {

/// Who acts where nobody was named: this program. Kept for ever, since code may run after any destructor.
CMETRICS_LOCAL inline const Client &this_program() {
    static const Client *client = new Client(program_name());
    return *client;
}

} // namespace detail

/// The root registry of this process, or the one whose scope this thread entered, for this program to make things in.
/// Where there is no library it keeps nothing: a warning tells once, and the next call searches again.
inline Registry root() {
    const cmetrics_api_v1 *api = detail::load_or_noop();
    return api == detail::noop() ? Registry({api, api->registry->root(api)}, {}) : detail::this_program().root();
}

/// The root registry, or which places were looked at in vain.
inline Result<Registry> try_root() {
    auto loaded = detail::load();
    if (!loaded) {
        return loaded.error();
    }
    return root();
}

/// The report of the whole process at normal verbosity.
inline std::string render() {
    auto text = root().try_render();
    return text ? *text : std::string();
}

/// The media type of a report, for an HTTP Content-Type.
inline std::string_view content_type() {
    const cmetrics_api_v1 *api = detail::load_or_noop();
    cmetrics_text text{};
    api->registry->content_type(api, CMETRICS_FORMAT_PROMETHEUS_TEXT, &text);
    return detail::view(text);
}

} // namespace cmetrics

#endif // CMETRICS_1_HPP_CLIENT_HPP
