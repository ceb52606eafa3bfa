// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where in the tree of registries something is made.

use std::sync::Arc;

use cmetrics::{Client, Registry};

/// A registry with all that is above it, and who acts there. A clone is the same.
#[derive(Clone)]
pub(crate) struct Home {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Registry,
    root: Registry,
    /// The numbers of the registries from the root down.
    path: Box<[u64]>,
    client: Client,
}

impl Home {
    pub(crate) fn at_root(root: &Registry, client: Client) -> Home {
        let path = Box::new([root.id()]);
        Home { inner: Arc::new(Inner { registry: root.clone(), root: root.clone(), path, client }) }
    }

    /// That of a registry right below this one, or of this one again.
    pub(crate) fn below(&self, child: &Registry) -> Home {
        let Inner { root, path, client, .. } = &*self.inner;
        if path.last() == Some(&child.id()) {
            return self.clone();
        }
        let path = path.iter().copied().chain([child.id()]).collect();
        let inner = Inner { registry: child.clone(), root: root.clone(), path, client: client.clone() };
        Home { inner: Arc::new(inner) }
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    pub(crate) fn root(&self) -> &Registry {
        &self.inner.root
    }

    pub(crate) fn path(&self) -> &[u64] {
        &self.inner.path
    }

    pub(crate) fn client(&self) -> &Client {
        &self.inner.client
    }
}
