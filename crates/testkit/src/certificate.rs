//! A certificate made for one test, by the machine's `openssl`.

use std::io::{Error, Result};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A certificate that names one server, and stands for itself: whoever is to trust it is told so.
pub struct Certificate {
    pem: String,
    settings: Arc<ServerConfig>,
}

impl Certificate {
    /// Makes one for a server of that name.
    pub fn of(name: &str) -> Result<Self> {
        let asked = Command::new("openssl")
            .args(["req", "-x509", "-nodes", "-days", "2"])
            .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-subj", &format!("/CN={name}")])
            .args(["-addext", &format!("subjectAltName=DNS:{name}")])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-keyout", "-", "-out", "-"])
            .stdin(Stdio::null())
            .output()?;
        if !asked.status.success() {
            let said = String::from_utf8_lossy(&asked.stderr).into_owned();
            return Err(Error::other(said));
        }
        let certificate = CertificateDer::from_pem_slice(&asked.stdout).map_err(Error::other)?;
        let key = PrivateKeyDer::from_pem_slice(&asked.stdout).map_err(Error::other)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let settings = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(Error::other)?;
        let text = String::from_utf8_lossy(&asked.stdout).into_owned();
        // The key stays here; only the certificate is given away.
        let pem = text
            .find("-----BEGIN CERTIFICATE-----")
            .and_then(|at| text.get(at..))
            .unwrap_or_default()
            .to_owned();
        let settings = Arc::new(settings);
        Ok(Self { pem, settings })
    }

    /// Whether this machine can make one.
    pub fn can_be_made() -> bool {
        let asked = Command::new("openssl").arg("version").output();
        asked.is_ok_and(|asked| asked.status.success())
    }

    /// The certificate as text, for whoever is to trust it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn settings(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.settings)
    }
}

/// Speaks TLS over a connection, as the server.
pub(crate) fn wrap<S: std::io::Read + std::io::Write>(
    settings: &Arc<ServerConfig>,
    stream: S,
) -> Result<StreamOwned<ServerConnection, S>> {
    let connection = ServerConnection::new(Arc::clone(settings)).map_err(Error::other)?;
    Ok(StreamOwned::new(connection, stream))
}
