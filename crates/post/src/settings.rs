//! The clinic's file of how messages travel.

use std::collections::BTreeMap;
use std::fmt;

use protocol::contact::messages::Words;
use serde::Deserialize;

/// A secret, which no log and no message of an error shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret; white space around it is not part of it.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a secret")
    }
}

/// How a connection to the mail server is kept from strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a greeting; a server that does not offer it is not spoken to.
    Starttls,
    /// None: on this machine alone.
    None,
}

/// How mail travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from strangers.
    pub security: Security,
    /// The address letters come from.
    pub from: String,
    /// Who signs in to the server, where it asks.
    pub user: Option<(String, Secret)>,
    /// The certificate that is trusted in place of those this machine trusts, as PEM.
    pub authority: Option<String>,
}

/// How text messages travel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSettings {
    /// Where the gateway takes them.
    pub url: String,
    /// What they are signed with.
    pub secret: Secret,
    /// The certificate that is trusted in place of those this machine trusts, as PEM.
    pub authority: Option<String>,
}

/// How messages travel.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where patients reach the clinic's pages, without a closing slash.
    pub address: String,
    /// Mail, where it is set up.
    pub mail: Option<MailSettings>,
    /// Text messages, where they are set up.
    pub text: Option<TextSettings>,
    /// What reports of delivery are signed with, where a gateway sends them.
    pub reports: Option<Secret>,
    /// Languages beside English, by code.
    pub languages: BTreeMap<String, Words>,
}

/// What in the settings is wrong, and what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsFault(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    address: String,
    mail: Option<MailFile>,
    text: Option<TextFile>,
    reports: Option<ReportsFile>,
    #[serde(default)]
    languages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailFile {
    host: String,
    port: u16,
    security: Security,
    from: String,
    user: Option<String>,
    password_file: Option<String>,
    authority_file: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextFile {
    url: String,
    secret_file: String,
    authority_file: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportsFile {
    secret_file: String,
}

/// The shortest secret a signature is made with, in characters.
const SECRET_CHARACTERS_MIN: usize = 32;

impl Settings {
    /// Reads the settings; `open` gives the text of a file they name.
    ///
    /// # Errors
    /// What is wrong, and what to write.
    pub fn read(
        text: &str,
        open: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Self, SettingsFault> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            SettingsFault(format!("line {line}: {}", error.message()))
        })?;
        let address = file.address.trim_end_matches('/').to_owned();
        if !is_safe_address(&address) {
            return wrong(
                "address",
                "write https:// and the name patients reach the pages at",
            );
        }
        let signing = |name: &str, path: &str| {
            let secret = Secret::new(&open(path).map_err(SettingsFault)?);
            if secret.0.chars().count() < SECRET_CHARACTERS_MIN {
                let said = format!(
                    "the secret in {path} is shorter than {SECRET_CHARACTERS_MIN} characters; make one with `openssl rand -hex 32`"
                );
                return wrong(name, &said);
            }
            Ok(secret)
        };
        let text = file.text.map(|one| {
            if !is_safe_address(&one.url) {
                return wrong(
                    "text",
                    "the gateway is reached by https://, or by http:// on this machine",
                );
            }
            let secret = signing("text", &one.secret_file)?;
            Ok(TextSettings {
                authority: authority("text", one.authority_file.as_deref(), open)?,
                url: one.url,
                secret,
            })
        });
        let reports = file.reports.map(|one| signing("reports", &one.secret_file));
        let mail = file.mail.map(|one| mail(one, open));
        let mut languages = BTreeMap::new();
        for path in &file.languages {
            let words = Words::read(&open(path).map_err(SettingsFault)?)
                .map_err(|fault| SettingsFault(format!("{path}: {fault}")))?;
            languages.insert(words.language.clone(), words);
        }
        Ok(Self {
            address,
            mail: mail.transpose()?,
            text: text.transpose()?,
            reports: reports.transpose()?,
            languages,
        })
    }
}

fn wrong<T>(name: &str, said: &str) -> Result<T, SettingsFault> {
    Err(SettingsFault(format!("{name}: {said}")))
}

fn mail(
    file: MailFile,
    open: &dyn Fn(&str) -> Result<String, String>,
) -> Result<MailSettings, SettingsFault> {
    if file.security == Security::None && !is_this_machine(&file.host) {
        return wrong("mail", "security is tls or starttls for a server elsewhere");
    }
    if !file.from.contains('@') {
        return wrong("mail", "from is an address such as reminder@page.example");
    }
    let user = match (file.user, file.password_file) {
        (None, None) => None,
        (Some(user), Some(path)) => Some((user, Secret::new(&open(&path).map_err(SettingsFault)?))),
        (Some(_), None) | (None, Some(_)) => {
            return wrong("mail", "user and password_file come together");
        }
    };
    Ok(MailSettings {
        authority: authority("mail", file.authority_file.as_deref(), open)?,
        host: file.host,
        port: file.port,
        security: file.security,
        from: file.from,
        user,
    })
}

/// The certificate a file names as the one to trust.
fn authority(
    name: &str,
    path: Option<&str>,
    open: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Option<String>, SettingsFault> {
    let Some(path) = path else {
        return Ok(None);
    };
    let text = open(path).map_err(SettingsFault)?;
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        let said = format!("{path} holds no certificate: write it as PEM");
        return wrong(name, &said);
    }
    Ok(Some(text))
}

fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
}

/// Whether an address is reached over TLS, or lies on this machine.
fn is_safe_address(url: &str) -> bool {
    let rest = |scheme: &str| url.strip_prefix(scheme).filter(|rest| !rest.is_empty());
    if rest("https://").is_some() {
        return true;
    }
    let Some(rest) = rest("http://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|digit| digit.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    is_this_machine(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let open = |file: &str| match file {
            "short" => Ok("abc".to_owned()),
            "long" => Ok("0123456789abcdef0123456789abcdef\n".to_owned()),
            other => Err(format!("there is no {other}")),
        };
        Settings::read(text, &open).map_or_else(|fault| fault.to_string(), |_| "fine".to_owned())
    }

    #[test]
    fn what_would_send_in_the_open_or_sign_with_a_weak_secret_is_refused() {
        let address = "address = \"https://page.example\"\n";
        let text = |url: &str, file: &str| {
            format!("{address}[text]\nurl = \"{url}\"\nsecret_file = \"{file}\"\n")
        };
        assert_eq!(said(&text("https://gateway.example/m", "long")), "fine");
        assert_eq!(said(&text("http://127.0.0.1:99/m", "long")), "fine");
        assert!(said(&text("http://gateway.example/m", "long")).contains("https://"));
        assert!(said(&text("http://127.0.0.1.evil.example/m", "long")).contains("https://"));
        assert!(said(&text("http://127.0.0.1@evil.example/m", "long")).contains("https://"));
        assert!(said(&text("https://gateway.example/m", "short")).contains("shorter than 32"));
        assert!(said(&text("https://gateway.example/m", "none")).contains("there is no none"));
        let mail = |host: &str, security: &str| {
            format!(
                "{address}[mail]\nhost = \"{host}\"\nport = 25\nsecurity = \"{security}\"\nfrom = \"a@b.example\"\n"
            )
        };
        assert!(said(&mail("smtp.example", "none")).contains("tls or starttls"));
        assert_eq!(said(&mail("localhost", "none")), "fine");
        assert_eq!(said(&mail("smtp.example", "starttls")), "fine");
        assert!(said("address = \"page.example\"").contains("https://"));
        assert!(said("address = \"https://a.example\"\nmial = 1\n").contains("line 2"));
    }

    #[test]
    fn a_secret_is_never_shown() {
        assert_eq!(format!("{:?}", Secret::new("abc")), "a secret");
    }
}
