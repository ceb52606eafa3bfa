// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The root that a thread sees: the process's, or the one whose scope it entered last.

use std::cell::RefCell;
use std::sync::Arc;

use super::Root;

thread_local!(static SCOPES: RefCell<Vec<Arc<Root>>> = const { RefCell::new(Vec::new()) });

pub(crate) fn root() -> Arc<Root> {
    let inner = SCOPES.try_with(|scopes| scopes.borrow().last().cloned());
    inner.ok().flatten().unwrap_or_else(|| Arc::clone(Root::process()))
}

pub(crate) fn enter(root: Arc<Root>) {
    // Fails only while the thread ends, when nobody is left to see it.
    let _ = SCOPES.try_with(|scopes| scopes.borrow_mut().push(root));
}

pub(crate) fn leave() {
    // The root is dropped after the borrow: its collectors' callbacks may come back here.
    let left = SCOPES.try_with(|scopes| scopes.borrow_mut().pop());
    drop(left);
}
