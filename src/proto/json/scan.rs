//! The one strict pass over text that comes from outside: is it JSON, is it shallow enough, is it regular already?
//!
//! Must never recurse (a page could choose the depth) and never allocate.

use thiserror::Error;

use super::{Word, offset};

/// How deep a value may nest. Real reports nest twice; the server's own parser is recursive.
pub const MAX_DEPTH: u32 = 128;

/// Why text is not an acceptable JSON value.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ScanError {
    /// Not JSON, a raw control character included.
    #[error("invalid JSON")]
    Syntax,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested too deep")]
    Depth,
}

/// Told about objects and their keys while a value is scanned, so that nobody has to scan again for them.
pub trait Watch {
    /// An object opens at byte `at`, inside `depth` containers of the scanned value.
    fn object(&mut self, depth: u32, at: usize);
    /// A key, without its quotes, of an object that is the `depth`th container.
    fn key(&mut self, depth: u32, key: &[u8]);
}

/// Watches nothing.
pub struct Unwatched;

impl Watch for Unwatched {
    fn object(&mut self, _depth: u32, _at: usize) {}
    fn key(&mut self, _depth: u32, _key: &[u8]) {}
}

/// A cursor over text, token by token.
pub struct Scanner<'a> {
    bytes: &'a [u8],
    position: usize,
    regular: bool,
}

impl<'a> Scanner<'a> {
    /// Starts at the first byte.
    pub fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), position: 0, regular: true }
    }

    /// The next byte to be read.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Whether everything read so far is spelled the way `JSON.stringify` would.
    pub fn is_regular(&self) -> bool {
        self.regular
    }

    /// The next byte that is not whitespace, not consumed.
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.position) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => {
                    self.position += 1;
                    self.regular = false;
                }
                other => return other.copied(),
            }
        }
    }

    /// Consumes exactly `text`, after whitespace.
    pub fn expect(&mut self, text: &[u8]) -> Result<(), ScanError> {
        self.peek();
        if !self.bytes[self.position..].starts_with(text) {
            return Err(ScanError::Syntax);
        }
        self.position += text.len();

        Ok(())
    }

    /// Consumes one value of any kind.
    pub fn value(&mut self, watch: &mut impl Watch) -> Result<(), ScanError> {
        let mut containers = Containers::default();

        loop {
            match self.peek().ok_or(ScanError::Syntax)? {
                b'"' => self.string()?,
                b'-' | b'0'..=b'9' => self.number()?,
                open @ (b'{' | b'[') => {
                    if self.open(open, &mut containers, watch)? {
                        continue;
                    }
                }
                b't' => self.expect(b"true")?,
                b'f' => self.expect(b"false")?,
                b'n' => self.expect(b"null")?,
                _ => return Err(ScanError::Syntax),
            }
            if self.close(&mut containers, watch)? {
                return Ok(());
            }
        }
    }

    /// Enters a container; false when it was empty, and so is a whole value.
    fn open(
        &mut self,
        open: u8,
        containers: &mut Containers,
        watch: &mut impl Watch,
    ) -> Result<bool, ScanError> {
        let object = open == b'{';

        if object {
            watch.object(containers.depth, self.position);
        }
        self.position += 1;
        if self.peek() == Some(open + 2) {
            self.position += 1;

            return Ok(false);
        }
        containers.push(object)?;
        if object {
            self.key(containers.depth, watch)?;
        }

        Ok(true)
    }

    /// Leaves every container that ends here; false when another value has to follow.
    fn close(&mut self, containers: &mut Containers, watch: &mut impl Watch) -> Result<bool, ScanError> {
        while containers.depth > 0 {
            match self.peek() {
                Some(b',') => {
                    self.position += 1;
                    if containers.in_object() {
                        self.key(containers.depth, watch)?;
                    }

                    return Ok(false);
                }
                Some(b'}') if containers.in_object() => containers.pop(),
                Some(b']') if !containers.in_object() => containers.pop(),
                _ => return Err(ScanError::Syntax),
            }
            self.position += 1;
        }

        Ok(true)
    }

    fn key(&mut self, depth: u32, watch: &mut impl Watch) -> Result<(), ScanError> {
        if self.peek() != Some(b'"') {
            return Err(ScanError::Syntax);
        }
        let start = self.position + 1;

        self.string()?;
        watch.key(depth, &self.bytes[start..self.position - 1]);
        if self.bytes.get(self.position) != Some(&b':') {
            return self.expect(b":");
        }
        self.position += 1;

        Ok(())
    }

    /// Consumes a string; the cursor stands on its opening quote.
    pub fn string(&mut self) -> Result<(), ScanError> {
        self.position += 1;
        loop {
            self.position = next_special(self.bytes, self.position);
            match self.bytes.get(self.position) {
                Some(b'"') => {
                    self.position += 1;

                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0x80..) => self.beyond_ascii(),
                _ => return Err(ScanError::Syntax),
            }
        }
    }

    /// Steps over characters that are not ASCII, and notes the two that have to be escaped. The text is UTF-8.
    fn beyond_ascii(&mut self) {
        let rest = &self.bytes[self.position..];
        let length = rest.iter().take_while(|byte| **byte >= 0x80).count();

        self.regular &= !rest[..length].windows(3).any(|bytes| matches!(bytes, [0xe2, 0x80, 0xa8 | 0xa9]));
        self.position += length;
    }

    fn escape(&mut self) -> Result<(), ScanError> {
        match self.bytes.get(self.position + 1) {
            Some(b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't') => self.position += 2,
            Some(b'/') => {
                self.position += 2;
                self.regular = false;
            }
            Some(b'u') => {
                let unit = self.unit().ok_or(ScanError::Syntax)?;

                self.position += 6;
                self.regular &=
                    match unit {
                        0x00..0x20 => !matches!(unit, 0x08 | 0x09 | 0x0a | 0x0c | 0x0d),
                        0x2028 | 0x2029 => true,
                        // A high half that meets its low half is a character in disguise.
                        0xd800..0xdc00 => !matches!(self.unit(), Some(0xdc00..0xe000)),
                        0xdc00..0xe000 => true,
                        _ => false,
                    } && !self.bytes[self.position - 4..self.position].iter().any(u8::is_ascii_uppercase);
            }
            _ => return Err(ScanError::Syntax),
        }

        Ok(())
    }

    /// The UTF-16 unit of the `\uXXXX` that stands at the cursor.
    fn unit(&self) -> Option<u16> {
        super::text::unit(self.bytes.get(self.position..)?)
    }

    /// Consumes a number.
    pub fn number(&mut self) -> Result<(), ScanError> {
        if self.bytes.get(self.position) == Some(&b'-') {
            self.position += 1;
        }
        if self.bytes.get(self.position) == Some(&b'0') {
            self.position += 1;
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.position) == Some(&b'.') {
            self.position += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.position) {
            self.position += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.position) {
                self.position += 1;
            }
            self.digits()?;
        }

        Ok(())
    }

    fn digits(&mut self) -> Result<(), ScanError> {
        let count = self.bytes[self.position..].iter().take_while(|byte| byte.is_ascii_digit()).count();

        self.position += count;
        if count == 0 { Err(ScanError::Syntax) } else { Ok(()) }
    }
}

/// The containers a scan is inside of, one bit each: set for an object.
#[derive(Default)]
struct Containers {
    kinds: u128,
    depth: u32,
}

impl Containers {
    fn push(&mut self, object: bool) -> Result<(), ScanError> {
        if self.depth == MAX_DEPTH {
            return Err(ScanError::Depth);
        }
        self.kinds = self.kinds << 1 | u128::from(object);
        self.depth += 1;

        Ok(())
    }

    fn pop(&mut self) {
        self.kinds >>= 1;
        self.depth -= 1;
    }

    fn in_object(&self) -> bool {
        self.kinds & 1 == 1
    }
}

/// Where the next byte stands that a string cannot simply run over, or the end of the text.
fn next_special(bytes: &[u8], mut position: usize) -> usize {
    while let Some(word) = Word::at(bytes, position) {
        let mask = word.special();

        if mask != 0 {
            return position + offset(mask);
        }
        position += 8;
    }
    while bytes.get(position).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0x80.. | 0..0x20)) {
        position += 1;
    }

    position
}
