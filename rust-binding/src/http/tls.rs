// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::server::told;

/// The certificate of a [`Server`](super::Server), its key, and whose clients it serves. TLS 1.2 and 1.3, by rustls.
///
/// Files are PEM, and are read when the server starts: one that is to use a new certificate is stopped and started.
///
/// ```
/// use cmetrics::http::{Server, Tls};
///
/// let tls = Tls::new("no/such/server.crt", "no/such/server.key").client_ca("ca.crt");
/// let err = Server::builder().tls(tls).start().unwrap_err();
/// assert_eq!(err.kind(), std::io::ErrorKind::NotFound);
/// assert!(err.to_string().contains("no/such/server.crt"));
/// ```
#[derive(Clone, Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    client_ca: Option<PathBuf>,
}

impl Tls {
    /// The files of the server's certificate, followed by those of its issuers, and of its private key (PKCS #8, PKCS #1
    /// or SEC 1, not encrypted). Both may be the same file.
    pub fn new(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Tls {
        Tls { certificate: certificate.into(), key: key.into(), client_ca: None }
    }

    /// Serves only clients with a certificate that one of this file's issued (mutual TLS).
    #[must_use]
    pub fn client_ca(mut self, file: impl Into<PathBuf>) -> Tls {
        self.client_ca = Some(file.into());
        self
    }

    pub(super) fn load(&self) -> io::Result<TlsAcceptor> {
        let chain = certificates(&self.certificate, "the server's certificate")?;
        let key = key(&self.key)?;
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let config = match &self.client_ca {
            None => config.with_no_client_auth(),
            Some(file) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(file, "the clients' authority")? {
                    roots.add(authority).map_err(|why| refused(file, "the clients' authority", &why))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                let refused = |why: VerifierBuilderError| refused(file, "the clients' authority", &why);
                config.with_client_cert_verifier(verifier.map_err(refused)?)
            }
        };
        let mut config = config.with_single_cert(chain, key).map_err(|why| match why {
            rustls::Error::InconsistentKeys(_) => invalid(format!(
                "the key in {} is not that of the certificate in {}; give the two files that belong together, the \
                 server's own certificate first",
                self.key.display(),
                self.certificate.display()
            )),
            why => refused(&self.certificate, "the server's certificate", &why),
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn certificates(file: &Path, what: &str) -> io::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let all = read.map_err(|why| unreadable(file, what, why))?;
    if all.is_empty() {
        return Err(unreadable(file, what, pem::Error::NoItemsFound));
    }
    Ok(all)
}

fn key(file: &Path) -> io::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(file).map_err(|why| {
        let encrypted = std::fs::read_to_string(file).is_ok_and(|text| text.contains("ENCRYPTED"));
        if encrypted {
            return invalid(format!(
                "the server's key in {} is encrypted; decrypt it with: openssl pkey -in FILE -out FILE",
                file.display()
            ));
        }
        unreadable(file, "the server's key", why)
    })
}

fn unreadable(file: &Path, what: &str, why: pem::Error) -> io::Error {
    match why {
        pem::Error::Io(why) => {
            told(&format!("reading {what} from {}", file.display()), "give a PEM file that can be read", why)
        }
        pem::Error::NoItemsFound => invalid(format!(
            "{} holds no {}; give a PEM file with a line -----BEGIN {}-----",
            file.display(),
            if what.ends_with("key") { "private key" } else { "certificate" },
            if what.ends_with("key") { "PRIVATE KEY" } else { "CERTIFICATE" },
        )),
        why => invalid(format!("{what} in {} is no PEM: {why:?}; export it anew as PEM", file.display())),
    }
}

fn refused(file: &Path, what: &str, why: &dyn std::error::Error) -> io::Error {
    invalid(format!("{what} in {} is of no use: {why}; give an X.509 certificate, version 3", file.display()))
}

fn invalid(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
