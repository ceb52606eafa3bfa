// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The counter table with one thing changed, which shows that the check sees it.

/// A module with a counter table of these slots after `struct_size` and `version`; the last of the prefix is marked.
macro_rules! counter_table {
    ($(#[$doc:meta])* $module:ident { $($(#[$mark:meta])* $slot:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[allow(dead_code, unreachable_pub, reason = "only the layouts of these types are used")]
        pub(crate) mod $module {
            use abi_stable::StableAbi;

            #[repr(C)]
            #[derive(StableAbi)]
            pub struct Counter {
                _private: [u8; 0],
            }

            #[repr(C)]
            #[derive(StableAbi)]
            #[sabi(kind(Prefix(prefix_ref = CounterRef)))]
            #[sabi(missing_field(option))]
            pub struct CounterTable {
                pub struct_size: u32,
                pub version: u32,
                $($(#[$mark])* pub $slot: $kind,)*
            }
        }
    };
}

counter_table! {
    /// One slot more at the end. It is the draft's: `abi_stable` remembers what it has let pass in a process, and refuses
    /// two tables that go on from one prefix in different ways.
    appended {
        inc: unsafe extern "C" fn(counter: *mut Counter),
        add: unsafe extern "C" fn(counter: *mut Counter, n: u64),
        #[sabi(last_prefix_field)]
        value: unsafe extern "C" fn(counter: *mut Counter) -> u64,
        inc_twice: unsafe extern "C" fn(counter: *mut Counter),
    }
}

counter_table! {
    /// One slot more in the middle.
    inserted {
        inc: unsafe extern "C" fn(counter: *mut Counter),
        reset: unsafe extern "C" fn(counter: *mut Counter),
        add: unsafe extern "C" fn(counter: *mut Counter, n: u64),
        #[sabi(last_prefix_field)]
        value: unsafe extern "C" fn(counter: *mut Counter) -> u64,
    }
}

counter_table! {
    /// Two slots in each other's place.
    reordered {
        add: unsafe extern "C" fn(counter: *mut Counter, n: u64),
        inc: unsafe extern "C" fn(counter: *mut Counter),
        #[sabi(last_prefix_field)]
        value: unsafe extern "C" fn(counter: *mut Counter) -> u64,
    }
}

counter_table! {
    /// One argument of another size; every slot stays where it is.
    retyped {
        inc: unsafe extern "C" fn(counter: *mut Counter),
        add: unsafe extern "C" fn(counter: *mut Counter, n: u32),
        #[sabi(last_prefix_field)]
        value: unsafe extern "C" fn(counter: *mut Counter) -> u64,
    }
}

counter_table! {
    /// The last slot is gone.
    shortened {
        inc: unsafe extern "C" fn(counter: *mut Counter),
        #[sabi(last_prefix_field)]
        add: unsafe extern "C" fn(counter: *mut Counter, n: u64),
    }
}
