//! A JavaScript string as Rust text, with one copy of the bytes.
//!
//! Event lines are ASCII nearly always. Node-API's UTF-8 copy looks at every character again, its Latin-1 copy is a
//! plain one; so the cheap one is used whenever the string's length says that both give the same bytes.

use std::ptr;

use napi::bindgen_prelude::{JsValue, Unknown};
use napi::{Result, check_status, sys};

type Copy = unsafe fn(
    sys::napi_env,
    sys::napi_value,
    *mut std::os::raw::c_char,
    usize,
    *mut usize,
) -> sys::napi_status;

/// The text of a string; lone surrogates become U+FFFD.
///
/// # Safety
/// The value must be a string.
pub(super) unsafe fn read(value: &Unknown) -> Result<String> {
    // SAFETY: the value is a string, as the caller promises; a null buffer asks for the length only.
    let (utf8_length, length) = unsafe {
        (
            copy(sys::napi_get_value_string_utf8, value, ptr::null_mut(), 0)?,
            copy(sys::napi_get_value_string_latin1, value, ptr::null_mut(), 0)?,
        )
    };
    let get = if utf8_length == length {
        sys::napi_get_value_string_latin1
    } else {
        sys::napi_get_value_string_utf8
    };
    // Node-API writes a terminator, too.
    let mut bytes: Vec<u8> = Vec::with_capacity(utf8_length + 1);
    // SAFETY: the buffer has room for what was announced and the terminator, and only what was written is used.
    unsafe {
        let written = copy(get, value, bytes.as_mut_ptr().cast(), utf8_length + 1)?;
        bytes.set_len(written.min(utf8_length));
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

unsafe fn copy(get: Copy, value: &Unknown, buffer: *mut std::os::raw::c_char, size: usize) -> Result<usize> {
    let mut length = 0;
    let value = value.value();
    // SAFETY: as for `read`; `length` outlives the call.
    check_status!(unsafe { get(value.env, value.value, buffer, size, &mut length) })?;
    Ok(length)
}
