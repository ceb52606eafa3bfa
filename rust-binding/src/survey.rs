// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use cmetrics_loader::Survey;

use crate::Client;

impl Client {
    /// Searches for the library, whatever was found before, and tells every step of the search: what failed, what is
    /// used, and what nobody tried because of it. Beside that, the copies of the library in this process.
    ///
    /// For tools that explain; [`library`](crate::library) is the short answer. It is a real search: what it finds is
    /// loaded and is never unloaded. [`ClientBuilder::module`](crate::ClientBuilder::module) makes it the search of
    /// another module.
    ///
    /// ```
    /// let survey = cmetrics::Client::builder("my-doctor").get().survey();
    /// for step in survey.steps() {
    ///     println!("{step}");
    /// }
    /// for copy in survey.copies() {
    ///     println!("{} {}{}", copy.path, copy.semver, if copy.winner { " provides" } else { "" });
    /// }
    /// assert!(survey.result().is_ok_and(|loaded| loaded.version() == 1));
    /// ```
    pub fn survey(&self) -> Survey {
        cmetrics_loader::survey(&self.asker())
    }
}
