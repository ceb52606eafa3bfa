// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The metrics that a family made, by their label values. A hit takes no lock, allocates nothing, and writes to nothing
// that another thread writes to: it pins the table, walks it, and pins the entry that it found instead. Tables only
// grow until they are replaced by one of the members that are still there; then the old one, and the entries that it
// alone had, are freed once nobody has pinned them.
#ifndef CMETRICS_1_HPP_MEMBERS_HPP
#define CMETRICS_1_HPP_MEMBERS_HPP

#include "metric.hpp"
#include "pin.hpp"

#include <memory>
#include <mutex>

namespace cmetrics {

/// A metric of a family as `with` lends it, to be used in one statement: errors.with("io").inc(). To keep it, say so:
/// cmetrics::Counter io = errors.with("io"). While it lives, the family keeps what it lends.
template <typename M>
class Member : public M {
  public:
    /// `lender` lives while it is pinned.
    Member(const M &lender, detail::Pin pin) noexcept : M(lender, detail::Lent()), pin_(std::move(pin)) {}
    explicit Member(M own) noexcept : M(std::move(own)) {}
    Member(Member &&other) noexcept : M(static_cast<M &&>(other), detail::Taken()), pin_(std::move(other.pin_)) {}

  private:
    detail::Pin pin_;
};

namespace detail {

/// Label values that are looked for, with their hash, which is not 0.
struct Wanted {
    const std::string_view *values;
    std::size_t n;
    std::uint64_t hash = 0;
    std::size_t length = 0;

    Wanted(const std::string_view *all, std::size_t count) noexcept : values(all), n(count), length(count) {
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint64_t one = std::hash<std::string_view>()(values[i]);
            hash = ((hash << 23) | (hash >> 41)) ^ (one * 0x9e3779b97f4a7c15u);
            length += values[i].size();
        }
        hash = (hash ^ (hash >> 32)) | (std::uint64_t(1) << 63);
    }
    /// The values with a byte after each that UTF-8 never has.
    std::string key() const {
        std::string key;
        key.reserve(length);
        for (std::size_t i = 0; i < n; ++i) {
            key.append(values[i]).push_back('\xff');
        }
        return key;
    }
    /// Where the lengths agree there are as many bytes between the values as ends in the key; so they are the ends.
    bool is(const std::string &key) const noexcept {
        if (key.size() != length) {
            return false;
        }
        const char *at = key.data();
        for (std::size_t i = 0; i < n; ++i) {
            if (std::string_view(at, values[i].size()) != values[i]) {
                return false;
            }
            at += values[i].size() + 1;
        }
        return true;
    }
};

template <typename M>
class Members {
  public:
    Members() : table_(new Table(0, least)) {}
    Members(const Members &) = delete;
    ~Members() {
        // Who had pinned something had borrowed the family.
        const std::unique_ptr<Table> last(table_.load());
        last->each([](std::uint64_t, Entry *entry) { delete entry; });
    }

    /// The usable member of these values; where it is not there, or cannot be pinned, what `make` makes.
    template <typename Made, typename Make>
    Made find(const Wanted &wanted, Make make) const {
        const Table *table = table_.load(std::memory_order_acquire);
        for (;;) {
            Pin pin(table);
            // See pin.hpp.
            const Table *now = table_.load(std::memory_order_seq_cst);
            if (pin && now != table) {
                table = now;
                continue;
            }
            if (const Entry *entry = pin ? table->find(wanted, usable) : nullptr) {
                pin.narrow(entry);
                return Member<M>(entry->member, std::move(pin));
            }
            break;
        }
        return make();
    }

    /// Remembers a member, unless a usable one is there, or another thread is at work here: nobody waits.
    void insert(const Wanted &wanted, const M &member) {
        Garbage garbage; // freed after the lock: that calls the library
        const std::unique_lock<std::mutex> lock(guard_, std::try_to_lock);
        if (!lock || !usable(member) || present()->find(wanted, usable) != nullptr) {
            return;
        }
        removed_ += present()->find(wanted, [](const M &) { return true; }) != nullptr ? 1 : 0;
        if (2 * used_ >= present()->size()) {
            replace(garbage);
        }
        auto entry = std::make_unique<Entry>(Entry{wanted.key(), member, present()->number});
        bool put = present()->put(wanted.hash, entry.get());
        if (!put && removed_ > 0) {
            replace(garbage);
            put = present()->put(wanted.hash, entry.get());
        }
        if (put) {
            ++used_;
            static_cast<void>(entry.release()); // the table's now
        }
    }

    /// To be told of each member that was removed.
    void removed() {
        Garbage garbage;
        const std::unique_lock<std::mutex> lock(guard_, std::try_to_lock);
        if (lock && ++removed_ >= least && 2 * removed_ >= used_) {
            replace(garbage);
        }
    }

  private:
    static constexpr std::size_t least = 8;

    struct Entry {
        std::string key;
        M member;
        /// The number of the first table that had it.
        std::uint64_t born;
    };

    struct Table {
        struct Slot {
            std::atomic<std::uint64_t> hash{0}; // 0 while there is no entry
            std::atomic<Entry *> entry{nullptr};
        };
        /// A look-up goes through so many slots at most: chosen collisions cost a look-up in the library, and no more.
        static constexpr std::size_t furthest = 128;

        Table(std::uint64_t as, std::size_t size) : number(as), mask(size - 1), slots(new Slot[size]) {}
        std::size_t size() const noexcept { return mask + 1; }

        template <typename Usable>
        const Entry *find(const Wanted &wanted, Usable usable) const noexcept {
            for (std::size_t step = 0; step < furthest; ++step) {
                const Slot &slot = slots[(wanted.hash + step) & mask];
                const std::uint64_t hash = slot.hash.load(std::memory_order_acquire);
                if (hash == 0) {
                    break;
                }
                if (hash == wanted.hash) {
                    const Entry *entry = slot.entry.load(std::memory_order_relaxed);
                    if (wanted.is(entry->key) && usable(entry->member)) {
                        return entry;
                    }
                }
            }
            return nullptr;
        }
        bool put(std::uint64_t hash, Entry *entry) noexcept {
            for (std::size_t step = 0; step < furthest; ++step) {
                Slot &slot = slots[(hash + step) & mask];
                if (slot.hash.load(std::memory_order_relaxed) == 0) {
                    slot.entry.store(entry, std::memory_order_relaxed);
                    slot.hash.store(hash, std::memory_order_release);
                    return true;
                }
            }
            return false;
        }
        template <typename Each>
        void each(Each each) const {
            for (std::size_t at = 0; at < size(); ++at) {
                if (const std::uint64_t hash = slots[at].hash.load(std::memory_order_relaxed)) {
                    each(hash, slots[at].entry.load(std::memory_order_relaxed));
                }
            }
        }

        std::uint64_t number;
        std::size_t mask;
        std::unique_ptr<Slot[]> slots;
    };

    /// An entry that was left behind, and the number of the last table that had it.
    struct Gone {
        std::unique_ptr<Entry> entry;
        std::uint64_t last;
    };
    struct Garbage {
        std::vector<std::unique_ptr<Table>> tables;
        std::vector<Gone> entries;
    };

    /// Where there is no library, nothing is attached, and what is there is as good as another.
    static bool usable(const M &member) noexcept { return member.attached() || member.api() == noop(); }

    // What follows is for who holds the lock, and nobody else frees tables and entries.

    Table *present() const noexcept { return table_.load(std::memory_order_acquire); }

    /// Puts a table of the usable entries in the place of the present one, and collects what nobody has pinned.
    void replace(Garbage &garbage) {
        Table *old = present();
        std::size_t stay = 0;
        old->each([&](std::uint64_t, Entry *entry) { stay += usable(entry->member) ? 1 : 0; });
        std::size_t size = least;
        while (size < 4 * stay) {
            size *= 2;
        }
        auto next = std::make_unique<Table>(old->number + 1, size);
        old_.tables.reserve(old_.tables.size() + 1);
        old_.entries.reserve(old_.entries.size() + used_);
        used_ = removed_ = 0;
        // A member may be removed meanwhile, but not come back: the new table has room for all.
        old->each([&](std::uint64_t hash, Entry *entry) {
            if (usable(entry->member) && next->put(hash, entry)) {
                ++used_;
            } else {
                old_.entries.push_back({std::unique_ptr<Entry>(entry), old->number});
            }
        });
        old_.tables.emplace_back(old);
        table_.store(next.release(), std::memory_order_seq_cst); // see pin.hpp
        collect(garbage);
    }

    void collect(Garbage &garbage) {
        const std::vector<const void *> held = pinned();
        const auto is_held = [&](const void *what) {
            return std::binary_search(held.begin(), held.end(), what, std::less<>());
        };
        const auto tables = std::partition(old_.tables.begin(), old_.tables.end(),
                                           [&](const auto &table) { return is_held(table.get()); });
        garbage.tables.insert(garbage.tables.end(), std::make_move_iterator(tables),
                              std::make_move_iterator(old_.tables.end()));
        old_.tables.erase(tables, old_.tables.end());
        const auto entries = std::partition(old_.entries.begin(), old_.entries.end(), [&](const Gone &gone) {
            return is_held(gone.entry.get()) ||
                   std::any_of(old_.tables.begin(), old_.tables.end(), [&](const auto &table) {
                       return gone.entry->born <= table->number && table->number <= gone.last;
                   });
        });
        garbage.entries.insert(garbage.entries.end(), std::make_move_iterator(entries),
                               std::make_move_iterator(old_.entries.end()));
        old_.entries.erase(entries, old_.entries.end());
    }

    std::atomic<Table *> table_;
    std::mutex guard_;
    std::size_t used_ = 0;    // entries of the present table
    std::size_t removed_ = 0; // members that were removed since it was made, as far as is known
    Garbage old_;             // what was replaced, and may be pinned
};

} // namespace detail
} // namespace cmetrics

#endif // CMETRICS_1_HPP_MEMBERS_HPP
