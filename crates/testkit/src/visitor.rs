//! A visitor who speaks HTTP by hand: it keeps cookies, fills forms, and can be as rude as a test
//! needs.
//!
//! A browser is slow and polite; this is neither.
//! It sends the headers a browser of the same site would (`Origin`, `Sec-Fetch-Site`), and a test
//! that wants to come from elsewhere says so.
//!
//! ```no_run
//! # fn main() -> std::io::Result<()> {
//! let mut visitor = testkit::Visitor::of("http://127.0.0.1:8080");
//! let form = visitor.get("/enquire")?;
//! let token = form.hidden("token").unwrap_or_default();
//! let answer = visitor.post("/enquire", &[("token", &token), ("name", "Ada")])?;
//! assert_eq!(answer.status, 303);
//! # Ok(()) }
//! ```

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of an answer that are read; a page of ours is far smaller.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A visitor of one address, with cookies of its own.
#[derive(Clone, Debug)]
pub struct Visitor {
    address: String,
    cookies: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status, for example 303.
    pub status: u16,
    /// The headers, their names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Visitor {
    /// Makes a visitor of an address such as `http://127.0.0.1:8080`, without cookies.
    pub fn of(address: &str) -> Self {
        let address = address.trim_end_matches('/').to_owned();
        let headers = BTreeMap::from([
            ("origin".to_owned(), address.clone()),
            ("sec-fetch-site".to_owned(), "same-origin".to_owned()),
        ]);
        Self {
            address,
            cookies: BTreeMap::new(),
            headers,
        }
    }

    /// Sends this header with every request from now on, in place of one of the same name; an empty
    /// value sends none.
    pub fn set_header(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.headers.remove(&name.to_lowercase());
        } else {
            self.headers.insert(name.to_lowercase(), value.to_owned());
        }
    }

    /// Forgets every cookie.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Asks for a page.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, None, &[])
    }

    /// Sends a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let form = fields.join("&");
        self.send(
            "POST",
            path,
            Some("application/x-www-form-urlencoded"),
            form.as_bytes(),
        )
    }

    /// Asks for the page an answer leads to, as a browser does after a form; an answer that leads
    /// nowhere is given back.
    pub fn follow(&mut self, answer: Answer) -> Result<Answer> {
        let Some(place) = answer.header("location").map(str::to_owned) else {
            return Ok(answer);
        };
        let path = place
            .strip_prefix(&self.address)
            .unwrap_or(&place)
            .to_owned();
        self.get(&path)
    }

    /// Sends any method with any body.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: Option<&str>,
        body: &[u8],
    ) -> Result<Answer> {
        let host = self.host().to_owned();
        let mut lines = vec![
            format!("{method} {path} HTTP/1.1"),
            format!("host: {host}"),
            "connection: close".to_owned(),
        ];
        lines.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self
                .cookies
                .iter()
                .map(|(k, v)| format!("{k}={v}"))
                .collect();
            lines.push(format!("cookie: {}", pairs.join("; ")));
        }
        lines.extend(kind.map(|kind| format!("content-type: {kind}")));
        lines.push(format!("content-length: {}\r\n\r\n", body.len()));
        let head = lines.join("\r\n");
        let answer = self.raw(&[head.as_bytes(), body].concat())?;
        for (_, value) in answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            self.take_cookie(value);
        }
        Ok(answer)
    }

    /// Sends bytes as they are, and reads an answer.
    pub fn raw(&self, bytes: &[u8]) -> Result<Answer> {
        let mut stream = TcpStream::connect(self.host())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        // A server may answer and hang up before it has heard all of it; the answer is what counts.
        let sent = stream.write_all(bytes);
        let mut heard = Vec::new();
        let read = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut heard);
        Answer::read(&heard).ok_or_else(|| match (sent, read) {
            (Err(error), _) | (_, Err(error)) => error,
            (Ok(()), Ok(_)) => Error::new(ErrorKind::InvalidData, "the answer is not HTTP"),
        })
    }

    /// The address without its scheme, as the `Host` header has it.
    pub fn host(&self) -> &str {
        self.address
            .strip_prefix("http://")
            .unwrap_or(&self.address)
    }

    fn take_cookie(&mut self, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        if value.is_empty() || parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Answer {
    /// The first header of a name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let name = name.to_lowercase();
        self.headers
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are none become question marks in diamonds.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a hidden field, such as a form's token.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let text = self.text();
        let wanted = format!("name=\"{name}\"");
        let inputs = text
            .split("<input")
            .skip(1)
            .filter_map(|rest| rest.split('>').next());
        let input = inputs
            .into_iter()
            .find(|input| input.contains(&wanted))?
            .to_owned();
        let (_, value) = input.split_once("value=\"")?;
        Some(
            value
                .split('"')
                .next()?
                .replace("&quot;", "\"")
                .replace("&amp;", "&"),
        )
    }

    fn read(heard: &[u8]) -> Option<Self> {
        let end = heard.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(heard.get(..end)?).into_owned();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_lowercase(), value.trim().to_owned()))
        };
        let headers: Vec<_> = lines.filter_map(header).collect();
        let body = heard.get(end + 4..)?.to_vec();
        let mut answer = Self {
            status,
            headers,
            body,
        };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = unchunked(&answer.body);
        }
        Some(answer)
    }
}

/// Puts the pieces of a body together.
fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = rest
            .get(..end)
            .map(String::from_utf8_lossy)
            .unwrap_or_default();
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
        let Ok(size @ 1..) = size else { break };
        body.extend_from_slice(
            rest.get(end + 2..)
                .unwrap_or_default()
                .get(..size)
                .unwrap_or_default(),
        );
        rest = rest.get(end + 2 + size + 2..).unwrap_or_default();
    }
    body
}

/// Writes a text as a form does.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            _ if byte.is_ascii_alphanumeric() || b"-._*".contains(&byte) => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Serves one connection after another: each answer is given with what was asked as its body.
    fn echo(head: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut asked = [0; 4096];
                let n = stream.read(&mut asked).unwrap_or(0);
                let asked =
                    String::from_utf8_lossy(asked.get(..n).unwrap_or_default()).into_owned();
                let _ = write!(stream, "{head}\r\n\r\n{asked}");
            }
        });
        address
    }

    #[test]
    fn a_form_is_sent_as_a_browser_of_the_same_site_would() {
        let address = echo("HTTP/1.1 200 OK");
        let mut visitor = Visitor::of(&address);
        let asked = visitor
            .post("/enquire", &[("name", "Ada & Co")])
            .unwrap()
            .text();
        assert!(asked.starts_with("POST /enquire HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains(&format!("origin: {address}\r\n")), "{asked}");
        assert!(asked.ends_with("\r\n\r\nname=Ada+%26+Co"), "{asked}");
    }

    #[test]
    fn cookies_are_kept_sent_and_taken_back() {
        let address = echo("HTTP/1.1 303 See Other\r\nset-cookie: a=1; Path=/\r\nlocation: /next");
        let mut visitor = Visitor::of(&address);
        let first = visitor.get("/").unwrap();
        assert_eq!((first.status, visitor.cookie("a")), (303, Some("1")));
        let second = visitor.follow(first).unwrap().text();
        assert!(
            second.starts_with("GET /next") && second.contains("cookie: a=1\r\n"),
            "{second}"
        );
        visitor.take_cookie("a=; Max-Age=0");
        assert_eq!(visitor.cookie("a"), None);
    }

    #[test]
    fn a_body_in_pieces_is_put_together_and_a_hidden_field_is_found() {
        let heard = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<inpu\r\n\
            29\r\nt type=\"hidden\" name=\"t\" value=\"a&amp;b\">\r\n0\r\n\r\n";
        let answer = Answer::read(heard).unwrap();
        assert_eq!(
            answer.text(),
            "<input type=\"hidden\" name=\"t\" value=\"a&amp;b\">"
        );
        assert_eq!(answer.hidden("t").as_deref(), Some("a&b"));
        assert_eq!(answer.hidden("u"), None);
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        let visitor = Visitor::of(&echo("hello"));
        assert!(visitor.raw(b"x").is_err());
    }
}
