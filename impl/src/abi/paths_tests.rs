// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Who asks in words that were used before is answered without most of the checks. The answer must be that of who asks for
//! the first time: two roots are asked for the same, one of them always in the long way.

use std::ptr;
use std::sync::Arc;

use cmetrics_interface::{Label, Text};
use proptest::prelude::*;

use super::*;
use crate::client::{Client, ClientInfo};
use crate::metric::counter;
use crate::registry::labels::LONGEST_VALUE;
use crate::registry::name::LONGEST_HELP;
use crate::registry::Registry;
use crate::render;
use crate::report::Options;

const NAMES: [&[u8]; 7] = [b"a", b"b_total", b"c_seconds", b"9bad", b"", b"cmetrics_x", b"bad\xff"];
const HELPS: usize = 5;
const UNITS: [&[u8]; 4] = [b"", b"bytes", b"seconds", b"b@d"];
const KEYS: [&[u8]; 9] = [b"k", b"l", b"lock", b"free", b"m", b"bad-key", b"le", b"", b"\xff"];
/// One is what the label `lock` is locked to, one what `free` is by default.
const VALUES: usize = 8;
const KINDS: [i32; 6] =
    [abi::KIND_COUNTER, abi::KIND_INT_COUNTER, abi::KIND_DURATION_COUNTER, abi::KIND_INT_GAUGE, 0, 77];

/// Most are what they should be.
fn pick(n: usize, right: usize) -> impl Strategy<Value = usize> {
    prop_oneof![20 => 0..right, 1 => 0..n]
}

fn help(i: usize) -> Vec<u8> {
    match i {
        0 | 1 => Vec::new(),
        2 => b"first".to_vec(),
        3 => b"second".to_vec(),
        _ => vec![b'x'; LONGEST_HELP + 1],
    }
}

fn value(i: usize) -> Vec<u8> {
    match i {
        0 => b"of".to_vec(),
        1 => b"free".to_vec(),
        2 => b"1".to_vec(),
        3 => b"a value of more than sixteen bytes".to_vec(),
        4 => vec![b'v'; LONGEST_VALUE],
        5 => Vec::new(),
        6 => b"\xc3".to_vec(),
        _ => vec![b'v'; LONGEST_VALUE + 1],
    }
}

/// All of a description but the values of its labels.
#[derive(Clone, Debug)]
struct Words {
    registry: usize,
    name: usize,
    kind: usize,
    flags: u32,
    priority: i32,
    help: usize,
    unit: usize,
    keys: Vec<usize>,
    owner: bool,
}

fn words() -> impl Strategy<Value = Words> {
    let flags = prop_oneof![6 => Just(0), 1 => 0..8_u32, 1 => Just(64)];
    let priority = prop_oneof![6 => Just(0), 1 => Just(-100), 1 => Just(7)];
    let keys = prop_oneof![8 => proptest::collection::vec(pick(KEYS.len(), 5), 0..4), 1 => Just(vec![0; 9])];
    let texts = (pick(NAMES.len(), 3), pick(KINDS.len(), 4), pick(HELPS, 4), pick(UNITS.len(), 2));
    (0..4_usize, texts, flags, priority, keys, any::<bool>()).prop_map(
        |(registry, (name, kind, help, unit), flags, priority, keys, owner)| Words {
            registry,
            name,
            kind,
            flags,
            priority,
            help,
            unit,
            keys,
            owner,
        },
    )
}

#[derive(Clone, Debug)]
enum Op {
    Ask { words: usize, values: [usize; 4], keep: bool },
    Remove(usize),
    RemoveRegistry(usize),
    DropHandles,
    Limit(u64),
    Close,
}

fn op() -> impl Strategy<Value = Op> {
    let value = || pick(VALUES, 4);
    prop_oneof![
        30 => (0..4_usize, [value(), value(), value(), value()], any::<bool>())
            .prop_map(|(words, values, keep)| Op::Ask { words, values, keep }),
        6 => any::<usize>().prop_map(Op::Remove),
        1 => (1..4_usize).prop_map(Op::RemoveRegistry),
        1 => Just(Op::DropHandles),
        1 => prop_oneof![Just(0), 1..4_u64].prop_map(Op::Limit),
        1 => Just(Op::Close),
    ]
}

struct Tree {
    root: Arc<Root>,
    registries: Vec<Arc<Registry>>,
    client: Arc<Client>,
    handles: Vec<(usize, MetricRef)>,
}

impl Tree {
    fn new() -> Self {
        let root = Root::isolated(None);
        let info = ClientInfo { name: "asks".into(), ..ClientInfo::default() };
        let mut tree = Self {
            registries: vec![Arc::clone(&root.top); 4],
            client: Arc::new(Client::open(info)),
            root,
            handles: Vec::new(),
        };
        (1..4).for_each(|i| tree.find_registry(i));
        tree
    }

    fn find_registry(&mut self, i: usize) {
        let (above, prefix, labels, locked) = match i {
            1 => (0, "", [("lock", "of")], true),
            2 => (0, "p", [("free", "free")], false),
            _ => (1, "", [("free", "free")], false),
        };
        if let Ok(registry) = self.registries[above].child(prefix, &labels, locked, None) {
            self.registries[i] = registry;
        }
    }

    /// As a client asks, or in the long way.
    fn ask(&self, words: &Words, values: &[Vec<u8>], long: bool) -> std::result::Result<MetricRef, (Status, String)> {
        let lend = |text: &[u8]| Text { data: text.as_ptr().cast(), len: text.len() as u64 };
        let keys = words.keys.iter().map(|key| KEYS[*key]);
        let labels: Vec<Label> =
            keys.zip(values).map(|(key, value)| Label { key: lend(key), value: lend(value) }).collect();
        let help = help(words.help);
        let desc = MetricDesc {
            struct_size: size_of::<MetricDesc>() as u32,
            flags: words.flags,
            kind: KINDS[words.kind],
            priority: words.priority,
            name: lend(NAMES[words.name]),
            help: lend(&help),
            unit: lend(UNITS[words.unit]),
            labels: labels.as_ptr(),
            n_labels: labels.len() as u64,
            owner: if words.owner { Arc::as_ptr(&self.client).cast_mut().cast() } else { ptr::null_mut() },
        };
        let registry = Arc::as_ptr(&self.registries[words.registry]).cast_mut().cast();
        let (mut made, mut error) = (ptr::null_mut(), ptr::null_mut());
        let told = |error: *mut abi::Error| {
            // SAFETY: the error was given out, and is released once.
            unsafe {
                let message = cast::error(error).map_or(String::new(), |story| format!("{story:?}"));
                cast::error_release(error);
                message
            }
        };
        // SAFETY: all of it is lent for the call; a handle that is given out is taken back once.
        unsafe {
            let status = if long {
                boundary(&raw mut error, || {
                    let desc = desc::read(&raw const desc, "cmetrics_metric_desc", METRIC_FLAGS, Extra::MustBeZero)?;
                    made = cast::metric_out(create(registry, desc, None)?);
                    Ok(())
                })
            } else {
                metric(registry, &raw const desc, &raw mut made, &raw mut error)
            };
            let made = ptr::NonNull::new(made.cast()).map(|made| MetricRef::from_raw(made));
            match made {
                Some(made) if status == abi::OK => Ok(made),
                _ => Err((status, told(error))),
            }
        }
    }

    fn report(&self) -> String {
        struct Lines(Vec<u8>);
        impl render::Sink for Lines {
            fn write(&mut self, chunk: &[u8]) -> std::result::Result<(), crate::report::Stop> {
                self.0.extend_from_slice(chunk);
                Ok(())
            }
        }
        let options = Options { verbosity: abi::PRIORITY_DEBUG, no_self: true, ..Options::default() };
        let mut lines = Lines(Vec::new());
        self.registries.iter().for_each(|registry| {
            // A removed one says so.
            let _ = render::render(registry, &options, &mut lines);
        });
        String::from_utf8(lines.0).unwrap()
    }
}

fn told(metric: &MetricRef) -> String {
    let labels: Vec<_> = metric.labels().collect();
    let family = metric.family();
    format!("{} {labels:?} {} {:?} {:?}", family.told(), family.priority(), family.help(), family.unit())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn known_words_are_answered_as_new_ones(all in proptest::collection::vec(words(), 4), ops in proptest::collection::vec(op(), 1..120)) {
        let (mut short, mut long) = (Tree::new(), Tree::new());
        for op in ops {
            match op {
                Op::Ask { words, values, keep } => {
                    let words = &all[words];
                    let values: Vec<_> = values.iter().chain(&values).chain(&values).map(|i| value(*i)).collect();
                    match (short.ask(words, &values, false), long.ask(words, &values, true)) {
                        (Ok(a), Ok(b)) => {
                            prop_assert_eq!(told(&a), told(&b), "{:?}", words);
                            counter::add(&a, 1);
                            counter::add(&b, 1);
                            prop_assert_eq!(a.read(a.kind()), b.read(b.kind()));
                            if keep {
                                short.handles.push((words.registry, a));
                                long.handles.push((words.registry, b));
                            }
                        }
                        (Err(a), Err(b)) => prop_assert_eq!(a, b),
                        (a, b) => prop_assert!(false, "{:?}: {:?}, {:?}", words, a, b),
                    }
                }
                Op::Remove(i) if !short.handles.is_empty() => {
                    let i = i % short.handles.len();
                    let remove = |tree: &Tree| {
                        let (registry, metric) = &tree.handles[i];
                        (tree.registries[*registry].remove_metric(metric).map_err(|fault| fault.code()), metric.attached())
                    };
                    prop_assert_eq!(remove(&short), remove(&long));
                }
                Op::Remove(_) => {}
                Op::RemoveRegistry(i) => for tree in [&mut short, &mut long] {
                    let _ = tree.registries[i].remove();
                    (1..4).for_each(|i| tree.find_registry(i));
                }
                Op::DropHandles => for tree in [&mut short, &mut long] {
                    tree.handles.clear();
                }
                Op::Limit(most) => for tree in [&mut short, &mut long] {
                    tree.root.top.limit_series(most).unwrap();
                }
                Op::Close => for tree in [&mut short, &mut long] {
                    tree.client.close();
                }
            }
            prop_assert_eq!(short.report(), long.report());
        }
    }
}
