// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! TLS: who is served, and what is said of files that are of no use.

use std::io::{BufReader, ErrorKind, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cmetrics::http::{Server, ServerHandle, Tls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::client::{connect, read, Answer};
use crate::isolated;

/// A folder with an authority, and certificates that it issued.
struct Files {
    folder: PathBuf,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Files {
    fn new(name: &str) -> Files {
        let folder = std::env::temp_dir().join(format!("cmetrics-tls-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let files = Files { folder, authority };
        files.write("ca.crt", &files.authority.pem());
        files.issue("server");
        files.issue("client");
        files
    }

    fn issue(&self, name: &str) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        self.write(&format!("{name}.crt"), &certificate.pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.path(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn tls(&self) -> Tls {
        Tls::new(self.path("server.crt"), self.path("server.key"))
    }

    fn client(&self, identity: Option<&str>) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(certificate(&self.path("ca.crt"))).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        match identity {
            None => config.with_no_client_auth(),
            Some(name) => {
                let key = PrivateKeyDer::from_pem_file(self.path(&format!("{name}.key"))).unwrap();
                let chain = vec![certificate(&self.path(&format!("{name}.crt")))];
                config.with_client_auth_cert(chain, key).unwrap()
            }
        }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn certificate(file: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(file).unwrap()
}

fn serve(tls: Tls) -> ServerHandle {
    Server::builder().endpoint("/metrics", isolated()).tls(tls).start().unwrap()
}

fn ask(addr: SocketAddr, config: ClientConfig) -> std::io::Result<Answer> {
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(connection, connect(addr));
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    stream.flush()?;
    let mut reader = BufReader::new(stream);
    std::io::BufRead::fill_buf(&mut reader)?;
    Ok(read(&mut reader, false))
}

#[test]
fn a_report_comes_over_tls() {
    let files = Files::new("plain");
    let server = serve(files.tls());
    assert!(server.url().starts_with("https://127.0.0.1:"));
    let answer = ask(server.local_addr(), files.client(None)).unwrap();
    assert!(answer.status == 200 && answer.text().contains("requests_total 1\n"), "{answer:?}");

    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut roots = RootCertStore::empty();
        roots.add(certificate(&files.path("ca.crt"))).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        assert_eq!(ask(server.local_addr(), config).unwrap().status, 200, "{version:?}");
    }
}

#[test]
fn who_speaks_plainly_or_trusts_another_gets_nothing_and_others_are_served() {
    let (files, strange) = (Files::new("ours"), Files::new("strange"));
    let server = serve(files.tls());
    let mut plain = connect(server.local_addr());
    plain.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let _ = std::io::Read::read_to_end(&mut plain, &mut said);
    assert!(!said.starts_with(b"HTTP"), "{said:?}");
    ask(server.local_addr(), strange.client(None)).unwrap_err();
    assert_eq!(ask(server.local_addr(), files.client(None)).unwrap().status, 200);
}

#[test]
fn mutual_tls_serves_those_that_the_authority_knows() {
    let (files, strange) = (Files::new("mutual"), Files::new("forger"));
    let server = serve(files.tls().client_ca(files.path("ca.crt")));
    assert_eq!(ask(server.local_addr(), files.client(Some("client"))).unwrap().status, 200);
    ask(server.local_addr(), files.client(None)).unwrap_err();
    for end in ["crt", "key"] {
        std::fs::copy(strange.path(&format!("client.{end}")), files.path(&format!("forged.{end}"))).unwrap();
    }
    ask(server.local_addr(), files.client(Some("forged"))).unwrap_err();
    assert_eq!(ask(server.local_addr(), files.client(Some("client"))).unwrap().status, 200);
}

#[test]
fn certificate_and_key_may_be_one_file() {
    let files = Files::new("one");
    let text = |name| std::fs::read_to_string(files.path(name)).unwrap();
    let both = files.write("both.pem", &format!("{}{}", text("server.key"), text("server.crt")));
    assert_eq!(ask(serve(Tls::new(&both, &both)).local_addr(), files.client(None)).unwrap().status, 200);
}

#[test]
fn files_that_are_of_no_use_are_named_with_the_cure() {
    let files = Files::new("broken");
    let (crt, key) = (files.path("server.crt"), files.path("server.key"));
    let check = |tls: Tls, kind: ErrorKind, words: &[&str]| {
        let err = Server::builder().tls(tls).start().unwrap_err();
        assert_eq!(err.kind(), kind, "{err}");
        for word in words {
            assert!(err.to_string().contains(word), "{word}: {err}");
        }
    };
    let missing = files.path("missing.pem");
    check(Tls::new(&missing, &key), ErrorKind::NotFound, &["missing.pem", "certificate", "PEM file"]);
    check(Tls::new(&crt, &missing), ErrorKind::NotFound, &["missing.pem", "key", "PEM file"]);
    check(files.tls().client_ca(&missing), ErrorKind::NotFound, &["missing.pem", "authority"]);
    let invalid = ErrorKind::InvalidInput;
    check(Tls::new(&key, &key), invalid, &["server.key", "holds no certificate", "-----BEGIN CERTIFICATE-----"]);
    check(Tls::new(&crt, &crt), invalid, &["server.crt", "holds no private key", "-----BEGIN PRIVATE KEY-----"]);
    check(files.tls().client_ca(&key), invalid, &["server.key", "holds no certificate"]);
    check(Tls::new(&crt, files.path("client.key")), invalid, &["client.key", "server.crt", "belong together"]);
    let header = |what: &str, body: &str| format!("-----BEGIN {what}-----\n{body}\n-----END {what}-----\n");
    let torn = files.write("torn.pem", &header("CERTIFICATE", "no base64!"));
    check(Tls::new(&torn, &key), invalid, &["torn.pem", "is no PEM"]);
    let noise = files.write("noise.pem", &header("CERTIFICATE", "AAAA"));
    check(Tls::new(&noise, &key), invalid, &["noise.pem", "of no use"]);
    check(files.tls().client_ca(&noise), invalid, &["noise.pem", "of no use"]);
    let locked = files.write("locked.key", &header("ENCRYPTED PRIVATE KEY", "AAAA"));
    check(Tls::new(&crt, &locked), invalid, &["locked.key", "is encrypted", "openssl pkey"]);
}
