//! Names nothing may be filed under.

/// Names that every JavaScript object already has. Used as a key in the server's plain objects they hit the prototype
/// instead: an entry filed under one of them throws, or changes every object of the process.
const INHERITED: [&str; 12] = [
    "__proto__",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// Whether the server would find `name` in an empty object.
pub(in crate::proto) fn is_inherited(name: &str) -> bool {
    INHERITED.contains(&name)
}
