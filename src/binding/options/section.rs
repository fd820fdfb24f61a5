//! One object of options: what is in it is read by name, checked by type and range, and refused by name.

use std::time::Duration;

use napi::ValueType;
use napi::bindgen_prelude::{
    FromNapiValue, JsObjectValue, KeyCollectionMode, KeyConversion, KeyFilter, Object, Unknown,
};

use super::ReadError;
use super::names::Names;
use crate::binding::error::OptionError;

/// Milliseconds beyond this are a mistake: ten days.
const MAX_MILLISECONDS: f64 = 864_000_000.0;
/// Bytes beyond this are a mistake: 4 GiB.
const MAX_BYTES: f64 = 4_294_967_296.0;
/// The options object or one nested in it; absent means all defaults.
pub(super) struct Section<'env, 'names> {
    name: &'static str,
    object: Option<Object<'env>>,
    names: &'names Names,
}

impl<'env, 'names> Section<'env, 'names> {
    pub(super) fn top(object: Object<'env>, names: &'names Names) -> Result<Self, ReadError> {
        Self { name: "", object: Some(object), names }.with_given_names()
    }

    pub(super) fn section(&self, name: &'static str) -> Result<Self, ReadError> {
        let section = |object| Self { name, object, names: self.names };
        let Some(value) = self.get(name)? else { return Ok(section(None)) };
        match as_object(&value)? {
            Some(object) => section(Some(object)).with_given_names(),
            None => Err(self.wrong(name, "must be an object").into()),
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        self.object.is_none()
    }

    /// Takes down what the app has written here.
    fn with_given_names(self) -> Result<Self, ReadError> {
        if let Some(object) = &self.object {
            let given = object.get_all_property_names(
                KeyCollectionMode::OwnOnly,
                KeyFilter::Enumerable,
                KeyConversion::NumbersToStrings,
            )?;
            for index in 0..given.get_array_length()? {
                // Symbols are nobody's options.
                let name: Unknown = given.get_element(index)?;
                if name.get_type()? == ValueType::String {
                    // SAFETY: the value's type was just checked.
                    self.names.give(self.full(&unsafe { name.cast::<String>()? }));
                }
            }
        }
        Ok(self)
    }

    pub(super) fn required_string(&self, name: &str) -> Result<String, ReadError> {
        self.string(name)?.ok_or_else(|| self.wrong(name, "is required and must be a string").into())
    }

    pub(super) fn string(&self, name: &str) -> Result<Option<String>, ReadError> {
        self.typed(name, ValueType::String, "must be a string")
    }

    /// A string; nothing where it is a function instead, which is called elsewhere.
    pub(super) fn string_or_function(&self, name: &str) -> Result<Option<String>, ReadError> {
        match self.get(name)? {
            Some(value) if value.get_type()? == ValueType::Function => Ok(None),
            Some(_) => self.string(name),
            None => Ok(None),
        }
    }

    /// A string that can stand in an HTTP header.
    pub(super) fn header(&self, name: &str) -> Result<Option<String>, ReadError> {
        self.string(name)?
            .map(|text| match text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
                true => Ok(text),
                false => Err(self.wrong(name, "must be printable ASCII").into()),
            })
            .transpose()
    }

    /// One that an app's name can be part of: what is not ASCII goes as UTF-8, as browsers send it.
    pub(super) fn user_agent(&self, name: &str) -> Result<Option<String>, ReadError> {
        self.string(name)?
            .map(|text| match text.bytes().any(|byte| byte.is_ascii_control()) {
                true => Err(self.wrong(name, "must not contain control characters").into()),
                false => Ok(text),
            })
            .transpose()
    }

    pub(super) fn boolean(&self, name: &str, value: &mut bool) -> Result<(), ReadError> {
        if let Some(given) = self.typed(name, ValueType::Boolean, "must be a boolean")? {
            *value = given;
        }
        Ok(())
    }

    pub(super) fn milliseconds(&self, name: &str, least: f64, value: &mut Duration) -> Result<(), ReadError> {
        let range = format!("must be a number of milliseconds from {least} to {MAX_MILLISECONDS}");
        if let Some(given) = self.number(name, least..=MAX_MILLISECONDS, &range)? {
            *value = Duration::from_secs_f64(given / 1000.0);
        }
        Ok(())
    }

    pub(super) fn bytes<T: TryFrom<u64>>(&self, name: &str, value: &mut T) -> Result<(), ReadError> {
        self.bytes_up_to(MAX_BYTES, name, value)
    }

    pub(super) fn bytes_up_to<T: TryFrom<u64>>(
        &self,
        most: f64,
        name: &str,
        value: &mut T,
    ) -> Result<(), ReadError> {
        let range = format!("must be a number of bytes from 1 to {most}");
        if let Some(given) = self.number(name, 1.0..=most, &range)? {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked range")]
            let bytes = given as u64;
            *value = T::try_from(bytes).map_err(|_| self.wrong(name, "is too large for this machine"))?;
        }
        Ok(())
    }

    fn number(
        &self,
        name: &str,
        range: std::ops::RangeInclusive<f64>,
        problem: &str,
    ) -> Result<Option<f64>, ReadError> {
        match self.typed(name, ValueType::Number, problem)? {
            Some(number) if !range.contains(&number) => Err(self.wrong(name, problem).into()),
            number => Ok(number),
        }
    }

    fn typed<T: FromNapiValue>(
        &self,
        name: &str,
        expected: ValueType,
        problem: &str,
    ) -> Result<Option<T>, ReadError> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        if value.get_type()? != expected {
            return Err(self.wrong(name, problem).into());
        }
        // SAFETY: the value's type was just checked.
        Ok(Some(unsafe { value.cast::<T>()? }))
    }

    /// A property that is there; `undefined` and `null` count as absent.
    fn get(&self, name: &str) -> Result<Option<Unknown<'env>>, ReadError> {
        self.names.know(self.full(name));
        let Some(object) = &self.object else { return Ok(None) };
        let value: Unknown = object.get_named_property_unchecked(name)?;
        let absent = matches!(value.get_type()?, ValueType::Undefined | ValueType::Null);
        Ok((!absent).then_some(value))
    }

    pub(super) fn wrong(&self, name: &str, problem: &str) -> OptionError {
        OptionError::new(self.full(name), problem)
    }

    /// As the app would write it.
    fn full(&self, name: &str) -> String {
        if self.name.is_empty() { name.to_owned() } else { format!("{}.{name}", self.name) }
    }
}

pub(super) fn as_object<'env>(value: &Unknown<'env>) -> napi::Result<Option<Object<'env>>> {
    if value.get_type()? != ValueType::Object {
        return Ok(None);
    }
    // SAFETY: the value's type was just checked.
    Ok(Some(unsafe { value.cast::<Object>()? }))
}
